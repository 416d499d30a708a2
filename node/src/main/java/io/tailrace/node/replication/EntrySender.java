package io.tailrace.node.replication;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.Store;
import io.tailrace.wire.handshake.FrameWriter;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.EntryImage;

/**
 * What a primary does for a replica that rewinds: answers each FETCH with the entries of its keys, a few per duty cycle.
 * An entry carries its version, so that it may be newer than another one. Owned by the shard's reactor thread.
 */
final class EntrySender implements AutoCloseable {
    private final Shard shard;
    private final NativeBuffer keys = new NativeBuffer(16 << 10);
    private final Entry entry = new Entry();
    private final NativeBuffer header = new NativeBuffer(EntryImage.HEADER_LENGTH);
    private final EntryImage image = new EntryImage();
    private int length;
    private int answered;

    EntrySender(Shard shard) {
        this.shard = shard;
    }

    /**
     * Takes the keys of a FETCH frame.
     *
     * @return null, or what is wrong with it
     */
    String fetch(long address, int bodyLength) {
        if (answered < length) {
            return "a FETCH before the one before was answered";
        }
        for (int at = 0; at < bodyLength; at += Integer.BYTES + Memory.getInt(address + at)) {
            int room = bodyLength - at - Integer.BYTES;
            int keyLength = room < 0 ? -1 : Memory.getInt(address + at);
            if (keyLength < 0 || keyLength > room || keyLength > Store.MAX_KEY_LENGTH) {
                return "a FETCH with a key that is not whole at byte " + at;
            }
        }
        keys.ensureCapacity(bodyLength, 0);
        Memory.copy(address, keys.address(), bodyLength);
        length = bodyLength;
        answered = 0;
        return null;
    }

    /** Puts out entries of the keys that were asked for, within the budget; returns how many bytes. */
    int fill(FrameWriter frames, int budget) {
        int filled = 0;
        while (answered < length && filled < budget) {
            int keyLength = Memory.getInt(keys.address() + answered);
            long key = keys.address() + answered + Integer.BYTES;
            filled += keyLength + entry(frames, key, keyLength);
            answered += Integer.BYTES + keyLength;
            if (answered == length) {
                Backlog backlog = shard.backlog();
                frames.fetched(backlog.lastIndex(), backlog.lastChain(), backlog.denseCount());
            }
        }
        return filled;
    }

    private int entry(FrameWriter frames, long key, int keyLength) {
        if (!shard.store().find(key, keyLength, entry)) {
            frames.noEntry(key, keyLength);
            return 1;
        }
        EntryImage.putVersion(header.address(), entry.version(), entry.ordinal(), entry.expireAtMillis());
        EntryImage.putLengths(header.address(), entry.typeAndEncoding(), keyLength, entry.valueLength());
        frames.entry(image.wrap(header.address(), key, entry.valueAddress()));
        return entry.valueLength() + 1;
    }

    @Override
    public void close() {
        keys.close();
        header.close();
    }
}
