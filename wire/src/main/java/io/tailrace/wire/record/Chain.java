package io.tailrace.wire.record;

import io.tailrace.wire.memory.Memory;

/**
 * The chain: one number that stands for a record and all records before it.
 *
 * <pre>
 *   mix(x)  = XXH3-64, seed 0, of the 8 little-endian bytes of x
 *   data(p) = XXH3-64, seed 0, of the payload bytes
 *   next    = mix( mix( mix( mix(previous) ^ header[0..8) ) ^ header[8..16) ) ^ data(payload) )
 * </pre>
 *
 * The chain field itself is left out, so a record can be verified where it lies, in memory that can't be written.
 * {@code mix} is a bijection: for one and the same record, different previous chains never give the same next one, so
 * two histories that differ stay different however many equal records follow. It finds faults, it is no signature:
 * collisions can be constructed.
 */
public final class Chain {
    /** The chain before the first record of all. */
    public static final long SEED = 0;

    private Chain() {}

    /**
     * The chain at a record.
     *
     * @param previousChain the chain at the record before, or {@link #SEED}
     * @param recordLength of the whole record, at least {@link RecordLayout#HEADER_LENGTH}
     */
    public static long next(long previousChain, long recordAddress, int recordLength) {
        assert recordLength >= RecordLayout.HEADER_LENGTH : recordLength;
        long payload =
                Memory.hash64(recordAddress + RecordLayout.PAYLOAD_OFFSET, recordLength - RecordLayout.PAYLOAD_OFFSET);
        long chain = Memory.hash64(previousChain);
        chain = Memory.hash64(chain ^ Memory.getLong(recordAddress));
        chain = Memory.hash64(chain ^ Memory.getLong(recordAddress + RecordLayout.COMMIT_MICROS_OFFSET));
        return Memory.hash64(chain ^ payload);
    }
}
