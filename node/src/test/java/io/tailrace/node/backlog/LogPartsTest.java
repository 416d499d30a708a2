package io.tailrace.node.backlog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tailrace.wire.record.QueueIndex;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogPartsTest {
    @TempDir
    private Path dir;

    private PartLogs logs;

    @BeforeEach
    void open() {
        logs = new PartLogs(3, shard -> dir.resolve("shard-" + shard));
    }

    @AfterEach
    void close() {
        logs.close();
    }

    private long closed(int shard) {
        return logs.log(shard).parts().closedUpTo(logs.log(shard).durableIndex(), each -> logs.log(each)
                .durableIndex());
    }

    @Test
    void shouldSayInEachSegmentWhatTheRecordsBeforeItNeed() {
        logs.transact("k", "1", 1, 2);
        logs.set(2, "other", "x");
        logs.transact("k", "2", 0, 2);
        logs.openSegment(0);
        assertEquals(
                "1:" + PartLogs.at(1) + ",2:" + PartLogs.at(3),
                logs.log(0).newestOpening().needs());
        logs.openSegment(1);
        assertEquals("2:" + PartLogs.at(1), logs.log(1).newestOpening().needs());
    }

    @Test
    void shouldKnowAfterAStartWhatTheLogSays() {
        logs.transact("k", "1", 1, 2);
        logs.openSegment(2);
        logs.transact("k", "2", 0, 2);
        logs.set(2, "k", "3");
        logs.reopen(2);
        assertEquals("1:1 1:1 2:1", logs.log(2).parts().needs().toString().replace("- ", ""));
        logs.openSegment(2);
        logs.reopen(2);
        assertEquals(
                "0:" + PartLogs.at(1) + ",1:" + PartLogs.at(1),
                logs.log(2).newestOpening().needs());
    }

    @Test
    void shouldBeClosedOnlyWhereTheOtherPartsAreForced() throws Exception {
        logs.transact("k", "1", 0, 1);
        logs.set(0, "k", "2");
        logs.log(0).sync().now();
        assertEquals(PartLogs.at(0), closed(0));
        logs.log(1).sync().now();
        assertEquals(PartLogs.at(2), closed(0));

        logs.reopen(0);
        logs.reopen(1);
        forced(0);
        long own = logs.log(0).durableIndex();
        assertEquals(PartLogs.at(2), own);
        long closed = logs.log(0).parts().closedUpTo(own, shard -> shard == 0 ? own : QueueIndex.NONE);
        assertEquals(0, closed, "nobody knows what the other process has forced of the other log");
        forced(1);
        assertEquals(PartLogs.at(2), closed(0));
    }

    private void forced(int shard) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        logs.log(shard).sync().soon(done::countDown);
        assertEquals(true, done.await(30, TimeUnit.SECONDS));
    }
}
