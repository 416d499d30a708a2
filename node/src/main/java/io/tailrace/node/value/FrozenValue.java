package io.tailrace.node.value;

import io.tailrace.node.arena.TreeView;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.EntryImage;
import java.util.List;

/**
 * A large collection as of one moment. Created and closed by the shard's reactor thread; read by one other in between.
 *
 * @param place of its store
 * @param key of it
 * @param version index of the record that wrote it last
 * @param ordinal of the effect in that record
 * @param expireAtEpochMs epoch milliseconds, 0 for none
 * @param typeAndEncoding as snapshots carry them
 * @param type of it
 * @param views of its trees
 * @param ofType what the type keeps besides elements
 */
public record FrozenValue(
        int place,
        byte[] key,
        long version,
        int ordinal,
        long expireAtEpochMs,
        byte typeAndEncoding,
        CollectionType type,
        List<TreeView> views,
        byte[] ofType)
        implements AutoCloseable {

    /** The same as another shard takes it, which keeps the key's database elsewhere. */
    public FrozenValue in(int otherPlace) {
        return new FrozenValue(
                otherPlace, key, version, ordinal, expireAtEpochMs, typeAndEncoding, type, views, ofType);
    }

    /**
     * All of it but its elements, as an entry.
     *
     * @param buffer which it is written into, and which grows for it
     * @param image to look at it through
     */
    public EntryImage head(NativeBuffer buffer, EntryImage image) {
        int headerLength = EntryImage.headerLength(place);
        buffer.ensureCapacity(headerLength + key.length + ofType.length, 0);
        long at = buffer.address();
        EntryImage.putVersion(at, version, ordinal, expireAtEpochMs);
        EntryImage.putLengths(at, typeAndEncoding, place, key.length, ofType.length);
        Memory.copyIn(key, 0, at + headerLength, key.length);
        Memory.copyIn(ofType, 0, at + headerLength + key.length, ofType.length);
        return image.wrap(at);
    }

    /** Ends the views; on the reactor thread. */
    @Override
    public void close() {
        views.forEach(TreeView::close);
    }
}
