package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.shard.ShardBench;
import io.tailrace.wire.handshake.EndedHistory;
import io.tailrace.wire.handshake.HandshakeRequest;
import io.tailrace.wire.handshake.RefusalCode;
import io.tailrace.wire.record.QueueIndex;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandshakeJudgeTest {
    private static final String PROMOTED = "00000000000000000000000000000000000000bb";

    @TempDir
    Path root;

    private ShardBench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new ShardBench(root).begin();
        bench.set("a", "1");
        bench.set("b", "2");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private HandshakeJudge.Verdict judge(String history, long index, long chain) {
        return HandshakeJudge.judge(
                bench.shard(), new HandshakeRequest(0, 1, "replica", 7000, history, index, chain, List.of(), null, 0));
    }

    private long last() {
        return bench.shard().backlog().lastIndex();
    }

    private long chain() {
        return bench.shard().backlog().lastChain();
    }

    private static void assertRefused(RefusalCode code, String word, HandshakeJudge.Verdict verdict) {
        assertEquals(HandshakeJudge.Answer.REFUSE, verdict.answer());
        assertEquals(code, verdict.code());
        assertTrue(verdict.reason().contains(word), verdict.reason());
    }

    @Test
    void shouldStreamAllToABlankReplicaWhileTheLogIsWhole() {
        HandshakeJudge.Verdict verdict = judge(null, QueueIndex.NONE, 0);
        assertEquals(HandshakeJudge.Answer.STREAM, verdict.answer());
        assertEquals(QueueIndex.NONE, verdict.after());
    }

    @Test
    void shouldStreamFromWhereTheReplicaIs() {
        HandshakeJudge.Verdict verdict = judge(ShardBench.HISTORY, last(), chain());
        assertEquals(HandshakeJudge.Answer.STREAM, verdict.answer());
        assertEquals(last(), verdict.after());
    }

    @Test
    void shouldRefuseAReplicaThatIsAhead() {
        assertRefused(RefusalCode.FUTURE, "lost here", judge(ShardBench.HISTORY, last() + 1, chain()));
        assertRefused(RefusalCode.FUTURE, "lost here", judge(ShardBench.HISTORY, QueueIndex.of(9, 0), chain()));
    }

    @Test
    void shouldRefuseAnotherChainAtTheSameIndex() {
        assertRefused(RefusalCode.FOREIGN, "chain", judge(ShardBench.HISTORY, last(), chain() + 1));
    }

    @Test
    void shouldRefuseAHistoryItNeverHad() {
        assertRefused(RefusalCode.FOREIGN, "never was", judge(PROMOTED, last(), chain()));
    }

    @Test
    void shouldRefuseAnotherShardCount() {
        HandshakeJudge.Verdict verdict = HandshakeJudge.judge(
                bench.shard(), new HandshakeRequest(0, 2, "replica", 7000, null, -1, 0, List.of(), null, 0));
        assertRefused(RefusalCode.SHARDS, "0 of 2", verdict);
    }

    @Test
    void shouldContinueAReplicaOfTheHistoryBeforeAPromotion() {
        long end = last();
        long chainAtEnd = chain();
        bench.shard().beginHistory(PROMOTED);
        bench.set("c", "3");
        assertEquals(
                HandshakeJudge.Answer.STREAM,
                judge(ShardBench.HISTORY, end, chainAtEnd).answer());
        assertEquals(
                HandshakeJudge.Answer.STREAM, judge(PROMOTED, last(), chain()).answer());
    }

    @Test
    void shouldRewindRecordsWrittenInAHistoryAfterItEnded() {
        long end = last();
        long chainAtEnd = chain();
        bench.shard().beginHistory(PROMOTED);
        bench.set("c", "3");
        assertRewindsTo(end, chainAtEnd, judge(ShardBench.HISTORY, end + 1, 5));
        assertRewindsTo(end, chainAtEnd, judge(ShardBench.HISTORY, QueueIndex.of(2, 0), 5));
        assertRewindsTo(end, chainAtEnd, judge(ShardBench.HISTORY, QueueIndex.of(9, 7), 5));
    }

    private static void assertRewindsTo(long index, long chain, HandshakeJudge.Verdict verdict) {
        assertEquals(HandshakeJudge.Answer.REWIND, verdict.answer(), verdict.reason());
        assertEquals(ShardBench.HISTORY, verdict.history());
        assertEquals(index, verdict.after());
        assertEquals(chain, verdict.chain());
    }

    @Test
    void shouldRewindOneThatWasPromotedItselfToTheEarlierEndOfWhatBothHad() {
        long left = last();
        long chainThere = chain();
        bench.set("c", "3");
        long end = last();
        long chainAtEnd = chain();
        bench.shard().beginHistory(PROMOTED);
        bench.set("d", "4");
        assertRewindsTo(left, chainThere, judgeLineage(new EndedHistory(ShardBench.HISTORY, left)));
        assertRewindsTo(end, chainAtEnd, judgeLineage(new EndedHistory(ShardBench.HISTORY, end + 10)));
        assertRewindsTo(
                left,
                chainThere,
                judgeLineage(new EndedHistory("c".repeat(40), end), new EndedHistory(ShardBench.HISTORY, left)));
        assertRefused(RefusalCode.FOREIGN, "never was", judgeLineage(new EndedHistory("c".repeat(40), end)));
    }

    @Test
    void shouldNotRewindBecauseALogBecameShorter() {
        EndedHistory ended = new EndedHistory(ShardBench.HISTORY, last() + 10);
        assertRefused(RefusalCode.FUTURE, "lost here", judgeLineage(ended));
    }

    private HandshakeJudge.Verdict judgeLineage(EndedHistory... lineage) {
        HandshakeRequest request = new HandshakeRequest(
                0, 1, "replica", 7000, "d".repeat(40), QueueIndex.of(50, 1), 5, List.of(lineage), null, 0);
        return HandshakeJudge.judge(bench.shard(), request);
    }

    @Test
    void shouldRefuseAnIndexBetweenTwoSegments() {
        bench.shard().openSegment();
        bench.set("c", "3");
        assertRefused(RefusalCode.FOREIGN, "does not have", judge(ShardBench.HISTORY, QueueIndex.of(1, 3), 5));
    }
}
