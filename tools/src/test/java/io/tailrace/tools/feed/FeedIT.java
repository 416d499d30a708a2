package io.tailrace.tools.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.feed.ChangeFeed;
import io.tailrace.node.feed.FeedEvent;
import io.tailrace.node.feed.FeedSlots;
import io.tailrace.node.feed.FeedStart;
import io.tailrace.node.feed.HistoryChange;
import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Readers beside real nodes: kills of either, slots that hold the log, full syncs and rewinds. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FeedIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String[] SMALL = {
        "--segment-size",
        "1mb",
        "--backlog-size",
        "2mb",
        "--max-value-size",
        "256kb",
        "--snapshot-log-bytes",
        "2mb",
        "--batch-size",
        "0"
    };

    @TempDir
    private Path dir;

    private final List<String> values = new ArrayList<>();

    private static Path root(NodeProcess node) {
        return node.data().resolve("shard-0");
    }

    private static String info(NodeProcess node, String field) throws IOException {
        return String.valueOf(NodeGroup.replication(node).get(field));
    }

    private static void write(NodeProcess node, int from, int to, int pad) throws IOException {
        try (RespClient client = node.connect()) {
            for (int i = from; i < to; i++) {
                client.send("SET", "n", i + "#" + "x".repeat(pad));
            }
            client.flush();
            for (int i = from; i < to; i++) {
                assertEquals("OK", client.read());
            }
        }
    }

    /** Takes what there is up to a value, or up to an event that is no change. */
    private FeedEvent takeUpTo(ChangeFeed feed, int last) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < end) {
            FeedEvent event = feed.poll();
            if (event == FeedEvent.CHANGE) {
                while (feed.change().next()) {
                    values.add(feed.change().arguments().ascii(2).replaceFirst("#.*", ""));
                }
                if (values.get(values.size() - 1).equals(Integer.toString(last))) {
                    return event;
                }
            } else if (event != FeedEvent.NOTHING) {
                return event;
            }
        }
        throw new AssertionError("no change up to " + last + ", the last is of " + feed);
    }

    @Test
    void shouldMissNothingWhenNodeAndReaderAreKilled() throws Exception {
        try (NodeGroup group = new NodeGroup(dir)) {
            NodeProcess node = group.add("node", SMALL);
            node.startAndAwait();
            FeedSlots.register(root(node), "own", null, 0);
            FeedSlots.register(root(node), "process", null, 0);
            Process reader = reader(node, "first.json");
            int at = 0;
            for (int round = 0; round < 2; round++) {
                write(node, at, at + 3_000, 200);
                at += 3_000;
                try (ChangeFeed feed = ChangeFeed.open(node.data()).slot("own").resume()) {
                    assertEquals(FeedEvent.CHANGE, takeUpTo(feed, at - 1));
                    feed.confirm();
                    write(node, at, at + 10, 200);
                    // seen and not confirmed: the next reader sees it again
                    assertEquals(FeedEvent.CHANGE, takeUpTo(feed, at + 9));
                    values.subList(values.size() - 10, values.size()).clear();
                }
                at += 10;
                node.kill();
                if (round == 0) {
                    Path lines = dir.resolve("first.json");
                    Await.until("the process to have read", LIMIT, () -> Files.size(lines) > 100_000);
                    reader.destroyForcibly().waitFor();
                    reader = reader(node, "second.json");
                }
                node.startAndAwait();
            }
            write(node, at, at + 1, 0);
            try (ChangeFeed feed = ChangeFeed.open(node.data()).slot("own").resume()) {
                assertEquals(FeedEvent.CHANGE, takeUpTo(feed, at));
            }
            for (int i = 0; i <= at; i++) {
                assertEquals(Integer.toString(i), values.get(i));
            }
            assertEquals(at + 1, values.size());
            awaitLine(dir.resolve("second.json"), "\"arguments\":[\"n\",\"" + at + "#\"]");
            reader.destroy();
            assertEquals(0, reader.waitFor());
            List<Integer> seen = new ArrayList<>(numbers("first.json"));
            int confirmed = numbers("second.json").get(0);
            assertTrue(confirmed <= seen.get(seen.size() - 1) + 1, () -> confirmed + " after " + seen.size());
            seen.removeIf(number -> number >= confirmed);
            seen.addAll(numbers("second.json"));
            for (int i = 0; i <= at; i++) {
                assertEquals(i, seen.get(i));
            }
        }
    }

    private Process reader(NodeProcess node, String output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                NodeProcess.launcher().toString(),
                "feed",
                node.data().toString(),
                "--slot",
                "process",
                "--format",
                "json");
        builder.environment().put("TAILRACE_CLASSPATH", System.getProperty("java.class.path"));
        return builder.redirectOutput(dir.resolve(output).toFile())
                .redirectError(dir.resolve(output + ".err").toFile())
                .start();
    }

    private void awaitLine(Path file, String end) {
        Await.until("the line " + end, LIMIT, () -> Files.readString(file).contains(end));
    }

    /** A line that the kill has cut is not counted. */
    private List<Integer> numbers(String output) throws IOException {
        String text = Files.readString(dir.resolve(output));
        return text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .map(line -> line.replaceFirst(".*\"n\",\"", "").replaceFirst("#.*", ""))
                .map(Integer::valueOf)
                .collect(Collectors.toList());
    }

    @Test
    void shouldKeepTheLogForASlotUntilItsReaderIsAwayTooLong() throws Exception {
        try (NodeGroup group = new NodeGroup(dir)) {
            NodeProcess node = group.add("node", SMALL);
            node.startAndAwait();
            FeedSlots.register(root(node), "slow", null, 0);
            Await.until(
                    "INFO to show it", LIMIT, () -> info(node, "feed0_shard0").startsWith("name=slow,state=reading"));
            long connections = connections(node);
            try (ChangeFeed feed = ChangeFeed.open(node.data()).slot("slow").resume()) {
                for (int i = 0; i < 12; i++) {
                    write(node, 600 * i, 600 * (i + 1), 1_000);
                    save(node);
                    feed.poll();
                }
                assertEquals(connections + 25, connections(node), "this test's own, and none of the reader");
                assertEquals("1:0", firstIndex(node), "all is kept: " + NodeGroup.replication(node));
                values.add("first was polled");
                assertEquals(FeedEvent.CHANGE, takeUpTo(feed, 7_199));
                feed.confirm();
            }
            node.kill();
            node.startAndAwait();
            Await.until("it to be away", LIMIT, () -> info(node, "feed0_shard0").contains(",state=away,"));
            try (RespClient client = node.connect()) {
                client.call("CONFIG", "SET", "reconnect-window", "6");
            }
            Await.until(
                    "it to have lapsed", LIMIT, () -> info(node, "feed0_shard0").contains(",state=lapsed,"));
            for (int i = 0; i < 6; i++) {
                write(node, 600 * i, 600 * (i + 1), 1_000);
                save(node);
            }
            write(node, 1, 2, 1_000);
            try (ChangeFeed feed = ChangeFeed.open(node.data()).slot("slow").resume()) {
                assertEquals(FeedEvent.GAP, takeUpTo(feed, -1));
                assertTrue(feed.gap().lastMissing() > feed.gap().after(), feed.gap()::text);
                assertEquals(FeedEvent.CHANGE, takeUpTo(feed, 3_599));
            }
            assertTrue(FeedSlots.drop(root(node), "slow"));
            Await.until(
                    "INFO to show none", LIMIT, () -> info(node, "feed0_shard0").equals("null"));
        }
    }

    @Test
    void shouldDropASlowReadersSlotBeforeWritesAreRefused() throws Exception {
        try (NodeGroup group = new NodeGroup(dir)) {
            NodeProcess node = group.add("node", SMALL);
            node.startAndAwait("--backlog-disk-limit", "14mb", "--on-disk-pressure", "drop-slots");
            FeedSlots.register(root(node), "slow", null, 0);
            Await.until(
                    "INFO to show it", LIMIT, () -> info(node, "feed0_shard0").startsWith("name=slow"));
            try (ChangeFeed feed = ChangeFeed.open(node.data()).slot("slow").resume()) {
                for (int i = 0; i < 24; i++) {
                    write(node, 600 * i, 600 * (i + 1), 1_000);
                    save(node);
                    if (i == 1) {
                        feed.poll();
                    }
                }
                Await.until("it to be dropped", LIMIT, () -> info(node, "feed0_shard0")
                        .contains(",state=dropped,"));
                assertEquals("1", info(node, "backlog_slots_dropped"));
                NodeGroup.awaitPrinted(node, "the log is no longer retained for reader slow of the change feed");
                while (takeUpTo(feed, -1) != FeedEvent.GAP) {
                    values.clear();
                }
                assertEquals(FeedEvent.CHANGE, takeUpTo(feed, 14_399));
                feed.confirm();
                Await.until("it to be held again", LIMIT, () -> info(node, "feed0_shard0")
                        .contains(",state=reading,"));
            }
        }
    }

    private static long connections(NodeProcess node) throws IOException {
        try (RespClient client = node.connect()) {
            return Long.parseLong(client.info("stats").get("total_connections_received"));
        }
    }

    private static String firstIndex(NodeProcess node) throws IOException {
        long first = Long.parseLong(
                info(node, "shard0").replaceFirst(".*first_index=", "").replaceFirst(",.*", ""));
        return (first >>> 32) + ":" + (first & 0xffff_ffffL);
    }

    private static void save(NodeProcess node) throws IOException {
        try (RespClient client = node.connect()) {
            client.call("SAVE");
        }
    }

    @Test
    void shouldTellOfAPromotionAFullSyncAndARewind() throws Exception {
        try (NodeGroup group = new NodeGroup(dir)) {
            NodeProcess old = group.add("old", SMALL);
            NodeProcess replica = group.addReplica("replica", old, SMALL);
            NodeProcess other = group.add("other", SMALL);
            NodeGroup.start(old, replica, other);
            write(old, 0, 10, 0);
            NodeGroup.awaitCaughtUp(old, replica);
            try (ChangeFeed onOld = ChangeFeed.open(old.data()).from(FeedStart.oldest());
                    ChangeFeed onReplica = ChangeFeed.open(replica.data()).from(FeedStart.oldest())) {
                assertEquals(FeedEvent.CHANGE, takeUpTo(onOld, 9));
                assertEquals(FeedEvent.CHANGE, takeUpTo(onReplica, 9));
                assertEquals(onOld.position(), onReplica.position(), "the same place on both");
                takeBack(old, replica, onOld, onReplica);
                write(other, 100, 120, 0);
                try (RespClient client = old.connect()) {
                    assertEquals("OK", client.text("REPLICAOF", "127.0.0.1", other.port(), "FORCE"));
                }
                assertEquals(FeedEvent.HISTORY, takeUpTo(onOld, -1));
                assertEquals(HistoryChange.Kind.REPLACED, onOld.historyChange().kind());
                assertEquals("1", info(old, "full_syncs"));
                NodeGroup.awaitCaughtUp(other, old);
                write(other, 9_000, 9_001, 0);
                assertEquals(FeedEvent.CHANGE, takeUpTo(onOld, 9_000));
            }
        }
    }

    private void takeBack(NodeProcess old, NodeProcess replica, ChangeFeed onOld, ChangeFeed onReplica)
            throws Exception {
        try (RespClient client = replica.connect()) {
            assertEquals("OK", client.text("REPLICAOF", "NO", "ONE"));
        }
        assertEquals(FeedEvent.HISTORY, takeUpTo(onReplica, -1));
        assertEquals(HistoryChange.Kind.CONTINUED, onReplica.historyChange().kind());
        write(old, 7_000, 7_003, 0);
        write(replica, 8_000, 8_005, 0);
        assertEquals(FeedEvent.CHANGE, takeUpTo(onOld, 7_002));
        try (RespClient client = old.connect()) {
            assertEquals("OK", client.text("REPLICAOF", "127.0.0.1", replica.port()));
        }
        assertEquals(FeedEvent.HISTORY, takeUpTo(onOld, -1));
        assertEquals(HistoryChange.Kind.ROLLED_BACK, onOld.historyChange().kind(), onOld.historyChange()::text);
        assertEquals(FeedEvent.CHANGE, takeUpTo(onOld, 8_004));
        assertEquals("8000", values.get(values.size() - 5), "what the others have, and nothing else");
        assertEquals(FeedEvent.CHANGE, takeUpTo(onReplica, 8_004));
        assertEquals(onOld.position(), onReplica.position());
    }
}
