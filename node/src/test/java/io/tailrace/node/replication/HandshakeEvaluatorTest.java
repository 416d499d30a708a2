package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.shard.ShardBench;
import io.tailrace.wire.handshake.CopyConsent;
import io.tailrace.wire.handshake.EndedHistory;
import io.tailrace.wire.handshake.HandshakeRequest;
import io.tailrace.wire.handshake.HandshakeRequest.ReplicaLog;
import io.tailrace.wire.handshake.HistoryPosition;
import io.tailrace.wire.handshake.RefusalCode;
import io.tailrace.wire.record.QueueIndex;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandshakeEvaluatorTest {
    private static final String PROMOTED = "00000000000000000000000000000000000000bb";
    private static final String OTHER = "c".repeat(40);

    @TempDir
    Path root;

    private ShardBench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new ShardBench(root, 1 << 20, 2 << 20).begin();
        bench.set("a", "1");
        bench.set("b", "2");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private Decision evaluate(String history, long index, long chain) {
        return evaluate(new ReplicaLog(history, index, chain, List.of()), null);
    }

    private Decision evaluate(ReplicaLog log, CopyConsent consent) {
        return HandshakeEvaluator.evaluate(
                bench.shard(), new HandshakeRequest(0, 1, "replica", 7000, log, consent, null));
    }

    private long last() {
        return bench.shard().backlog().lastIndex();
    }

    private long chain() {
        return bench.shard().backlog().lastChain();
    }

    private HistoryPosition end() {
        return HandshakeEvaluator.end(bench.shard());
    }

    /** Writes until the log begins in a later segment than its first. */
    private void forgetTheBeginning() {
        for (int round = 0; bench.shard().backlog().firstIndex() < QueueIndex.of(3, 0); round++) {
            assertTrue(round < 100, "the log keeps its beginning");
            for (int i = 0; i < 10; i++) {
                assertNull(bench.trySet("churn" + i, 100_000));
            }
            bench.shard().snapshots().begin(true);
            bench.finishSnapshot();
        }
    }

    private static void assertRefused(RefusalCode code, String word, Decision decision) {
        assertEquals(Decision.Answer.REFUSE, decision.answer());
        assertEquals(code, decision.code());
        assertTrue(decision.reason().contains(word), decision.reason());
    }

    @Test
    void shouldSendTheLogToABlankReplicaWhileItIsWhole() {
        Decision decision = evaluate(ReplicaLog.EMPTY, null);
        assertEquals(Decision.Answer.LOG, decision.answer());
        assertEquals(QueueIndex.NONE, decision.after());
    }

    @Test
    void shouldSendASnapshotToABlankReplicaOnceTheLogIsNotWhole() {
        forgetTheBeginning();
        assertEquals(Decision.Answer.SNAPSHOT, evaluate(ReplicaLog.EMPTY, null).answer());
    }

    @Test
    void shouldSendASnapshotToAReplicaThatIsOlderThanTheLog() {
        long index = last();
        long chainThere = chain();
        forgetTheBeginning();
        assertEquals(
                Decision.Answer.SNAPSHOT,
                evaluate(ShardBench.HISTORY, index, chainThere).answer());
        assertEquals(
                Decision.Answer.SNAPSHOT,
                evaluate(ShardBench.HISTORY, index, chainThere + 1).answer(),
                "what is gone can't be compared");
    }

    @Test
    void shouldStreamFromWhereTheReplicaIs() {
        Decision decision = evaluate(ShardBench.HISTORY, last(), chain());
        assertEquals(Decision.Answer.STREAM, decision.answer());
        assertEquals(last(), decision.after());
    }

    @Test
    void shouldRefuseAReplicaThatIsAhead() {
        assertRefused(RefusalCode.FUTURE, "lost here", evaluate(ShardBench.HISTORY, last() + 1, chain()));
        assertRefused(RefusalCode.FUTURE, "lost here", evaluate(ShardBench.HISTORY, QueueIndex.of(9, 0), chain()));
    }

    @Test
    void shouldRefuseAnotherChainAtTheSameIndex() {
        assertRefused(RefusalCode.FOREIGN, "chain", evaluate(ShardBench.HISTORY, last(), chain() + 1));
    }

    @Test
    void shouldRefuseAHistoryItNeverHad() {
        assertRefused(RefusalCode.FOREIGN, "never was", evaluate(PROMOTED, last(), chain()));
    }

    @Test
    void shouldRefuseAnotherShardCount() {
        Decision decision = HandshakeEvaluator.evaluate(
                bench.shard(), new HandshakeRequest(0, 2, "replica", 7000, ReplicaLog.EMPTY, null, null));
        assertRefused(RefusalCode.SHARDS, "0 of 2", decision);
    }

    @Test
    void shouldContinueAReplicaOfTheHistoryBeforeAPromotion() {
        long end = last();
        long chainAtEnd = chain();
        bench.shard().log().beginHistory(PROMOTED);
        bench.set("c", "3");
        assertEquals(
                Decision.Answer.STREAM,
                evaluate(ShardBench.HISTORY, end, chainAtEnd).answer());
        assertEquals(Decision.Answer.STREAM, evaluate(PROMOTED, last(), chain()).answer());
    }

    @Test
    void shouldRewindRecordsWrittenInAHistoryAfterItEnded() {
        long end = last();
        long chainAtEnd = chain();
        bench.shard().log().beginHistory(PROMOTED);
        bench.set("c", "3");
        assertRewindsTo(end, chainAtEnd, evaluate(ShardBench.HISTORY, end + 1, 5));
        assertRewindsTo(end, chainAtEnd, evaluate(ShardBench.HISTORY, QueueIndex.of(2, 0), 5));
        assertRewindsTo(end, chainAtEnd, evaluate(ShardBench.HISTORY, QueueIndex.of(9, 7), 5));
    }

    private static void assertRewindsTo(long index, long chain, Decision decision) {
        assertEquals(Decision.Answer.REWIND, decision.answer(), decision.reason());
        assertEquals(HistoryPosition.of(ShardBench.HISTORY, index, chain), decision.shared());
    }

    @Test
    void shouldRewindOneThatWasPromotedItselfToTheEarlierEndOfWhatBothHad() {
        long left = last();
        long chainThere = chain();
        bench.set("c", "3");
        long end = last();
        long chainAtEnd = chain();
        bench.shard().log().beginHistory(PROMOTED);
        bench.set("d", "4");
        assertRewindsTo(left, chainThere, evaluateLineage(new EndedHistory(ShardBench.HISTORY, left)));
        assertRewindsTo(end, chainAtEnd, evaluateLineage(new EndedHistory(ShardBench.HISTORY, end + 10)));
        assertRewindsTo(
                left,
                chainThere,
                evaluateLineage(new EndedHistory(OTHER, end), new EndedHistory(ShardBench.HISTORY, left)));
        assertRefused(RefusalCode.FOREIGN, "never was", evaluateLineage(new EndedHistory(OTHER, end)));
    }

    @Test
    void shouldNotRewindBecauseALogBecameShorter() {
        EndedHistory ended = new EndedHistory(ShardBench.HISTORY, last() + 10);
        assertRefused(RefusalCode.FUTURE, "lost here", evaluateLineage(ended));
    }

    private Decision evaluateLineage(EndedHistory... lineage) {
        return evaluate(promoted(lineage), null);
    }

    private static ReplicaLog promoted(EndedHistory... lineage) {
        return new ReplicaLog("d".repeat(40), QueueIndex.of(50, 1), 5, List.of(lineage));
    }

    @Test
    void shouldRefuseAnIndexBetweenTwoSegments() {
        bench.shard().log().openSegment();
        bench.set("c", "3");
        assertRefused(RefusalCode.FOREIGN, "does not have", evaluate(ShardBench.HISTORY, QueueIndex.of(1, 3), 5));
    }

    @Test
    void shouldOfferACopyWhereTheLogNoLongerReachesBackToTheFork() {
        long left = last();
        bench.set("c", "3");
        long end = last();
        long chainAtEnd = chain();
        bench.shard().log().beginHistory(PROMOTED);
        forgetTheBeginning();

        Decision atBoundary = evaluate(ShardBench.HISTORY, end + 1, 5);
        assertEquals(Decision.Answer.COPY, atBoundary.answer(), atBoundary.reason());
        assertEquals(HistoryPosition.of(ShardBench.HISTORY, end, chainAtEnd), atBoundary.shared());

        Decision between = evaluateLineage(new EndedHistory(ShardBench.HISTORY, left));
        assertEquals(Decision.Answer.COPY, between.answer(), between.reason());
        assertEquals(
                HistoryPosition.unproven(ShardBench.HISTORY, left),
                between.shared(),
                "the record is gone, and with it the chain there");
    }

    @Test
    void shouldNotAskForConsentWhereNothingIsGivenUp() {
        CopyConsent consent = new CopyConsent(end());
        ReplicaLog log = new ReplicaLog(ShardBench.HISTORY, last() - 1, chainAt(last() - 1), List.of());
        assertEquals(Decision.Answer.STREAM, evaluate(log, consent).answer());
        assertEquals(Decision.Answer.STREAM, evaluate(log, CopyConsent.ANY).answer());
    }

    private long chainAt(long index) {
        try (var reader = bench.shard().backlog().reader()) {
            return reader.readAt(index).chain();
        }
    }

    @Test
    void shouldOfferACopyInsteadOfARefusalWhenAnOperatorForcesIt() {
        ReplicaLog foreign = new ReplicaLog(OTHER, last(), 5, List.of());
        Decision decision = evaluate(foreign, CopyConsent.ANY);
        assertEquals(Decision.Answer.COPY, decision.answer());
        assertNull(decision.shared());

        ReplicaLog ahead = new ReplicaLog(ShardBench.HISTORY, last() + 1, 5, List.of());
        Decision shorter = evaluate(ahead, CopyConsent.ANY);
        assertEquals(Decision.Answer.COPY, shorter.answer());
        assertEquals(end(), shorter.shared(), "all of the shorter log");

        bench.shard().log().beginHistory(PROMOTED);
        ReplicaLog left = new ReplicaLog(ShardBench.HISTORY, QueueIndex.of(9, 7), 5, List.of());
        assertEquals(
                Decision.Answer.REWIND,
                evaluate(left, CopyConsent.ANY).answer(),
                "which gives up no more than it must");
    }

    @Test
    void shouldSendACopyOfTheLogThatWasConsentedTo() {
        ReplicaLog foreign = new ReplicaLog(OTHER, last(), 5, List.of());
        CopyConsent consent = new CopyConsent(end());
        assertEquals(Decision.Answer.LOG, evaluate(foreign, consent).answer());
        bench.set("c", "3");
        bench.shard().log().beginHistory(PROMOTED);
        assertEquals(Decision.Answer.LOG, evaluate(foreign, consent).answer(), "one that continues it has all of it");
        forgetTheBeginning();
        assertEquals(Decision.Answer.SNAPSHOT, evaluate(foreign, consent).answer());

        ReplicaLog fork = new ReplicaLog(PROMOTED, last() + 5, 5, List.of());
        assertEquals(
                Decision.Answer.SNAPSHOT, evaluate(fork, new CopyConsent(end())).answer());
    }

    @Test
    void shouldCopyNoOtherLogThanWasConsentedToAndNoShorterOne() {
        ReplicaLog foreign = new ReplicaLog(OTHER, last(), 5, List.of());
        for (HistoryPosition other : List.of(
                HistoryPosition.of("d".repeat(40), last(), chain()),
                HistoryPosition.of(ShardBench.HISTORY, last() + 1, chain()),
                HistoryPosition.of(ShardBench.HISTORY, QueueIndex.of(7, 0), chain()),
                HistoryPosition.of(ShardBench.HISTORY, last(), chain() + 1))) {
            Decision decision = evaluate(foreign, new CopyConsent(other));
            assertRefused(RefusalCode.FOREIGN, "it consents to a copy of history " + other.history(), decision);
            assertTrue(decision.reason().contains("never was"), decision.reason());
        }
    }

    @Test
    void shouldNotTakeAConsentForAnotherLogIntoAccountWhereTheReplicaRewinds() {
        long end = last();
        long chainAtEnd = chain();
        bench.shard().log().beginHistory(PROMOTED);
        ReplicaLog fork = new ReplicaLog(ShardBench.HISTORY, end + 3, 5, List.of());
        CopyConsent other = new CopyConsent(HistoryPosition.of(OTHER, 5, 5));
        assertRewindsTo(end, chainAtEnd, evaluate(fork, other));
        assertEquals(
                Decision.Answer.LOG,
                evaluate(fork, new CopyConsent(end())).answer(),
                "it has found nothing to build on, and asks for a copy");
        assertFalse(evaluate(fork, other).isContinuation());
    }
}
