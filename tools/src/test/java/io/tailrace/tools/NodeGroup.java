package io.tailrace.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.AwaitException;
import io.tailrace.tools.demo.FreePorts;
import io.tailrace.tools.demo.KeyspaceDigest;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Nodes of one test class, each a process with a directory below the group's. Their JVMs compile less than a real node's,
 * as most of them live for seconds. One thread; closing kills them all.
 */
public final class NodeGroup implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** What {@code -Dtailrace.nodes.shards=4} says nodes have of every test, whatever their flags say. */
    private static final int SHARDS = Integer.getInteger("tailrace.nodes.shards", 0);

    private static final int MAX_SHARDS = Math.max(2, SHARDS);

    private final Path directory;
    private final List<NodeProcess> nodes = new ArrayList<>();

    public NodeGroup(Path directory) {
        this.directory = directory;
    }

    /** A place for one more node, where nothing runs yet. */
    public NodeProcess add(String name, String... flags) throws IOException {
        NodeProcess node = new NodeProcess(
                        directory.resolve(name),
                        FreePorts.find(MAX_SHARDS),
                        join(List.of("--max-entries", "400000"), withShards(List.of(flags))))
                .javaOptions("-XX:TieredStopAtLevel=1 -Xms64m");
        nodes.add(node);
        return node;
    }

    /** {@link #add} for a replica. */
    public NodeProcess addReplica(String name, NodeProcess primary, String... flags) throws IOException {
        String[] all =
                join(List.of("--replicaof", primary.address()), List.of(flags)).toArray(String[]::new);
        return add(name, all);
    }

    private static List<String> withShards(List<String> flags) {
        List<String> own = new ArrayList<>(flags);
        if (SHARDS > 0) {
            int at = own.indexOf("--shards");
            if (at >= 0) {
                own.subList(at, at + 2).clear();
            }
            own.addAll(List.of("--shards", Integer.toString(SHARDS)));
        }
        return own;
    }

    private static List<String> join(List<String> first, List<String> second) {
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    /** Starts them at the same time and returns when all answer. */
    public static void start(NodeProcess... nodes) throws IOException {
        for (NodeProcess node : nodes) {
            node.start();
        }
        for (NodeProcess node : nodes) {
            node.awaitReady(Duration.ofSeconds(60));
        }
    }

    /** The section of INFO on replication. */
    public static Map<String, String> replication(NodeProcess node) throws IOException {
        try (RespClient client = node.connect()) {
            return client.info("replication");
        }
    }

    /** One field of {@link #replication} as a number. */
    public static long number(NodeProcess node, String field) throws IOException {
        return Long.parseLong(replication(node).get(field));
    }

    /** Returns when the replica's links are up and it has all that the primary has now. */
    public static void awaitCaughtUp(NodeProcess primary, NodeProcess replica) throws IOException {
        long offset = number(primary, "master_repl_offset");
        Await.until("the replica to have " + offset + " records", LIMIT, () -> {
            Map<String, String> fields = replication(replica);
            return "up".equals(fields.get("master_link_status"))
                    && Long.parseLong(fields.get("slave_repl_offset")) >= offset;
        });
    }

    /** {@link #awaitCaughtUp}, and clients then see the same on both. Nobody writes meanwhile. */
    public static void assertSame(NodeProcess primary, NodeProcess replica) throws IOException {
        awaitCaughtUp(primary, replica);
        assertEquals(digest(primary), digest(replica));
    }

    public static KeyspaceDigest digest(NodeProcess node) throws IOException {
        try (RespClient client = node.connect()) {
            return KeyspaceDigest.of(client);
        }
    }

    /** Sets {@code count} keys {@code prefix:0..} to values of {@code length} bytes, in one pipeline. */
    public static void fill(NodeProcess node, String prefix, int count, int length) throws IOException {
        byte[] value = "v".repeat(length).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        try (RespClient client = node.connect()) {
            int batch = 1_000;
            for (int from = 0; from < count; from += batch) {
                int to = Math.min(count, from + batch);
                for (int i = from; i < to; i++) {
                    client.send("SET", prefix + ":" + i, value);
                }
                client.flush();
                for (int i = from; i < to; i++) {
                    assertEquals("OK", client.read());
                }
            }
        }
    }

    @Override
    public void close() {
        nodes.forEach(NodeProcess::close);
    }

    /** Waits until a node has said something: what its peers have seen of that may come before the line in its log. */
    public static void awaitPrinted(NodeProcess node, String text) throws IOException {
        try {
            Await.until("'" + text + "'", LIMIT, () -> node.printed().contains(text));
        } catch (AwaitException e) {
            throw new AssertionError(e.getMessage() + "; it printed:\n" + node.printed(), e);
        }
    }
}
