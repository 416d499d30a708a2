package io.tailrace.tools.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.feed.ChangeFeed;
import io.tailrace.node.feed.FeedEvent;
import io.tailrace.node.feed.FeedException;
import io.tailrace.node.feed.FeedPosition;
import io.tailrace.node.feed.FeedSlots;
import io.tailrace.node.feed.FeedStart;
import io.tailrace.node.feed.SlotState;
import io.tailrace.tools.dump.LogFixture;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FeedSlotsTest {
    private static final int CELL = 128;

    @TempDir
    private Path dir;

    private Path root;
    private LogFixture log;

    @BeforeEach
    void open() {
        log = LogFixture.createShard(dir, 1, 0).openSegment();
        root = dir.resolve("shard-0");
    }

    @AfterEach
    void close() {
        log.close();
    }

    private SlotState slot() throws Exception {
        return FeedSlots.list(root).get(0);
    }

    private ChangeFeed resume() {
        return ChangeFeed.open(dir).slot("one").resume();
    }

    private static void take(ChangeFeed feed, String value) {
        FeedEvent event = feed.poll();
        for (int i = 0; event == FeedEvent.NOTHING && i < 1_000_000; i++) {
            event = feed.poll();
        }
        assertEquals(FeedEvent.CHANGE, event);
        assertTrue(feed.change().next());
        assertEquals(value, feed.change().arguments().ascii(2));
    }

    @Test
    void shouldResumeWhereTheReaderConfirmed() throws Exception {
        FeedSlots.register(root, "one", null, 1_000);
        log.effect("SET a 1").effect("SET a 2").openSegment().effect("SET a 3");
        try (ChangeFeed feed = resume()) {
            take(feed, "1");
            feed.confirm();
            take(feed, "2");
        }
        // the second was taken and not confirmed, as when the reader is killed
        try (ChangeFeed feed = resume()) {
            take(feed, "2");
            take(feed, "3");
            feed.confirm();
            assertEquals(feed.position(), slot().position());
        }
        try (ChangeFeed feed = resume()) {
            assertEquals(FeedEvent.NOTHING, feed.poll());
            log.effect("SET a 4");
            take(feed, "4");
        }
    }

    @Test
    void shouldBeOneReadersAtATime() throws Exception {
        FeedSlots.register(root, "one", null, 1_000);
        try (ChangeFeed feed = resume()) {
            FeedException refused = assertThrows(FeedException.class, this::resume);
            assertEquals("slot one has a reader already: one at a time", refused.getMessage());
            assertEquals(FeedEvent.NOTHING, feed.poll());
        }
        resume().close();
    }

    @Test
    void shouldKeepTheOtherCellWhenOneIsTorn() throws Exception {
        FeedSlots.register(root, "one", null, 1_000);
        log.effect("SET a 1").effect("SET a 2");
        FeedPosition first;
        try (ChangeFeed feed = resume()) {
            take(feed, "1");
            feed.confirm();
            first = feed.position();
            take(feed, "2");
            feed.confirm();
        }
        Path file = root.resolve("feeds/one");
        byte[] bytes = Files.readAllBytes(file);
        long newest = slot().sequence();
        int at = (int) (newest % 2) * CELL;
        bytes[at + 50] ^= 1;
        Files.write(file, bytes);
        assertTrue(slot().sequence() < newest);
        assertEquals(first, slot().position());
        bytes[CELL - at + 50] ^= 1;
        Files.write(file, bytes);
        assertEquals(0, FeedSlots.list(root).size());
        FeedException refused = assertThrows(FeedException.class, this::resume);
        assertTrue(refused.getMessage().contains("is damaged: drop the slot"), refused.getMessage());
    }

    @Test
    void shouldRefuseWhatIsNoSlot() throws Exception {
        assertTrue(assertThrows(FeedException.class, this::resume)
                .getMessage()
                .contains("'tailrace feed register' makes one"));
        FeedSlots.register(root, "one", null, 1_000);
        assertTrue(assertThrows(FeedException.class, () -> FeedSlots.register(root, "one", null, 1_000))
                .getMessage()
                .contains("there is a slot one already"));
        assertThrows(FeedException.class, () -> FeedSlots.register(root, "../one", null, 1_000));
        assertThrows(FeedException.class, () -> FeedSlots.register(root, "one.new", null, 1_000));
        assertThrows(FeedException.class, () -> FeedSlots.drop(root, ".."));
        assertThrows(
                FeedException.class,
                () -> ChangeFeed.open(dir).shard(3).from(FeedStart.oldest()).close());
        for (int i = 1; i < 64; i++) {
            FeedSlots.register(root, "slot-" + i, null, 1_000);
        }
        assertThrows(FeedException.class, () -> FeedSlots.register(root, "too-many", null, 1_000));
        assertTrue(FeedSlots.drop(root, "one"));
        assertFalse(FeedSlots.drop(root, "one"));
    }

    @Test
    void shouldWriteEachChangeAsALineAndResumeAfterTheLastOne() throws Exception {
        FeedSlots.register(root, "one", null, 1_000);
        log.effect("SELECT 2", "SET a 1", "DEL b").set(new byte[] {(byte) 0xff}, new byte[] {'"'});
        String token = LogFixture.HISTORY + "@1:1/";
        String json = run(true, 1);
        assertTrue(
                json.matches(
                        "\\{\"type\":\"change\",\"shard\":0,\"position\":\"1:1\",\"time\":\"2026-01-31T12:00:00.001000Z\","
                                + "\"token\":\"" + token + "[0-9a-f]{16}\",\"effects\":\\["
                                + "\\{\"database\":2,\"command\":\"SET\",\"key\":\"a\",\"arguments\":\\[\"a\",\"1\"]},"
                                + "\\{\"database\":2,\"command\":\"DEL\",\"key\":\"b\",\"arguments\":\\[\"b\"]}]}\n"),
                json);
        assertEquals("0 1:2 2026-01-31T12:00:00.002000Z [0] SET \"\\xff\" \"\\\"\"\n", run(false, Long.MAX_VALUE));
        assertEquals("", run(true, Long.MAX_VALUE));
        log.openSegment().effect("SET a 2");
        for (int segment = 3; segment < 5; segment++) {
            log.openSegment().effect("SET a " + segment);
        }
        Files.delete(log.segmentFile(1));
        Files.delete(log.segmentFile(2));
        assertEquals(
                "{\"type\":\"gap\",\"shard\":0,\"after\":\"1:2\",\"last_missing\":\"2:1\",\"next\":\"3:0\"}",
                run(true, Long.MAX_VALUE).lines().findFirst().orElseThrow());
    }

    private String run(boolean isJson, long limit) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new FeedRun(
                        new FeedRun.Request(dir, null, null, "one", limit, false),
                        out,
                        isJson ? FeedRun.Output.JSON : FeedRun.Output.TEXT)
                .run();
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void shouldTellHowLateChangesComeFromThePointWhereItIsWarm() throws Exception {
        for (int i = 0; i < 20_010; i++) {
            log.effect("SET a " + i);
        }
        for (int limit : new int[] {20_000, 20_010}) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            FeedRun.Request request = new FeedRun.Request(dir, 0, FeedStart.oldest(), null, limit, true);
            new FeedRun(request, out, FeedRun.Output.LATENCY).run();
            String said = out.toString(StandardCharsets.UTF_8);
            assertTrue(
                    limit == 20_000
                            ? said.startsWith("20000 changes, and the first 20000 do not count")
                            : said.matches(
                                    "10 changes after the first 20,000; commit to reader, us: p50 [\\d,]+ .*max [\\d,]+\n"),
                    said);
        }
    }

    @Test
    void shouldHaveNoPositionBeforeTheFirstRecord() throws Exception {
        FeedSlots.register(root, "one", null, 7_000);
        assertNull(slot().position());
        assertEquals(7_000, slot().registeredMs());
    }
}
