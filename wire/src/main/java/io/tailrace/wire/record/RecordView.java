package io.tailrace.wire.record;

/** A look at a record where it lies. Reused; valid as long as the bytes stay. */
public final class RecordView {
    private long address;
    private int length;

    /** Looks at other bytes, which are expected to be exactly one record; {@link #problem()} says whether they are. */
    public RecordView wrap(long recordAddress, int recordLength) {
        address = recordAddress;
        length = recordLength;
        return this;
    }

    /** What is wrong with the header or the length, or null. Nothing else may be asked before this is null. */
    public String problem() {
        if (length < RecordLayout.HEADER_LENGTH) {
            return "record of " + length + " bytes is shorter than its header";
        }
        if (RecordLayout.version(address) != RecordLayout.VERSION) {
            return "record version is " + RecordLayout.version(address) + ", known is " + RecordLayout.VERSION;
        }
        int kind = kind();
        if (kind < RecordLayout.KIND_EFFECT || kind > RecordLayout.KIND_PART) {
            return "record kind " + kind + " is unknown";
        }
        if (payloadLength() != length - RecordLayout.HEADER_LENGTH) {
            return "record of " + length + " bytes claims a payload of " + payloadLength();
        }
        if (commandCount() == 0) {
            return "record holds no command";
        }
        return null;
    }

    public int kind() {
        return RecordLayout.kind(address);
    }

    /** Whether it changes keys; of the known kinds only the one that opens a segment does not. */
    public boolean hasEffects() {
        return kind() != RecordLayout.KIND_SEGMENT;
    }

    /** Whether it is one part of a transaction over several shards, see {@link PartView}. */
    public boolean isPart() {
        return kind() == RecordLayout.KIND_PART;
    }

    public int commandCount() {
        return RecordLayout.commandCount(address);
    }

    /** Bytes after the header. */
    public int payloadLength() {
        return RecordLayout.payloadLength(address);
    }

    /** When the primary committed the record, in microseconds since the epoch. */
    public long commitMicros() {
        return RecordLayout.commitMicros(address);
    }

    public long chain() {
        return RecordLayout.chain(address);
    }

    public long address() {
        return address;
    }

    /** Bytes of the whole record. */
    public int length() {
        return length;
    }
}
