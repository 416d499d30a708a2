package io.tailrace.node.replication;

import io.tailrace.wire.handshake.HistoryPosition;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a shard has got ready to give up for a complete copy of one log: its own writes are saved.
 *
 * @param to the log, by where it ended when the primary named it: no other log, and no shorter one
 * @param isRewind whether the records that go are those after the last one both have, and not all
 * @param lostWrites records that go and that no other node is known to have
 * @param missing which such writes are in no file, so that the data that is replaced has to stay on the disk, or null
 */
record CopyGrant(HistoryPosition to, boolean isRewind, long lostWrites, String missing) {
    private static final Logger LOG = LoggerFactory.getLogger(CopyGrant.class);

    /** The copy has taken over. */
    void count(ReplicationCounters counters) {
        if (isRewind) {
            counters.countRewind();
        }
        counters.countLostWrites(lostWrites);
    }

    /** Says where this node's own writes are saved; {@code file} is null when there are none. */
    static void saved(LinkHost host, long records, Path file) {
        if (file != null) {
            host.counters().savedLostWrites(file);
            LOG.warn(
                    "shard={}: saved {} records that no other node is known to have in {}; to apply them again: redis-cli "
                            + "--pipe < that file",
                    host.shard().id(),
                    records,
                    file);
        }
    }
}
