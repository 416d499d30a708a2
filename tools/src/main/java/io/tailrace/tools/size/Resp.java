package io.tailrace.tools.size;

/** Lengths of requests. Stateless. */
final class Resp {
    /** {@code *3\r\n}; one byte more above 9 arguments, which is left out. */
    static final int ARRAY = 4;

    private static final int AROUND_BULK = 5;

    private Resp() {}

    static long bulk(long bytes) {
        return AROUND_BULK + Long.toString(bytes).length() + bytes;
    }
}
