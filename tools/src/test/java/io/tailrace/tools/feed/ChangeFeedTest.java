package io.tailrace.tools.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.feed.Change;
import io.tailrace.node.feed.ChangeFeed;
import io.tailrace.node.feed.FeedEvent;
import io.tailrace.node.feed.FeedException;
import io.tailrace.node.feed.FeedGap;
import io.tailrace.node.feed.FeedPosition;
import io.tailrace.node.feed.FeedStart;
import io.tailrace.node.feed.HistoryChange;
import io.tailrace.node.platform.AtomicFile;
import io.tailrace.tools.dump.LogFixture;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.SegmentRecord;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ChangeFeedTest {
    private static final String OTHER = "89abcdef0123456789abcdef0123456789abcdef";
    private static final long DEADLINE_NANOS = 30_000_000_000L;

    @TempDir
    private Path dir;

    private LogFixture log;
    private ChangeFeed feed;

    @AfterEach
    void close() {
        if (feed != null) {
            feed.close();
        }
        if (log != null) {
            log.close();
        }
    }

    private void open(FeedStart start) {
        feed = ChangeFeed.open(dir).from(start);
    }

    private LogFixture create() {
        log = LogFixture.createShard(dir, 1, 0);
        return log.openSegment();
    }

    /** The next event that is not "nothing"; a feed looks around by itself from time to time. */
    private FeedEvent await() {
        long end = System.nanoTime() + DEADLINE_NANOS;
        FeedEvent event = feed.poll();
        while (event == FeedEvent.NOTHING && System.nanoTime() < end) {
            Thread.onSpinWait();
            event = feed.poll();
        }
        return event;
    }

    private String next() {
        FeedEvent event = await();
        return switch (event) {
            case CHANGE -> text(feed.change());
            case GAP -> feed.gap().toString();
            case HISTORY ->
                feed.historyChange().kind() + " to "
                        + QueueIndex.toString(feed.historyChange().common());
            case NOTHING -> "nothing";
        };
    }

    private static String text(Change change) {
        List<String> effects = new ArrayList<>();
        while (change.next()) {
            StringBuilder effect = new StringBuilder();
            effect.append(change.database()).append(' ').append(change.effect());
            for (int i = 1; i < change.arguments().count(); i++) {
                effect.append(' ').append(new String(change.arguments().bytes(i), StandardCharsets.UTF_8));
            }
            effects.add(effect.toString());
        }
        return QueueIndex.toString(change.index()) + " " + effects;
    }

    private void assertNothing() {
        for (int i = 0; i < 3; i++) {
            assertEquals(FeedEvent.NOTHING, feed.poll());
        }
    }

    @Test
    void shouldDeliverEveryChangeInOrderOverRolls() {
        create().effect("SET a 1", "ECHO note").effect("SELECT 3", "SET b 2", "COPY b c DB 5 REPLACE", "FLUSHDB");
        open(FeedStart.oldest());
        assertEquals("1:1 [0 SET a 1]", next());
        assertEquals("1:2 [3 SET b 2, 5 COPY b c DB 5 REPLACE, 3 FLUSHDB]", next());
        assertNothing();
        log.openSegment().effect("DEL a");
        assertEquals("2:1 [0 DEL a]", next());
        log.openSegment().openSegment().effect("SET z 9");
        assertEquals("4:1 [0 SET z 9]", next());
        assertNothing();
    }

    @Test
    void shouldShowEffectsAsTheyLieInTheLog() {
        create().effect("HSET user:1 name Ada", "FLUSHALL");
        open(FeedStart.oldest());
        assertEquals(FeedEvent.CHANGE, await());
        Change change = feed.change();
        assertEquals(0, change.shard());
        assertEquals(LogFixture.HISTORY, change.history());
        assertEquals(LogFixture.START_MICROS + 1_000, change.commitMicros());
        assertTrue(change.next());
        assertEquals(Effect.HSET, change.effect());
        assertTrue(change.hasKey());
        assertEquals("user:1", new String(change.key(), StandardCharsets.UTF_8));
        assertFalse(change.isPart());
        assertTrue(change.next());
        assertFalse(change.hasKey());
        assertFalse(change.next());
        change.restart();
        assertTrue(change.next());
        assertEquals(Effect.HSET, change.effect());
    }

    @Test
    void shouldBeginWhereItIsTold() {
        create().effect("SET a 1")
                .effect("SET a 2")
                .openSegment()
                .effect("SET a 3")
                .effect("SET a 4");
        open(FeedStart.index(QueueIndex.of(1, 2)));
        assertEquals("1:2 [0 SET a 2]", next());
        feed.close();
        open(FeedStart.time(LogFixture.START_MICROS + 4_000));
        assertEquals("2:1 [0 SET a 3]", next());
        feed.close();
        open(FeedStart.now());
        log.effect("SET a 5");
        assertEquals("2:3 [0 SET a 5]", next());
    }

    @Test
    void shouldBeginWithTheFirstRecordOfALogThatHadNone() {
        log = LogFixture.createShard(dir, 1, 0);
        open(FeedStart.now());
        assertNull(feed.position());
        assertNothing();
        log.openSegment().effect("SET a 1");
        assertEquals("1:1 [0 SET a 1]", next());
    }

    @Test
    void shouldResumeAfterAnyTokenWithNothingTwiceOrLeftOut() {
        create();
        for (int i = 0; i < 20; i++) {
            log.effect("SET a " + i);
            if (i % 7 == 6) {
                log.openSegment();
            }
        }
        open(FeedStart.oldest());
        List<String> all = new ArrayList<>();
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(next());
            tokens.add(feed.position().token());
        }
        for (int i = 0; i < 19; i++) {
            feed.close();
            open(FeedStart.after(FeedPosition.parse(tokens.get(i))));
            assertEquals(all.get(i + 1), next());
        }
        assertNull(FeedPosition.parse(tokens.get(0).toUpperCase(java.util.Locale.ROOT)));
        assertNull(FeedPosition.parse("1:2"));
    }

    @Test
    void shouldTellOfRecordsThatAreGone() throws Exception {
        create().effect("SET a 1");
        open(FeedStart.oldest());
        assertEquals("1:1 [0 SET a 1]", next());
        FeedPosition early = feed.position();
        for (int segment = 2; segment < 5; segment++) {
            log.openSegment().effect("SET a " + segment);
        }
        feed.close();
        Files.delete(log.segmentFile(1));
        Files.delete(log.segmentFile(2));
        open(FeedStart.after(early));
        assertEquals(new FeedGap(QueueIndex.of(1, 1), QueueIndex.of(2, 1), QueueIndex.of(3, 0)).toString(), next());
        assertEquals("3:1 [0 SET a 3]", next());
        feed.close();
        open(FeedStart.index(QueueIndex.of(2, 1)));
        assertEquals(new FeedGap(QueueIndex.of(2, 0), QueueIndex.of(2, 1), QueueIndex.of(3, 0)).toString(), next());
        assertEquals("3:1 [0 SET a 3]", next());
        feed.close();
        open(FeedStart.oldest());
        assertEquals("3:1 [0 SET a 3]", next());
    }

    @Test
    void shouldReadADeletedSegmentToItsEndAndThenTellWhatIsMissing() throws Exception {
        create().effect("SET a 1").effect("SET a 2");
        open(FeedStart.oldest());
        assertEquals("1:1 [0 SET a 1]", next());
        log.openSegment().effect("SET b 1").openSegment().effect("SET c 1");
        Files.delete(log.segmentFile(1));
        Files.delete(log.segmentFile(2));
        assertEquals("1:2 [0 SET a 2]", next());
        assertEquals(new FeedGap(QueueIndex.of(1, 2), QueueIndex.of(2, 1), QueueIndex.of(3, 0)).toString(), next());
        assertEquals("3:1 [0 SET c 1]", next());
    }

    private SegmentRecord promotion(LogFixture of) {
        return new SegmentRecord(
                OTHER,
                2,
                new SegmentRecord.Previous(
                        LogFixture.HISTORY,
                        of.backlog().lastIndex(),
                        of.backlog().lastChain(),
                        of.backlog().recordCount()),
                1,
                0);
    }

    @Test
    void shouldTellOfAPromotionAndGoOn() {
        create().effect("SET a 1");
        open(FeedStart.oldest());
        assertEquals("1:1 [0 SET a 1]", next());
        log.openSegment(promotion(log)).effect("SET a 2");
        assertEquals("CONTINUED to 1:1", next());
        assertEquals(OTHER, feed.historyChange().now());
        assertEquals("2:1 [0 SET a 2]", next());
        assertEquals(OTHER, feed.position().history());
    }

    /** As a rewind leaves it: a generation that shares the beginning and goes on in another history. */
    @Test
    void shouldTellWhatWasRolledBackAndGoOnWithWhatTookItsPlace() throws Exception {
        create().effect("SET a 1").effect("SET a 2").effect("SET a lost");
        open(FeedStart.oldest());
        next();
        next();
        assertEquals("1:3 [0 SET a lost]", next());
        FeedPosition diverged = feed.position();
        log.closeLog();
        Path shard = dir.resolve("shard-0");
        Files.createDirectories(shard.resolve("gen-2/snapshots"));
        try (LogFixture next = LogFixture.create(shard.resolve("gen-2/queue"))) {
            next.openSegment().effect("SET a 1").effect("SET a 2");
            next.openSegment(promotion(next)).effect("SET a 3");
            AtomicFile.write(shard.resolve("CURRENT"), "gen-2\n");
            assertEquals("ROLLED_BACK to 1:2", next());
            assertEquals(
                    new HistoryChange(
                            HistoryChange.Kind.ROLLED_BACK,
                            LogFixture.HISTORY,
                            OTHER,
                            QueueIndex.of(1, 3),
                            QueueIndex.of(1, 2)),
                    feed.historyChange());
            assertEquals("2:1 [0 SET a 3]", next());
            assertNothing();
            feed.close();
            open(FeedStart.after(diverged));
            assertEquals("ROLLED_BACK to 1:2", next());
            assertEquals("2:1 [0 SET a 3]", next());
        }
    }

    @Test
    void shouldBeginAnewWhereTheDataIsAnother() throws Exception {
        create().effect("SET a 1");
        open(FeedStart.oldest());
        assertEquals("1:1 [0 SET a 1]", next());
        log.closeLog();
        Path shard = dir.resolve("shard-0");
        Files.createDirectories(shard.resolve("gen-2/snapshots"));
        try (LogFixture next = LogFixture.create(shard.resolve("gen-2/queue"))) {
            next.openSegment(new SegmentRecord(OTHER, 1, SegmentRecord.Previous.NONE, 1, 0));
            next.effect("SET b 1");
            AtomicFile.write(shard.resolve("CURRENT"), "gen-2\n");
            assertEquals("REPLACED to -", next());
            assertEquals("1:1 [0 SET b 1]", next());
        }
    }

    /** A replica's full sync begins its log at a later segment of the same history. */
    @Test
    void shouldTellOfTheGapThatAFullSyncLeaves() throws Exception {
        create().effect("SET a 1").effect("SET a 2").openSegment().effect("SET a 3");
        open(FeedStart.oldest());
        assertEquals("1:1 [0 SET a 1]", next());
        Path shard = dir.resolve("shard-0");
        FeedPosition early = feed.position();
        log.closeLog();
        Files.createDirectories(shard.resolve("gen-2/queue"));
        Files.copy(shard.resolve("gen-1/history"), shard.resolve("gen-2/history"));
        Files.copy(
                log.segmentFile(2),
                shard.resolve("gen-2/queue").resolve(log.segmentFile(2).getFileName()));
        AtomicFile.write(shard.resolve("CURRENT"), "gen-2\n");
        Files.delete(log.segmentFile(1));
        // what it has mapped of the old log is read to its end
        assertEquals("1:2 [0 SET a 2]", next());
        assertEquals("2:1 [0 SET a 3]", next());
        feed.close();
        open(FeedStart.after(early));
        assertEquals(new FeedGap(QueueIndex.of(1, 1), QueueIndex.of(1, 2), QueueIndex.of(2, 0)).toString(), next());
        assertEquals("2:1 [0 SET a 3]", next());
    }

    @Test
    void shouldRefuseADamagedRecordAndName() throws Exception {
        create().effect("SET aaaaaaaaaaaa 1").effect("SET b 2");
        open(FeedStart.oldest());
        assertEquals("1:1 [0 SET aaaaaaaaaaaa 1]", next());
        feed.close();
        byte[] file = Files.readAllBytes(log.segmentFile(1));
        int at = new String(file, StandardCharsets.ISO_8859_1).indexOf("aaaaaaaaaaaa");
        log.flip(1, at);
        open(FeedStart.oldest());
        FeedException refused = assertThrows(FeedException.class, this::await);
        assertTrue(refused.getMessage().contains("record 1:1"), refused.getMessage());
        assertTrue(refused.getMessage().contains("its chain is"), refused.getMessage());
    }

    @Test
    void shouldLetManyReadersReadAtOnce() {
        create();
        List<ChangeFeed> feeds = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            feeds.add(ChangeFeed.open(dir).from(FeedStart.oldest()));
        }
        for (int i = 0; i < 200; i++) {
            log.effect("SET a " + i);
            if (i == 100) {
                log.openSegment();
            }
        }
        for (ChangeFeed each : feeds) {
            feed = each;
            for (int i = 0; i < 200; i++) {
                String text = next();
                assertTrue(text.endsWith("[0 SET a " + i + "]"), text);
            }
            each.close();
        }
    }

    @Test
    void shouldMakeNoGarbageForAChangeNorForNone() {
        create().effect("SET warm 1");
        open(FeedStart.oldest());
        assertNotNull(next());
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        int changes = 20_000;
        for (int i = 0; i < changes; i++) {
            log.effect("SET key value");
        }
        long seen = 0;
        long before = threads.getThreadAllocatedBytes(id);
        while (feed.poll() == FeedEvent.CHANGE) {
            Change change = feed.change();
            while (change.next()) {
                seen += change.keyLength();
            }
        }
        long bytes = threads.getThreadAllocatedBytes(id) - before;
        assertEquals(3L * changes, seen);
        // what looking around every 20 ms makes, and nothing per change
        assertTrue(bytes < 10L * changes, bytes + " bytes for " + changes + " changes");
    }
}
