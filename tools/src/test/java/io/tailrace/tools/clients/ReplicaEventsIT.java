package io.tailrace.tools.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keyspace events on a replica: the same, in the same order, as on a replica of a real Redis whose primary got the same commands. */
@Tag("long")
class ReplicaEventsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String COMMANDS = "/events/commands.txt";

    @TempDir
    private Path dir;

    /** A primary, and a subscriber of all events on its replica. */
    private static final class Pair implements AutoCloseable {
        private final RespClient primary;
        private final RespClient subscriber;

        Pair(int primaryPort, int replicaPort) throws IOException {
            primary = new RespClient(primaryPort, LIMIT);
            primary.call("CONFIG", "SET", "notify-keyspace-events", "AEn");
            subscriber = new RespClient(replicaPort, LIMIT);
            subscriber.call("CONFIG", "SET", "notify-keyspace-events", "AEn");
            Await.until("the replica to follow", LIMIT, () -> "up"
                    .equals(subscriber.info("replication").get("master_link_status")));
            subscriber.call("PSUBSCRIBE", "__keyevent@*");
        }

        /** What the replica tells of commands. */
        List<String> told(String line) throws IOException {
            for (String command : line.split(" ; ")) {
                primary.call((Object[]) command.split(" "));
            }
            String mark = "mark of " + line;
            primary.call("SET", mark, "");
            List<String> events = new ArrayList<>();
            for (List<?> message = (List<?>) subscriber.read();
                    !isMark(message, mark);
                    message = (List<?>) subscriber.read()) {
                String channel = text(message.get(2));
                if (!text(message.get(3)).equals(mark)) {
                    events.add(channel.substring("__keyevent@".length()) + " " + text(message.get(3)));
                }
            }
            return events;
        }

        private static boolean isMark(List<?> message, String mark) {
            return text(message.get(3)).equals(mark) && text(message.get(2)).endsWith(":set");
        }

        private static String text(Object value) {
            return value instanceof byte[] bytes
                    ? new String(bytes, StandardCharsets.ISO_8859_1)
                    : String.valueOf(value);
        }

        @Override
        public void close() throws IOException {
            primary.close();
            subscriber.close();
        }
    }

    private static List<String> lines() throws IOException {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(ReplicaEventsIT.class.getResourceAsStream(COMMANDS)),
                StandardCharsets.US_ASCII))) {
            return in.lines().filter(line -> !line.isBlank()).toList();
        }
    }

    @Test
    @Timeout(180)
    void shouldTellWhatAReplicaOfRedisTells() throws Exception {
        assumeTrue(ClientProgram.isOnPath(RealRedis.PROGRAM), "skipped: no redis-server (Debian's redis-server)");
        try (RealRedis redis = new RealRedis(dir.resolve("redis"));
                RealRedis redisReplica = new RealRedis(dir.resolve("redis-replica"));
                NodeGroup group = new NodeGroup(dir)) {
            try (RespClient client = new RespClient(redisReplica.port(), LIMIT)) {
                client.call("REPLICAOF", "127.0.0.1", redis.port());
            }
            NodeProcess node = group.add("primary", "--shards", "1").startAndAwait();
            NodeProcess replica = group.add("replica", "--replicaof", "127.0.0.1:" + node.port())
                    .startAndAwait();
            List<String> lines = lines();
            assertTrue(lines.size() > 100, "there are commands in " + COMMANDS);
            List<String> differences = new ArrayList<>();
            try (Pair theirs = new Pair(redis.port(), redisReplica.port());
                    Pair ours = new Pair(node.port(), replica.port())) {
                for (String line : lines) {
                    List<String> wanted = theirs.told(line);
                    List<String> told = ours.told(line);
                    if (!wanted.equals(told)) {
                        differences.add(line + "\n  Redis: " + wanted + "\n  here:  " + told);
                    }
                }
            }
            assertEquals("", String.join("\n", differences));
        }
    }
}
