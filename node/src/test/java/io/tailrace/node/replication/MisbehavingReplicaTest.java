package io.tailrace.node.replication;

import static io.tailrace.node.replication.PeerBench.frames;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.replication.PeerBench.Peer;
import io.tailrace.wire.handshake.FrameLayout;
import io.tailrace.wire.handshake.FrameWriter;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.QueueIndex;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What connections to a primary's replication port may do to it: nothing to others, and its memory stays bounded. */
class MisbehavingReplicaTest {
    private static final long HANDSHAKE_BYTES = 16 << 10;

    @TempDir
    Path root;

    private PeerBench bench;
    private Peer good;
    private long before;

    @BeforeEach
    void open() throws Exception {
        bench = new PeerBench(root);
        bench.shard.set("key", "value");
        good = bench.replica().attach("good");
        // what its copy takes of memory comes and goes
        bench.await(() -> {
            bench.passMs(1);
            return bench.shard.shard().snapshots().job() == null;
        });
        before = NativeBuffer.liveBytes();
    }

    @AfterEach
    void shouldHaveKeptTheGoodOne() throws Exception {
        assertFalse(good.isEnded());
        bench.await(() -> bench.sessions() == 1);
        assertTrue(NativeBuffer.liveBytes() <= before, "memory left behind");
        bench.close();
    }

    @Test
    void shouldLetAReplicaInHoweverManySayNothing() throws Exception {
        List<Peer> silent = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            silent.add(bench.replica());
            bench.turn();
        }
        bench.await(() -> silent.get(235).isEnded());
        assertEquals(1 + 64, bench.sessions());
        long grown = NativeBuffer.liveBytes() - before;
        assertTrue(grown <= 64 * HANDSHAKE_BYTES, "64 that say nothing take " + grown + " bytes");

        Peer late = bench.replica().attach("late");
        assertEquals(2, bench.replication.replicas().size());
        bench.pass(6);
        assertTrue(silent.stream().allMatch(Peer::isEnded), "who says nothing for 5 s is closed");
        late.reset();
    }

    @Test
    void shouldGiveUpAHandshakeThatNeverEnds() throws Exception {
        Peer slow = bench.replica();
        for (int i = 0; i < 6; i++) {
            slow.send("R");
            bench.pass(1);
        }
        slow.awaitEnd();
    }

    @Test
    void shouldNotWaitForTheEndOfWhatIsTooLong() throws Exception {
        for (String request : List.of(
                "*17\r\n$9\r\nREPLICATE\r\n$536870912\r\n",
                "*17\r\n$1073741824\r\n",
                "*17\r\n$-1\r\n",
                "*1073741824\r\n",
                "*-5\r\n",
                "R".repeat(4_097))) {
            Peer peer = bench.replica().send(request);
            peer.awaitEnd();
            assertTrue(peer.received().startsWith("-ERR "), peer.received());
        }
    }

    private static Map<String, byte[]> faults() {
        Map<String, byte[]> faults = new LinkedHashMap<>();
        faults.put("a record", frames(frames -> frames.record(1, 0, 0)));
        faults.put("a ping", frames(frames -> frames.ping(1, 2, 3)));
        faults.put("the begin of a snapshot", frames(frames -> frames.snapshotBegin(1, "s")));
        faults.put("the end of a snapshot", frames(frames -> frames.snapshotEnd(1)));
        faults.put("an entry's end", frames(frames -> frames.fetched(1, 2, 3)));
        faults.put("a fetch, and nothing to roll back", frames(frames -> frames.fetch(0, 0)));
        faults.put("force", frames(FrameWriter::force));
        faults.put("an answer nobody asked for", frames(frames -> frames.probed(1, 2, 3)));
        faults.put("an error", frames(frames -> frames.error("no")));
        faults.put("an ACK of the future", frames(frames -> frames.ack(1L << 40, 0, 0, 0, 0)));
        faults.put("an ACK of the last number", frames(frames -> frames.ack(Long.MAX_VALUE, 0, 0, 0, 0)));
        faults.put("a negative ACK", frames(frames -> frames.ack(-2, 0, 0, 0, 0)));
        faults.put("an ACK durable in the future", frames(frames -> frames.ack(-1, 0, 1L << 40, 0, 0)));
        faults.put("a negative length", PeerBench.frame(-1, FrameLayout.ACK, 0, 0));
        faults.put("a gibibyte", PeerBench.frame(1 << 30, FrameLayout.FETCH, 0, 0));
        faults.put("an unknown type", PeerBench.frame(0, 99, 0, 0));
        faults.put("bytes that must be zero", PeerBench.frame(32, 0x0100 | FrameLayout.ACK, 0, 32));
        return faults;
    }

    @Test
    void shouldCloseOnlyWhoSendsWhatMakesNoSense() throws Exception {
        for (Map.Entry<String, byte[]> fault : faults().entrySet()) {
            Peer peer = bench.replica().attach("bad").send(fault.getValue());
            peer.awaitEnd();
            long last = bench.shard.shard().backlog().lastIndex();
            assertTrue(
                    bench.replication.places().stream().allMatch(replica -> replica.index() <= last),
                    fault.getKey() + " counts as applied");
        }
    }

    @Test
    void shouldCloseAReplicaThatWentAstray() throws Exception {
        long last = bench.shard.shard().backlog().lastIndex();
        long chain = bench.shard.shard().backlog().lastChain();
        Peer peer = bench.replica().attach("astray");
        peer.send(frames(frames -> frames.ack(last, last, last, chain, 0)));
        bench.pass(1);
        assertFalse(peer.isEnded());
        peer.send(frames(frames -> frames.ack(last, last, last, ~chain, 0)));
        peer.awaitEnd();
    }

    @Test
    void shouldTakeHalfAFrameAndWait() throws Exception {
        byte[] ack = frames(frames -> frames.ack(QueueIndex.NONE, -1, -1, 0, 0));
        Peer peer = bench.replica().attach("half");
        for (byte one : ack) {
            peer.send(new byte[] {one});
            bench.turn();
        }
        assertFalse(peer.isEnded());
        peer.send(java.util.Arrays.copyOf(ack, 20));
        bench.pass(1);
        assertFalse(peer.isEnded());
        bench.pass(33);
        peer.awaitEnd();
        good.awaitEnd(); // it was silent for as long
        good = bench.replica().attach("good");
    }

    @Test
    void shouldNotPileUpAnswersForOneThatAsksAndDoesNotRead() throws Exception {
        Peer peer = bench.replica().attach("deaf");
        bench.turn();
        long attached = NativeBuffer.liveBytes();
        byte[] probes = frames(frames -> {
            for (int i = 0; i < 64; i++) {
                frames.probe(i);
            }
        });
        long sent = peer.flood(probes, 16 << 20);
        long grown = NativeBuffer.liveBytes() - attached;
        assertTrue(grown <= 1 << 20, sent + " bytes of questions take " + grown + " bytes");
        assertTrue(sent >= 16 << 20, "they are read all the same");
        peer.reset();
    }

    @Test
    void shouldNotTakeASecondFetchBeforeTheFirstIsAnswered() throws Exception {
        String old = bench.shard.shard().history().current().id();
        long end = bench.shard.shard().backlog().lastIndex();
        bench.shard.shard().log().beginHistory("bb".repeat(20));
        Peer peer = bench.replica().send(PeerBench.request("rewinds", old, end + 5, 7));
        bench.await(() -> peer.received().contains("+REWIND "));
        byte[] fetch = PeerBench.frame(5, FrameLayout.FETCH, 0, 5);
        fetch[FrameLayout.HEADER_LENGTH] = 1;
        byte[] two = new byte[2 * fetch.length];
        System.arraycopy(fetch, 0, two, 0, fetch.length);
        System.arraycopy(fetch, 0, two, fetch.length, fetch.length);
        peer.send(two);
        peer.awaitEnd();
        Peer liar = bench.replica().send(PeerBench.request("lies", old, end + 5, 7));
        bench.await(() -> liar.received().contains("+REWIND "));
        fetch[FrameLayout.HEADER_LENGTH] = 77;
        liar.send(fetch);
        liar.awaitEnd();
        bench.await(() -> bench.sessions() == 1);
    }

    @Test
    void shouldForgetWhoConnectsAndResetsAgainAndAgain() throws Exception {
        for (int i = 0; i < 400; i++) {
            Peer peer = bench.replica();
            if (i % 3 == 0) {
                peer.send("REPLICATE VERSION 2 SH");
            } else if (i % 3 == 1) {
                peer.send(bench.request("storm-" + i));
            }
            peer.reset();
            bench.turn();
        }
        bench.await(() -> bench.sessions() == 1);
        assertTrue(bench.replication.places().size() <= 1 + ReconnectSlots.MAX, "places are kept for all of them");
    }

    @Test
    void shouldTakeNoMoreReplicasThanItMay() throws Exception {
        List<Peer> replicas = new ArrayList<>();
        for (int i = 1; i < 64; i++) {
            replicas.add(bench.replica().attach("replica-" + i));
        }
        Peer tooMany = bench.replica().send(bench.request("one-more"));
        tooMany.awaitEnd();
        assertTrue(
                tooMany.received().startsWith("-LOADING this node has as many replicas as it may"), tooMany.received());
        for (Peer replica : replicas) {
            replica.reset();
        }
    }
}
