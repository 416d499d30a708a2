package io.tailrace.node.replication;

import static io.tailrace.node.replication.PeerBench.frames;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tailrace.node.replication.PeerBench.Peer;
import io.tailrace.wire.record.QueueIndex;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A blank replica shows its data when it has what the primary had as the stream began. */
class FirstStreamTest {
    private static final String FROM_THE_FIRST_RECORD =
            "+STREAM " + "ab".repeat(20) + " " + QueueIndex.of(1, 0) + "\r\n";

    /** It waited for the end of the first primary's log, which the second never had, and showed nothing for ever. */
    @Test
    void shouldForgetWhereAnEarlierPrimaryWas(@TempDir Path root) throws Exception {
        try (PeerBench bench = new PeerBench(root)) {
            Peer primary = bench.followedPrimary();
            primary.send(FROM_THE_FIRST_RECORD).send(frames(frames -> frames.ping(QueueIndex.of(1, 1_000), 1_001, 0)));
            bench.turn();
            bench.pass(1);
            bench.turn();
            assertFalse(bench.replication.link().hasData(), "it has nothing of a thousand records");
            primary.reset();

            bench.primary().send(FROM_THE_FIRST_RECORD).send(frames(frames -> frames.ping(QueueIndex.NONE, 0, 0)));
            bench.step = "the end of a log that holds nothing";
            bench.await(() -> bench.replication.link().hasData());
        }
    }
}
