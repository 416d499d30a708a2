package io.tailrace.node.replication;

import static io.tailrace.node.replication.PeerBench.frames;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tailrace.node.replication.PeerBench.Peer;
import io.tailrace.node.shard.ShardBench;
import io.tailrace.wire.handshake.HistoryPosition;
import io.tailrace.wire.record.QueueIndex;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A blank replica shows its data when it has what the primary had as the stream began. */
class FirstStreamTest {
    /** It waited for the end of the first primary's log, which the second never had, and showed nothing forever. */
    @Test
    void shouldForgetWhereAnEarlierPrimaryWas(@TempDir Path root) throws Exception {
        try (PeerBench bench = new PeerBench(root.resolve("own"));
                ShardBench other = new ShardBench(root.resolve("other")).begin()) {
            Peer primary = bench.followedPrimary();
            HistoryPosition far = HistoryPosition.of("ab".repeat(20), QueueIndex.of(1, 1_000), 1);
            primary.send(PeerBench.logReply(far)).send(frames(frames -> frames.ping(far.index(), 1_001, 0)));
            bench.turn();
            bench.pass(1);
            bench.turn();
            assertFalse(bench.replication.link().hasData(), "it has nothing of a thousand records");
            primary.reset();

            Peer next = bench.primary().send(PeerBench.logReply(HandshakeEvaluator.end(other.shard())));
            bench.turn();
            assertFalse(bench.replication.link().hasData(), "it has nothing of the one record");
            next.send(PeerBench.log(other));
            bench.step = "the end of a log that holds nothing";
            bench.await(() -> bench.replication.link().hasData());
        }
    }
}
