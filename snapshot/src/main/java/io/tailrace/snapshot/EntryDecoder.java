package io.tailrace.snapshot;

import static io.tailrace.snapshot.SnapshotLayout.*;

import io.tailrace.wire.memory.Memory;

/** Reads entries where they lie; knows the limits, trusts no length before it has checked it. */
final class EntryDecoder {
    private final EntrySink sink;
    private final int maxEntryLength;

    /** @param maxEntryLength of key and value together, bytes */
    EntryDecoder(EntrySink sink, int maxEntryLength) {
        this.sink = sink;
        this.maxEntryLength = maxEntryLength;
    }

    /** Null when an entry header of an allowed size lies at the address, else what is wrong. */
    String headerProblem(long entry, int available) {
        if (available < ENTRY_HEADER_LENGTH) {
            return "an entry header cut off after " + available + " bytes";
        }
        int keyLength = keyLength(entry);
        if (keyLength > MAX_KEY_LENGTH) {
            return "a key of " + keyLength + " bytes (allowed: " + MAX_KEY_LENGTH + ")";
        }
        long length = keyLength + (Memory.getInt(entry + ENTRY_VALUE_LENGTH_OFFSET) & 0xffff_ffffL);
        if (length > maxEntryLength) {
            return "an entry of " + length + " bytes (allowed: " + maxEntryLength + ")";
        }
        return null;
    }

    /** Header, key and value of an entry whose header has no problem, bytes. */
    int length(long entry) {
        return ENTRY_HEADER_LENGTH + keyLength(entry) + Memory.getInt(entry + ENTRY_VALUE_LENGTH_OFFSET);
    }

    void deliver(long entry) {
        int keyLength = keyLength(entry);
        long key = entry + ENTRY_HEADER_LENGTH;
        sink.entry(
                Memory.getLong(entry + ENTRY_VERSION_OFFSET),
                Memory.getInt(entry + ENTRY_ORDINAL_OFFSET),
                Memory.getLong(entry + ENTRY_EXPIRE_AT_OFFSET),
                Memory.getByte(entry + ENTRY_TYPE_AND_KEY_LENGTH_OFFSET),
                key,
                keyLength,
                key + keyLength,
                Memory.getInt(entry + ENTRY_VALUE_LENGTH_OFFSET));
    }

    private static int keyLength(long entry) {
        return Memory.getInt(entry + ENTRY_TYPE_AND_KEY_LENGTH_OFFSET) >>> 8;
    }
}
