package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.shard.ShardBench;
import io.tailrace.wire.handshake.CopyConsent;
import io.tailrace.wire.handshake.HandshakeRequest;
import io.tailrace.wire.handshake.HandshakeRequest.ReplicaLog;
import io.tailrace.wire.handshake.HistoryPosition;
import io.tailrace.wire.handshake.RefusalCode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CascadingReplicaTest {
    private static final class Link implements CascadingReplica.UpstreamLink {
        boolean isStreaming = true;

        @Override
        public HostPort primary() {
            return new HostPort("top", 6379);
        }

        @Override
        public String primaryId() {
            return "top-id";
        }

        @Override
        public boolean isStreaming() {
            return isStreaming;
        }
    }

    @TempDir
    Path root;

    private final Link link = new Link();
    private CopyConsent consent;
    private ShardBench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new ShardBench(root).begin();
        bench.set("a", "1");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private Decision evaluate(Link own, String replicaId, String history, long ahead) {
        long index = bench.shard().backlog().lastIndex() + ahead;
        return new CascadingReplica(bench.shard(), () -> own)
                .evaluate(new HandshakeRequest(
                        0,
                        1,
                        replicaId,
                        7000,
                        new ReplicaLog(history, index, bench.shard().backlog().lastChain(), List.of()),
                        consent,
                        null));
    }

    private static void assertLoading(String word, Decision decision) {
        assertEquals(Decision.Answer.REFUSE, decision.answer());
        assertEquals(RefusalCode.LOADING, decision.code());
        assertTrue(decision.reason().contains(word), decision.reason());
    }

    @Test
    void shouldFeedOthersWhileItIsFed() {
        Decision decision = evaluate(link, "child", ShardBench.HISTORY, 0);
        assertEquals(Decision.Answer.STREAM, decision.answer());
        assertEquals(bench.shard().backlog().lastIndex(), decision.after());
    }

    @Test
    void shouldNotFeedWhileItsOwnLinkIsDown() {
        link.isStreaming = false;
        assertLoading("its link to top:6379 is not up", evaluate(link, "child", ShardBench.HISTORY, 0));
    }

    @Test
    void shouldNotFeedWhileItTakesOver() {
        assertLoading("taking over", evaluate(null, "child", ShardBench.HISTORY, 0));
    }

    @Test
    void shouldNotFeedItsOwnPrimary() {
        Decision decision = evaluate(link, "top-id", ShardBench.HISTORY, 0);
        assertEquals(RefusalCode.NOTPRIMARY, decision.code());
        assertTrue(decision.reason().contains("circle"), decision.reason());
    }

    @Test
    void shouldNotAdviseToDiscardWhatItMayJustNotHaveYet() {
        Decision ahead = evaluate(link, "child", ShardBench.HISTORY, 5);
        assertLoading("may just not have it yet", ahead);
        assertFalse(ahead.reason().contains("FORCE"), ahead.reason());
        assertLoading("may just not have it yet", evaluate(link, "child", "0".repeat(38) + "bb", 0));
    }

    @Test
    void shouldLetAReplicaWaitThatConsentsToWhatMayJustNotBeHereYet() {
        consent = new CopyConsent(HistoryPosition.of("0".repeat(38) + "bb", 5, 5));
        assertLoading("it consents to a copy of history", evaluate(link, "child", "0".repeat(38) + "cc", 0));
    }

    @Test
    void shouldOfferACopyToAReplicaThatAnOperatorForces() {
        consent = CopyConsent.ANY;
        assertEquals(
                Decision.Answer.COPY,
                evaluate(link, "child", "0".repeat(38) + "bb", 0).answer());
    }
}
