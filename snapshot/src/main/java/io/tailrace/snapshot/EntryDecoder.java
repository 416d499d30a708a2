package io.tailrace.snapshot;

import static io.tailrace.snapshot.ElementsLayout.*;
import static io.tailrace.snapshot.SnapshotLayout.*;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.EntryImage;
import io.tailrace.wire.record.RecordLayout;

/** Reads entries where they lie; knows the limits, trusts no length before it has checked it. */
final class EntryDecoder {
    private final EntrySink sink;
    private final int maxEntryLength;
    private final EntryImage image = new EntryImage();

    /** @param maxEntryLength of key and value together, bytes */
    EntryDecoder(EntrySink sink, int maxEntryLength) {
        this.sink = sink;
        this.maxEntryLength = maxEntryLength;
    }

    /** Null when an entry header of an allowed size lies at the address, else what is wrong. */
    String headerProblem(long entry, int available) {
        if (available < EntryImage.HEADER_LENGTH || available < EntryImage.headerLengthAt(entry)) {
            return "an entry header cut off after " + available + " bytes";
        }
        int place = EntryImage.place(entry);
        if (place < 0 || place >= RecordLayout.MAX_DATABASES) {
            return "an entry of database " + place + " (allowed: " + RecordLayout.MAX_DATABASES + " databases)";
        }
        int keyLength = EntryImage.keyLength(entry);
        if (keyLength > MAX_KEY_LENGTH) {
            return "a key of " + keyLength + " bytes (allowed: " + MAX_KEY_LENGTH + ")";
        }
        long length = keyLength + (EntryImage.valueLength(entry) & 0xffff_ffffL);
        if (length > maxEntryLength) {
            return "an entry of " + length + " bytes (allowed: " + maxEntryLength + ")";
        }
        return null;
    }

    /** Header, key and value of an entry whose header has no problem, bytes. */
    static int length(long entry) {
        return EntryImage.headerLengthAt(entry) + EntryImage.keyLength(entry) + EntryImage.valueLength(entry);
    }

    /** Whether the elements of a collection follow the entry. */
    static boolean hasElements(long entry) {
        return (Memory.getByte(entry + EntryImage.TYPE_AND_KEY_LENGTH_OFFSET) & FOLLOW) != 0;
    }

    /** Hands an entry on; returns whether the elements of a collection follow it. The mark of that is taken off its type. */
    boolean deliver(long entry) {
        boolean hasElements = hasElements(entry);
        if (hasElements) {
            long type = entry + EntryImage.TYPE_AND_KEY_LENGTH_OFFSET;
            Memory.putByte(type, (byte) (Memory.getByte(type) & ~FOLLOW));
            sink.beginCollection(image.wrap(entry));
            Memory.putByte(type, (byte) (Memory.getByte(type) | FOLLOW));
        } else {
            sink.entry(image.wrap(entry));
        }
        return hasElements;
    }
}
