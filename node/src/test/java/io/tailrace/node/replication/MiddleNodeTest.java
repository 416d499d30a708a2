package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.shard.ShardBench;
import io.tailrace.wire.handshake.HandshakeRequest;
import io.tailrace.wire.handshake.RefusalCode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MiddleNodeTest {
    private static final class Link implements MiddleNode.Upstream {
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

    private HandshakeJudge.Verdict judge(Link own, String replicaId, String history, long ahead) {
        long index = bench.shard().backlog().lastIndex() + ahead;
        return new MiddleNode(bench.shard(), () -> own)
                .judge(new HandshakeRequest(
                        0,
                        1,
                        replicaId,
                        7000,
                        history,
                        index,
                        bench.shard().backlog().lastChain(),
                        List.of(),
                        null,
                        0));
    }

    private static void assertLoading(String word, HandshakeJudge.Verdict verdict) {
        assertEquals(HandshakeJudge.Answer.REFUSE, verdict.answer());
        assertEquals(RefusalCode.LOADING, verdict.code());
        assertTrue(verdict.reason().contains(word), verdict.reason());
    }

    @Test
    void shouldFeedOthersWhileItIsFed() {
        HandshakeJudge.Verdict verdict = judge(link, "child", ShardBench.HISTORY, 0);
        assertEquals(HandshakeJudge.Answer.STREAM, verdict.answer());
        assertEquals(bench.shard().backlog().lastIndex(), verdict.after());
    }

    @Test
    void shouldNotFeedWhileItsOwnLinkIsDown() {
        link.isStreaming = false;
        assertLoading("its link to top:6379 is not up", judge(link, "child", ShardBench.HISTORY, 0));
    }

    @Test
    void shouldNotFeedWhileItTakesOver() {
        assertLoading("taking over", judge(null, "child", ShardBench.HISTORY, 0));
    }

    @Test
    void shouldNotFeedItsOwnPrimary() {
        HandshakeJudge.Verdict verdict = judge(link, "top-id", ShardBench.HISTORY, 0);
        assertEquals(RefusalCode.NOTPRIMARY, verdict.code());
        assertTrue(verdict.reason().contains("circle"), verdict.reason());
    }

    @Test
    void shouldNotAdviseToDiscardWhatItMayJustNotHaveYet() {
        HandshakeJudge.Verdict ahead = judge(link, "child", ShardBench.HISTORY, 5);
        assertLoading("may just not have it yet", ahead);
        assertFalse(ahead.reason().contains("FORCE"), ahead.reason());
        assertLoading("may just not have it yet", judge(link, "child", "0".repeat(38) + "bb", 0));
    }
}
