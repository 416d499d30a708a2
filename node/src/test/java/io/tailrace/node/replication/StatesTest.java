package io.tailrace.node.replication;

import static io.tailrace.node.replication.PeerBench.frames;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.platform.StateEdges;
import io.tailrace.node.platform.StateMachine;
import io.tailrace.node.replication.PeerBench.Peer;
import io.tailrace.node.shard.ShardBench;
import io.tailrace.wire.handshake.HistoryPosition;
import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every edge that a machine of states allows is taken here by what peers do, so none is dead. */
class StatesTest {
    private static final HostPort PRIMARY = new HostPort("127.0.0.1", 1);
    private static final String PROMOTED = "00000000000000000000000000000000000000bb";

    @TempDir
    Path root;

    private final Set<StateMachine<?>> machines = Collections.newSetFromMap(new IdentityHashMap<>());
    private PeerBench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new PeerBench(root.resolve("own"));
        bench.afterTurn(this::note);
        bench.shard.set("key", "value");
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    private void note() {
        ReplicaLink link = bench.replication.replica().link();
        if (link != null) {
            machines.add(link.machine());
        }
        bench.replication.primary().sessions().forEach(session -> machines.add(((ReplicaSession) session).machine()));
    }

    private Set<String> taken() {
        Set<String> edges = new TreeSet<>();
        machines.forEach(machine -> edges.addAll(StateEdges.taken(machine)));
        return edges;
    }

    @Test
    void shouldTakeEveryEdgeOfASession() throws Exception {
        bench.step = "a stranger";
        bench.replica().send("nonsense\r\n").awaitEnd();
        bench.step = "a replica that has all";
        bench.replica().attach("one").reset();

        bench.step = "a replica that goes before it is answered";
        Peer hasty = bench.replica().send(PeerBench.request("hasty", "-", -1, 0));
        bench.await(() -> bench.replication.primary().sessions().stream()
                .anyMatch(session -> ((ReplicaSession) session).machine().is(SessionState.OPENING)));
        hasty.reset();
        bench.await(() -> taken().contains("OPENING -> CLOSED"));

        bench.step = "rewinds";
        long common = bench.shard.shard().backlog().lastIndex();
        bench.shard.shard().log().beginHistory(PROMOTED);
        for (boolean isCompleted : new boolean[] {true, false}) {
            Peer rewinding = bench.replica().send(PeerBench.request("two", ShardBench.HISTORY, common + 1, 5));
            bench.await(() -> rewinding.received().contains("+REWIND "));
            if (isCompleted) {
                rewinding.send(frames(frames -> frames.fetch(0, 0)));
                bench.await(() -> taken().contains("REWINDING -> STREAMING"));
            }
            rewinding.reset();
        }

        bench.step = "snapshots";
        bench.await(() -> bench.sessions() == 0);
        bench.pass(61);
        forgetTheBeginning();
        for (boolean isTaken : new boolean[] {true, false}) {
            Peer syncing = bench.replica().send(PeerBench.request("three", "-", -1, 0));
            bench.await(() -> syncing.received().contains("+SNAPSHOT "));
            if (isTaken) {
                bench.await(() -> {
                    syncing.received();
                    return taken().contains("SENDING_SNAPSHOT -> STREAMING");
                });
            }
            syncing.reset();
        }
        bench.step = "every session is closed";
        bench.await(() -> bench.sessions() == 0);
        assertEquals(StateEdges.allowed(SessionState.values(), SessionState::successors), taken());
    }

    private void forgetTheBeginning() {
        bench.shard.shard().backlog().retention().set(2 << 20, Long.MAX_VALUE);
        for (int round = 0; bench.shard.shard().isWhole(); round++) {

            assertTrue(round < 100, "the log keeps its beginning");
            for (int i = 0; i < 10; i++) {
                assertNull(bench.shard.trySet("churn" + i, 200_000));
            }
            bench.shard.finishSnapshot();
            assertNotNull(bench.shard.shard().snapshots().begin(true));
            bench.shard.finishSnapshot();
        }
    }

    @Test
    void shouldTakeEveryEdgeOfALink() throws Exception {
        try (ShardBench primary = new ShardBench(root.resolve("primary")).begin()) {
            primary.set("key", "of the primary");
            failToLocateAndToConnect();
            endInEveryState(primary);
            breakInEveryState(primary);
            completeACopy(primary);
        }
        assertEquals(StateEdges.allowed(LinkState.values(), LinkState::successors), taken());
    }

    private void failToLocateAndToConnect() {
        bench.step = "nobody knows where the primary is";
        bench.locate(location -> new PrimaryLocator.Location(null, 0, null, "nobody knows", false));
        bench.replication.follow(PRIMARY, null);
        awaitState(LinkState.BACKOFF);
        bench.step = "nothing listens there";
        bench.locate(PeerBench::unreachable);
        bench.replication.follow(PRIMARY, null);
        bench.await(() -> taken().contains("CONNECTING -> BACKOFF"));
        bench.locate(Function.identity());
        bench.step = "the next attempt";
        bench.pass(3);
        bench.await(() -> taken().contains("BACKOFF -> LOCATING"));
    }

    private void awaitState(LinkState state) {
        bench.await(() -> bench.replication.replica().link().machine().is(state));
    }

    private void endInEveryState(ShardBench primary) throws Exception {
        bench.step = "the node follows another in each of the states";
        bench.replication.follow(PRIMARY, null);
        note();
        try (PeerBench.BusyPort busy = new PeerBench.BusyPort()) {
            bench.locate(busy::instead);
            bench.replication.follow(PRIMARY, null);
            awaitState(LinkState.CONNECTING);
            bench.locate(Function.identity());
            bench.replication.follow(PRIMARY, null);
        }
        awaitState(LinkState.HANDSHAKE);
        bench.replication.follow(PRIMARY, null);
        bench.livePrimary().send(stream());
        awaitState(LinkState.STREAMING);
        bench.replication.follow(PRIMARY, null);
        bench.livePrimary().send(snapshot(primary));
        awaitState(LinkState.RESYNCING);
        bench.replication.follow(PRIMARY, new Order());
        bench.livePrimary().send(copy(primary));
        awaitState(LinkState.SAVING);
        bench.replication.follow(PRIMARY, null);
        bench.livePrimary().reset();
        awaitState(LinkState.BACKOFF);
        bench.replication.follow(PRIMARY, null);
    }

    private void breakInEveryState(ShardBench primary) throws Exception {
        bench.step = "the primary is gone in each of the states";
        bench.livePrimary().send(stream()).reset();
        awaitState(LinkState.BACKOFF);
        bench.livePrimary().send(snapshot(primary)).reset();
        awaitState(LinkState.BACKOFF);
    }

    /** What the operator's order lets it do: first it saves what it has, then it takes the whole log. */
    private void completeACopy(ShardBench primary) throws Exception {
        bench.step = "a copy";
        bench.replication.follow(PRIMARY, new Order());
        bench.livePrimary().send(copy(primary)).reset();
        awaitState(LinkState.BACKOFF);
        Peer peer = bench.livePrimary();
        assertTrue(peer.received().contains("CONSENT\r\n"), peer.received());
        assertTrue(peer.received().contains(end(primary).text()), peer.received());
        peer.send(PeerBench.logReply(end(primary))).send(PeerBench.log(primary));
        awaitState(LinkState.STREAMING);
        assertEquals(primary.contents(), bench.shard.contents());
    }

    private static HistoryPosition end(ShardBench of) {
        return HandshakeEvaluator.end(of.shard());
    }

    private String stream() {
        return "+STREAM " + (bench.shard.shard().backlog().lastIndex() + 1) + " "
                + end(bench.shard).text() + "\r\n";
    }

    private static String snapshot(ShardBench primary) {
        return "+SNAPSHOT 0000000300000005-00060a24181e4001 -1 0 70000 "
                + end(primary).text() + "\r\n";
    }

    private static String copy(ShardBench primary) {
        return "+COPY - " + end(primary).text() + "\r\n";
    }

    /** An operator's order that is bound as soon as it may be. */
    private static final class Order implements ForceOrder {
        private volatile HistoryPosition to;

        @Override
        public HistoryPosition boundTo() {
            return to;
        }

        @Override
        public String bind(HistoryPosition position) {
            to = position;
            return null;
        }

        @Override
        public void done() {}
    }
}
