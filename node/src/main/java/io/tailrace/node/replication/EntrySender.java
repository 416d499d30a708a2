package io.tailrace.node.replication;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.Store;
import io.tailrace.wire.handshake.FrameWriter;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.EntryImage;
import io.tailrace.wire.record.RecordLayout;

/**
 * What a primary does for a replica that rewinds: answers each FETCH with the entries of its keys, a few per duty cycle.
 * An entry carries its version, so that it may be newer than another one. Owned by the shard's reactor thread.
 */
final class EntrySender implements AutoCloseable {
    /** Of a key in a FETCH: where its length is, and its bytes. */
    private static final int LENGTH = Integer.BYTES;

    private static final int KEY = LENGTH + Integer.BYTES;

    private final Shard shard;
    private final NativeBuffer keys = new NativeBuffer(16 << 10);
    private final Entry entry = new Entry();
    private final NativeBuffer header = new NativeBuffer(EntryImage.MAX_HEADER_LENGTH);
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
        for (int at = 0; at < bodyLength; at += KEY + Memory.getInt(address + at + LENGTH)) {
            int room = bodyLength - at - KEY;
            int keyLength = room < 0 ? -1 : Memory.getInt(address + at + LENGTH);
            if (keyLength < 0 || keyLength > room || keyLength > Store.MAX_KEY_LENGTH) {
                return "a FETCH with a key that is not whole at byte " + at;
            }
            int place = Memory.getInt(address + at);
            if (place < 0 || place >= RecordLayout.MAX_DATABASES) {
                return "a FETCH with a key of database " + place;
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
            int place = Memory.getInt(keys.address() + answered);
            int keyLength = Memory.getInt(keys.address() + answered + LENGTH);
            long key = keys.address() + answered + KEY;
            filled += keyLength + entry(frames, place, key, keyLength);
            answered += KEY + keyLength;
            if (answered == length) {
                Backlog backlog = shard.backlog();
                frames.fetched(backlog.lastIndex(), backlog.lastChain(), backlog.denseCount());
            }
        }
        return filled;
    }

    private int entry(FrameWriter frames, int place, long key, int keyLength) {
        Store store = shard.databases().at(place);
        if (store == null || !store.find(key, keyLength, entry)) {
            frames.noEntry(place, key, keyLength);
            return 1;
        }
        EntryImage.putVersion(header.address(), entry.version(), entry.ordinal(), entry.expireAtMillis());
        EntryImage.putLengths(header.address(), entry.typeAndEncoding(), place, keyLength, entry.valueLength());
        frames.entry(image.wrap(header.address(), key, entry.valueAddress()));
        return entry.valueLength() + 1;
    }

    @Override
    public void close() {
        keys.close();
        header.close();
    }
}
