package io.tailrace.node.value;

/**
 * Up to where OBJECT ENCODING calls a collection small, by Redis's settings of these names. It says nothing about how this node
 * stores it, see {@link CollectionLimits}. Any thread.
 */
public final class EncodingLimits {
    private volatile int hashEntries = 512;
    private volatile int hashValue = 64;
    private volatile int intsetEntries = 512;
    private volatile int sortedSetEntries = 128;
    private volatile int sortedSetValue = 64;
    private volatile int streamNodeBytes = 4096;
    private volatile int streamNodeEntries = 100;

    /** {@code hash-max-listpack-entries}. */
    public int hashEntries() {
        return hashEntries;
    }

    public void hashEntries(int most) {
        hashEntries = most;
    }

    /** {@code hash-max-listpack-value}, bytes. */
    public int hashValue() {
        return hashValue;
    }

    public void hashValue(int most) {
        hashValue = most;
    }

    /** {@code set-max-intset-entries}. */
    public int intsetEntries() {
        return intsetEntries;
    }

    public void intsetEntries(int most) {
        intsetEntries = most;
    }

    /** {@code zset-max-listpack-entries}. */
    public int sortedSetEntries() {
        return sortedSetEntries;
    }

    public void sortedSetEntries(int most) {
        sortedSetEntries = most;
    }

    /** {@code zset-max-listpack-value}, bytes. */
    public int sortedSetValue() {
        return sortedSetValue;
    }

    public void sortedSetValue(int most) {
        sortedSetValue = most;
    }

    /** {@code stream-node-max-bytes}, 0 for no limit: where streams are cut when they are trimmed inexactly. */
    public int streamNodeBytes() {
        return streamNodeBytes;
    }

    public void streamNodeBytes(int most) {
        streamNodeBytes = most;
    }

    /** {@code stream-node-max-entries}, 0 for no limit. */
    public int streamNodeEntries() {
        return streamNodeEntries;
    }

    public void streamNodeEntries(int most) {
        streamNodeEntries = most;
    }
}
