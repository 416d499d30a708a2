package io.tailrace.tools.dump;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.feed.ChangeFeed;
import io.tailrace.node.feed.FeedEvent;
import io.tailrace.node.feed.FeedStart;
import io.tailrace.tools.dump.DumpRequest.Flag;
import io.tailrace.tools.dump.DumpRequest.Purpose;
import io.tailrace.tools.feed.FeedRun;
import io.tailrace.tools.output.Progress;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.ShardIndexes;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Transactions over two shards, of which one log may have its part and the other not, as their readers see them. */
@Timeout(60)
class DumpTransactionsTest {
    private static final long AT_1 = QueueIndex.of(1, 1);
    private static final long AT_2 = QueueIndex.of(1, 2);

    @TempDir
    private Path dir;

    private final List<String> notices = new CopyOnWriteArrayList<>();
    private LogFixture first;
    private LogFixture second;

    @BeforeEach
    void open() {
        first = LogFixture.createShard(dir, 2, 0).openSegment();
        second = LogFixture.createShard(dir, 2, 1).openSegment();
    }

    @AfterEach
    void close() {
        first.close();
        second.close();
    }

    private static ShardIndexes parts(long ofFirst, long ofSecond) {
        return new ShardIndexes().add(0, ofFirst).add(1, ofSecond);
    }

    private String dump(DumpRequest request) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Dump(request, out, notices::add, Progress.none()).run();
        return out.toString(StandardCharsets.UTF_8);
    }

    private String verify() throws Exception {
        return dump(DumpRequest.of(dir).purpose(Purpose.VERIFY));
    }

    @Test
    void shouldFindTheSamePartsInAllLogs() throws Exception {
        ShardIndexes one = parts(AT_1, AT_2);
        first.part(one, "SET a 1");
        second.effect("SET x 1").part(one, "SET b 1");
        ShardIndexes two = parts(QueueIndex.of(2, 1), QueueIndex.of(1, 3));
        first.openSegment().part(two, "SET a 2");
        second.part(two, "SET b 2");
        assertTrue(verify().endsWith("all logs: good: 2 transactions over several shards\n"), this::said);
        assertEquals(List.of(), notices);
    }

    private String said() {
        return String.join("\n", notices);
    }

    @Test
    void shouldFindSomethingElseWhereAnotherPartShouldBe() {
        first.part(parts(AT_1, AT_1), "SET a 1");
        second.effect("SET x 1");
        String fault = assertThrows(DumpException.class, this::verify).getMessage();
        assertTrue(
                fault.contains("record 1:1 at byte ")
                        && fault.endsWith(": it is a part of 0@1:1 1@1:1, and record 1:1 of shard 1 is not"),
                fault);
    }

    @Test
    void shouldFindPartsInAnotherOrder() {
        first.part(parts(AT_1, AT_2), "SET a 1").part(parts(AT_2, AT_1), "SET a 2");
        second.part(parts(AT_2, AT_1), "SET b 2").part(parts(AT_1, AT_2), "SET b 1");
        String fault = assertThrows(DumpException.class, this::verify).getMessage();
        assertTrue(fault.endsWith("it comes before others in this log and after them in theirs"), fault);
    }

    @Test
    void shouldSayThatAStartWillCutATornTail() throws Exception {
        first.effect("SET a 0").part(parts(AT_2, AT_1), "SET a 1").effect("SET a 2");
        verify();
        assertEquals(
                List.of("shard 0: a start will cut the log, which ends at 1:3, after 1:1, as after a kill in the middle"
                        + " of a transaction or a power loss: record 1:2 of shard 0 needs record 1:1 of shard 1, which it"
                        + " has not"),
                notices);
        notices.clear();
        assertTrue(dump(DumpRequest.of(dir)).contains(" # part of 0@1:2 1@1:1\n"));
        assertEquals(1, notices.size(), this::said);
    }

    @Test
    void shouldNotReplayATornTail() throws Exception {
        first.effect("SET a 0").part(parts(AT_2, AT_1), "SET a 1").effect("SET a 2");
        String resp = dump(DumpRequest.of(dir.resolve("shard-0")).as(DumpFormat.RESP, false));
        assertTrue(resp.endsWith("$1\r\na\r\n$1\r\n0\r\n"), resp);
        assertTrue(notices.get(0).contains("is a part of a transaction over several shards, 0@1:2 1@1:1"), this::said);
    }

    @Test
    void shouldHoldAPartBackWhileItFollows() throws Exception {
        PipedInputStream pipe = new PipedInputStream(1 << 20);
        PipedOutputStream out = new PipedOutputStream(pipe);
        Dump dump = new Dump(DumpRequest.of(dir).flags(Set.of(Flag.FOLLOW)), out, notices::add, Progress.none());
        FutureTask<Boolean> run = new FutureTask<>(dump::run);
        new Thread(run, "dump").start();
        try {
            BufferedReader lines = new BufferedReader(new InputStreamReader(pipe, StandardCharsets.UTF_8));
            first.part(parts(AT_1, AT_2), "SET a 1").effect("SET a 2");
            second.effect("SET x 1");
            String line = lines.readLine();
            while (!line.endsWith(" SET x 1")) {
                assertFalse(line.contains("SET a"), line);
                line = lines.readLine();
            }
            second.part(parts(AT_1, AT_2), "SET b 1");
            StringBuilder rest = new StringBuilder();
            while (!(rest.indexOf("SET a 2") >= 0 && rest.indexOf("SET b 1") >= 0)) {
                rest.append(lines.readLine()).append('\n');
            }
            assertTrue(rest.indexOf("SET a 1") < rest.indexOf("SET a 2"), rest.toString());
        } finally {
            dump.stop();
            run.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldDeliverAChangeWhenAllPartsAreInTheirLogs() throws Exception {
        first.part(parts(AT_1, AT_2), "SET a 1").effect("SET a 2");
        second.effect("SET x 1");
        try (ChangeFeed feed = ChangeFeed.open(dir).from(FeedStart.oldest())) {
            for (int i = 0; i < 3; i++) {
                assertEquals(FeedEvent.NOTHING, feed.poll());
            }
            assertEquals(AT_1, feed.heldBack());
            assertTrue(
                    feed(false).endsWith("{\"type\":\"held_back\",\"shard\":0,\"position\":\"1:1\"}\n"), feed(false));
            second.part(parts(AT_1, AT_2), "SET b 1");
            assertEquals(FeedEvent.CHANGE, await(feed));
            assertEquals(AT_1, feed.change().index());
            assertTrue(feed.change().isPart());
            assertEquals(AT_2, feed.change().parts().of(1));
            assertEquals(FeedEvent.CHANGE, await(feed));
            assertEquals(AT_2, feed.change().index());
        }
    }

    /** What a start took back is no change, and what comes in its place is one. */
    @Test
    void shouldBeginWithNowBeforeAPartThatIsHeldBack() throws Exception {
        first.effect("SET a 0").part(parts(AT_2, AT_1), "SET a 1");
        try (ChangeFeed feed = ChangeFeed.open(dir).from(FeedStart.now())) {
            assertEquals(FeedEvent.NOTHING, feed.poll());
            second.part(parts(AT_2, AT_1), "SET b 1");
            assertEquals(FeedEvent.CHANGE, await(feed));
            assertEquals(AT_2, feed.change().index());
        }
    }

    private String feed(boolean isFollowing) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new FeedRun(
                        new FeedRun.Request(dir, 0, FeedStart.oldest(), null, Long.MAX_VALUE, isFollowing),
                        out,
                        FeedRun.Output.JSON)
                .run();
        return out.toString(StandardCharsets.UTF_8);
    }

    private static FeedEvent await(ChangeFeed feed) {
        FeedEvent event = feed.poll();
        while (event == FeedEvent.NOTHING) {
            Thread.onSpinWait();
            event = feed.poll();
        }
        return event;
    }
}
