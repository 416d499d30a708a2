package io.tailrace.snapshot;

/** Takes the entries of a snapshot in the order of the file, on the thread that feeds the parser. */
@FunctionalInterface
public interface EntrySink {
    /**
     * One entry. Key and value are native memory that is valid only until this returns.
     *
     * @param version index of the record that wrote the entry
     * @param ordinal position of the effect inside that record, u32
     * @param expireAtMillis epoch milliseconds, 0 for none
     * @param type the store's value type, not interpreted here
     */
    void entry(
            long version,
            int ordinal,
            long expireAtMillis,
            byte type,
            long keyAddress,
            int keyLength,
            long valueAddress,
            int valueLength);
}
