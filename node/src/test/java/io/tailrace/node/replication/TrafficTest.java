package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.replication.PeerBench.Peer;
import io.tailrace.node.services.ReplicationServices.Traffic;
import io.tailrace.node.shard.ShardBench;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes of the links between nodes are counted as they are on the wire, by the side that sends them and the one that gets them. */
class TrafficTest {
    @TempDir
    private Path dir;

    private PeerBench bench;

    @BeforeEach
    void start() throws Exception {
        bench = new PeerBench(new ShardBench(dir).begin());
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    private Traffic traffic() {
        bench.pass(1);
        return bench.replication.traffic();
    }

    @Test
    void shouldCountWhatReplicasAreSentWhileTheyAreThereAndAfterwards() throws Exception {
        assertEquals(new Traffic(0, 0, 0, 0), traffic());
        Peer replica = bench.replica().attach("a".repeat(40));
        bench.shard.set("key", "v".repeat(10_000));
        bench.await(() -> traffic().sent() > 10_000);
        assertEquals(0, traffic().received(), "what a replica acknowledges is none of it");
        replica.reset();
        bench.await(() -> {
            bench.turn();
            return bench.sessions() == 0;
        });
        long sent = traffic().sent();
        assertTrue(sent > 10_000, "by one that is gone: " + sent);
        assertEquals(new Traffic(0, sent, 0, 0), traffic(), "nothing more in the second after");
    }

    @Test
    void shouldCountWhatThePrimarySends() throws Exception {
        Peer primary = bench.followedPrimary();
        long before = traffic().received();
        byte[] ping = PeerBench.frames(frames -> frames.ping(-1, 0, 0));
        bench.await(() -> {
            primary.send(ping);
            long came = traffic().received() - before;
            assertEquals(0, came % ping.length, "whole frames, as they are on the wire");
            return came >= 5L * ping.length;
        });
        assertEquals(0, traffic().sent(), "what it acknowledges is none of it");
    }
}
