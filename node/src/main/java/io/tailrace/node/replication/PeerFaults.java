package io.tailrace.node.replication;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what strangers do on the replication port from filling the log: so many of them are told one by one each second, and the
 * rest as a number when the second is over. Owned by the shard's reactor thread.
 */
final class PeerFaults {
    private static final Logger LOG = LoggerFactory.getLogger(PeerFaults.class);
    private static final int MOST_PER_SECOND = 10;
    private static final long SECOND_MILLIS = 1_000;

    private final int shard;
    private long second = -1;
    private int told;
    private long untold;

    PeerFaults(int shard) {
        this.shard = shard;
    }

    /** Whether one more may have a line of its own. */
    boolean mayTell(long nowMillis) {
        if (nowMillis / SECOND_MILLIS != second) {
            second = nowMillis / SECOND_MILLIS;
            told = 0;
        }
        if (told < MOST_PER_SECOND) {
            told++;
            return true;
        }
        untold++;
        return false;
    }

    /** About once a second: tells how many had none; returns that. */
    long onSecond() {
        long count = untold;
        if (count > 0) {
            LOG.info("shard {}: {} more connections to the replication port came to nothing", shard, count);
            untold = 0;
        }
        return count;
    }
}
