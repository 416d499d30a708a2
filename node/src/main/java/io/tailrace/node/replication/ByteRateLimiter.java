package io.tailrace.node.replication;

/**
 * Lets through a number of bytes a second, in pieces of a twentieth of a second's worth, so that a low rate does not become a
 * stream of single bytes; at most two such pieces are saved up. Owned by one thread.
 */
final class ByteRateLimiter {
    private static final long PIECES_PER_SECOND = 20;
    private static final long MICROS_PER_SECOND = 1_000_000;

    private long lastMicros;
    /** Bytes times microseconds in a second: below 2^63, as a rate is at most a terabyte and the time a second. */
    private long credit;

    ByteRateLimiter(long nowMicros) {
        lastMicros = nowMicros;
    }

    /**
     * How many bytes may go now: {@code wanted}, fewer, or none.
     *
     * @param bytesPerSecond 0 for no limit
     */
    long allow(long nowMicros, long bytesPerSecond, long wanted) {
        long elapsed = Math.max(0, Math.min(nowMicros - lastMicros, MICROS_PER_SECOND));
        lastMicros = nowMicros;
        if (bytesPerSecond == 0) {
            credit = 0;
            return wanted;
        }
        long piece = Math.max(1, bytesPerSecond / PIECES_PER_SECOND);
        credit = Math.min(2 * piece * MICROS_PER_SECOND, credit + elapsed * bytesPerSecond);
        long allowed = credit / MICROS_PER_SECOND;
        return allowed >= Math.min(piece, wanted) ? Math.min(allowed, wanted) : 0;
    }

    /** This many have gone. */
    void spent(long bytes) {
        credit = bytes < credit / MICROS_PER_SECOND ? credit - bytes * MICROS_PER_SECOND : credit % MICROS_PER_SECOND;
    }
}
