package io.tailrace.node.shard;

import io.tailrace.node.store.Entry;
import io.tailrace.node.store.EntryVisitor;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.EntryImage;
import java.io.IOException;

/**
 * The entries of one segment of a store's map: copied while its lock is held, handed on after it. Owned and closed by the
 * thread that walks. Large collections are not copied but shown to a visitor that knows their type.
 *
 * <pre>
 *  0               8
 *  | value address | {@link EntryImage}: header, key, and the value if the address is 0
 *  the address of a value that stays where it is until the next segment
 * </pre>
 */
public final class EntryBatch implements AutoCloseable {
    /** Takes what was copied; the memory is valid until it returns. */
    @FunctionalInterface
    public interface Receiver {
        void entry(EntryImage entry) throws IOException;
    }

    private static final int IMAGE = Long.BYTES;

    private final NativeBuffer copies = new NativeBuffer(256 << 10);
    private final EntryImage image = new EntryImage();
    private final EntryVisitor collections;
    private int length;

    /** @param collections is shown each large collection, under the lock of its segment */
    public EntryBatch(EntryVisitor collections) {
        this.collections = collections;
    }

    /** Copies an entry of the store in place 0. */
    public void add(long keyAddress, int keyLength, Entry entry) {
        add(0, keyAddress, keyLength, entry);
    }

    /** Copies an entry of the store in a place. */
    public void add(int place, long keyAddress, int keyLength, Entry entry) {
        if (entry.isTree()) {
            collections.entry(keyAddress, keyLength, entry);
            return;
        }
        boolean isInline = !entry.isOutOfMap();
        int valueLength = entry.valueLength();
        int headerLength = EntryImage.headerLength(place);
        int needed = IMAGE + headerLength + keyLength + (isInline ? valueLength : 0);
        copies.ensureCapacity(length + needed, length);
        long at = copies.address() + length;
        Memory.putLong(at, isInline ? 0 : entry.valueAddress());
        EntryImage.putVersion(at + IMAGE, entry.version(), entry.ordinal(), entry.expireAtEpochMs());
        EntryImage.putLengths(at + IMAGE, entry.typeAndEncoding(), place, keyLength, valueLength);
        long key = at + IMAGE + headerLength;
        Memory.copy(keyAddress, key, keyLength);
        if (isInline) {
            Memory.copy(entry.valueAddress(), key + keyLength, valueLength);
        }
        length += needed;
    }

    /** Hands the copied entries on and is empty again. */
    public void drainTo(Receiver receiver) throws IOException {
        long end = copies.address() + length;
        for (long at = copies.address(); at < end; ) {
            long outside = Memory.getLong(at);
            long header = at + IMAGE;
            long key = header + EntryImage.headerLengthAt(header);
            int keyLength = EntryImage.keyLength(header);
            long inline = key + keyLength;
            receiver.entry(image.wrap(header, key, outside == 0 ? inline : outside));
            at = inline + (outside == 0 ? EntryImage.valueLength(header) : 0);
        }
        length = 0;
    }

    @Override
    public void close() {
        copies.close();
    }
}
