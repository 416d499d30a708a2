package io.tailrace.node.value;

/** Goes through packed strings that come from elsewhere, and may be damaged: from a snapshot or a frame. Reused; one thread. */
final class PackedCursor {
    private long next;
    private long end;
    private long at;
    private boolean isWhole;

    PackedCursor wrap(long address, int length) {
        next = address;
        end = address + length;
        isWhole = true;
        return this;
    }

    /** Goes to the next string; false at the end, and where one is not whole. */
    boolean next() {
        int bytes = next < end ? PackedBytes.checkedBytes(next, (int) (end - next)) : 0;
        isWhole &= bytes >= 0;
        at = next;
        next += Math.max(0, bytes);
        return bytes > 0;
    }

    long address() {
        return PackedBytes.address(at);
    }

    int length() {
        return PackedBytes.length(at);
    }

    /** Whether every string was, as far as it went. */
    boolean isWhole() {
        return isWhole;
    }
}
