package io.tailrace.tools.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.feed.FeedStart;
import io.tailrace.tools.Commands;
import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import io.tailrace.tools.online.NodeAccess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code tailrace feed --node}: over a connection the same lines as on the node's host. */
@Timeout(180)
class RemoteFeedIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path dir;

    private static List<String> lines(ByteArrayOutputStream out) {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static List<String> remote(NodeProcess node, Integer shard, String from, long limit, boolean isFollowing)
            throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RemoteFeed.Request request =
                new RemoteFeed.Request(HostPort.parse(node.address()), shard, from, limit, isFollowing);
        new RemoteFeed(request, new NodeAccess(30), out, true).run();
        return lines(out);
    }

    private static List<String> local(NodeProcess node) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FeedRun.Request request =
                new FeedRun.Request(node.data(), null, FeedStart.oldest(), null, Long.MAX_VALUE, false);
        new FeedRun(request, out, FeedRun.Output.JSON).run();
        return lines(out);
    }

    private static void write(RespClient client) throws IOException {
        client.call("SET", "a", new byte[] {0, -1, 13, 10});
        client.call("MSET", "a", "1", "b", "2", "c", "3", "d", "4");
        client.call("SELECT", "3");
        client.call("HSET", "h", "f", "v");
        client.call("MULTI");
        client.call("SET", "x", "1");
        client.call("COPY", "x", "y", "DB", "5");
        client.call("EXEC");
        client.call("FLUSHDB");
        client.call("SELECT", "0");
    }

    @Test
    void shouldWriteTheSameAsOnTheNodesHost() throws Exception {
        try (NodeGroup group = new NodeGroup(dir)) {
            NodeProcess node = group.add("node", "--shards", "2", "--segment-size", "1mb", "--backlog-size", "2mb");
            node.startAndAwait();
            try (RespClient client = node.connect()) {
                write(client);
                List<String> expected = local(node);
                assertTrue(expected.stream().anyMatch(line -> line.contains("\"parts\"")), expected::toString);
                assertEquals(
                        expected.stream().sorted().toList(),
                        remote(node, null, "OLDEST", Long.MAX_VALUE, false).stream()
                                .sorted()
                                .toList());
                followFromNow(node, client);
                tellOfAGapOnce(node, client);
            }
        }
    }

    /** What was written before is not shown, and nothing is left out between two questions. */
    private static void followFromNow(NodeProcess node, RespClient client) throws Exception {
        CompletableFuture<List<String>> feed = CompletableFuture.supplyAsync(() -> {
            try {
                return remote(node, null, "NOW", 3, true);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        for (int i = 0; !feed.isDone(); i++) {
            client.call("SET", "counter", i);
            TimeUnit.MILLISECONDS.sleep(20);
        }
        List<Integer> seen = feed.get().stream()
                .map(line -> Integer.valueOf(
                        line.replaceFirst(".*\"counter\",\"", "").replaceFirst("\".*", "")))
                .toList();
        assertEquals(List.of(seen.get(0), seen.get(0) + 1, seen.get(0) + 2), seen);
    }

    private static void tellOfAGapOnce(NodeProcess node, RespClient client) throws Exception {
        String first = remote(node, 0, "OLDEST", 1, false).get(0);
        String token = first.replaceFirst(".*\"token\":\"", "").replaceFirst("\".*", "");
        byte[] value = new byte[100_000];
        Await.until("the log to be dropped", LIMIT, () -> {
            for (int i = 0; i < 20; i++) {
                client.call("SET", "large:" + i, value);
            }
            client.call("BGSAVE");
            return !client.info("replication").get("shard0").contains("first_index=" + (1L << 32) + ",");
        });
        List<String> gone = remote(node, 0, token, 5, true);
        assertTrue(gone.get(0).startsWith("{\"type\":\"gap\",\"shard\":0,\"after\":\"1:"), gone.get(0));
        assertEquals(1, gone.stream().filter(line -> line.contains("\"gap\"")).count(), "told of once");
        assertEquals(6, gone.size());
    }

    @Test
    void shouldSayWhatIsNotPossibleOverAConnection() {
        for (List<String> wrong : List.of(
                List.of("feed", "data", "--node", "127.0.0.1:1"),
                List.of("feed", "--node", "127.0.0.1:1", "--slot", "x"),
                List.of("feed", "--node", "127.0.0.1:1", "--latency"),
                List.of("feed", "--node", "127.0.0.1:1", "--from", "-10min"),
                List.of("feed", "data", "--user", "x"),
                List.of("feed", "--node", "x"))) {
            StringWriter said = new StringWriter();
            assertEquals(2, Commands.run(said, wrong.toArray(new String[0])), said::toString);
            assertEquals(1, said.toString().lines().count(), said::toString);
        }
        StringWriter said = new StringWriter();
        assertEquals(1, Commands.run(said, "feed", "--node", "127.0.0.1:1"), said::toString);
        assertEquals("tailrace feed: can't ask 127.0.0.1:1: Connection refused\n", said.toString());
    }
}
