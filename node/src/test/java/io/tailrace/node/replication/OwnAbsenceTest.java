package io.tailrace.node.replication;

import static io.tailrace.node.replication.PeerBench.frames;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.replication.PeerBench.Peer;
import io.tailrace.node.shard.Shard;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose thread was busy with one thing for a minute calls nobody silent for it. */
class OwnAbsenceTest {
    private static final long MINUTE_MS = 60_000;

    private PeerBench bench;

    @BeforeEach
    void open(@TempDir Path root) throws Exception {
        bench = new PeerBench(root);
        bench.shard.set("key", "value");
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    @Test
    void shouldKeepItsReplicaAndGiveItUpWhenThatIsSilentAfterwards() throws Exception {
        Peer replica = bench.replica().attach("one");
        Peer newcomer = bench.replica();
        bench.turn();
        bench.passMs(MINUTE_MS);
        assertFalse(replica.isEnded());
        assertFalse(newcomer.isEnded(), "it may have said who it is meanwhile");
        bench.pass(1);
        newcomer.awaitEnd();
        replica.awaitEnd();
    }

    @Test
    void shouldKeepItsPrimaryAndGiveItUpWhenThatIsSilentAfterwards() throws Exception {
        Peer primary = bench.followedPrimary();
        Shard shard = bench.shard.shard();
        long last = shard.backlog().lastIndex();
        primary.send(
                "+STREAM " + (last + 1) + " " + HandshakeEvaluator.end(shard).text() + "\r\n");
        bench.await(this::isStreaming);
        bench.passMs(MINUTE_MS);
        assertTrue(isStreaming());
        primary.send(frames(frames -> frames.ping(last, 0, 1)));
        for (int i = 0; i < 5; i++) {
            bench.passMs(1_900);
            assertTrue(isStreaming(), "it was heard");
        }
        for (int i = 0; i < 6; i++) {
            bench.passMs(1_900);
        }
        assertFalse(isStreaming());
    }

    private boolean isStreaming() {
        return bench.replication.replica().link().machine().is(LinkState.STREAMING);
    }
}
