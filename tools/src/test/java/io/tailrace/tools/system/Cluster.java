package io.tailrace.tools.system;

import io.tailrace.snapshot.fault.FaultPoint;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.AwaitException;
import io.tailrace.tools.demo.FreePorts;
import io.tailrace.tools.demo.KeyspaceDigest;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.ReplicationInfo;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** The nodes of one test, small enough to run beside each other. Closing it ends them all. */
final class Cluster implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String SMALL = "-Xms48m -Xmx192m -XX:TieredStopAtLevel=1 -ea:io.tailrace...";
    private static final int SHOWN_DIFFERENCES = 5;

    private final Path directory;
    private final List<String> flags;
    private final List<NodeProcess> nodes = new ArrayList<>();

    /** All nodes get {@code flags}, and room for 100,000 entries unless the flags say otherwise. */
    Cluster(Path directory, String... flags) {
        this.directory = directory;
        List<String> all = new ArrayList<>(List.of(flags));
        if (!all.contains("--max-entries")) {
            all.addAll(List.of("--max-entries", "100000"));
        }
        this.flags = all;
    }

    /** A place for a node; nothing is started. */
    NodeProcess node(String name, String... moreFlags) throws IOException {
        List<String> all = new ArrayList<>(flags);
        all.addAll(List.of(moreFlags));
        NodeProcess node = new NodeProcess(directory.resolve(name), FreePorts.find(4), all).javaOptions(SMALL);
        nodes.add(node);
        return node;
    }

    NodeProcess replica(String name, NodeProcess primary, String... moreFlags) throws IOException {
        List<String> all = new ArrayList<>(List.of(moreFlags));
        all.addAll(List.of("--replicaof", primary.address()));
        return node(name, all.toArray(String[]::new));
    }

    /** Lets a node's next process die at the n-th hit of a fault point, or at none. */
    static void arm(NodeProcess node, FaultPoint point, int hit) {
        node.javaOptions(point == null ? SMALL : SMALL + " -D" + FaultPoint.PROPERTY + "=" + point.text() + ":" + hit);
    }

    /** Starts nodes at once and waits for all of them, and for the replicas' links. */
    static void start(NodeProcess... nodes) throws IOException {
        for (NodeProcess node : nodes) {
            node.start();
        }
        for (NodeProcess node : nodes) {
            node.awaitReady(LIMIT);
        }
        for (NodeProcess node : nodes) {
            awaitLink(node);
        }
    }

    /** Returns when a node's link is up, if it is a replica. */
    static void awaitLink(NodeProcess node) {
        await("the link of port " + node.port(), node, info -> info.isPrimary() || info.isUp());
    }

    /** What is asked of a node's replication. */
    interface Question {
        boolean holds(ReplicationInfo info);
    }

    static void await(String what, NodeProcess node, Question question) {
        try (RespClient client = node.connect()) {
            Await.until(what, LIMIT, () -> question.holds(ReplicationInfo.of(client)));
        } catch (AwaitException | IOException e) {
            throw new AssertionError(e.getMessage() + "; the node says:\n" + tail(node), e);
        }
    }

    static ReplicationInfo info(NodeProcess node) throws IOException {
        try (RespClient client = node.connect()) {
            return ReplicationInfo.of(client);
        }
    }

    static KeyspaceDigest digest(NodeProcess node) throws IOException {
        try (RespClient client = node.connect()) {
            return KeyspaceDigest.of(client);
        }
    }

    /** Waits until the nodes' logs are the same, record by record, and requires the same of what they show; while nobody writes. */
    static KeyspaceDigest awaitSame(NodeProcess first, NodeProcess... others) throws IOException {
        KeyspaceDigest digest = awaitRest(first);
        for (NodeProcess other : others) {
            awaitPosition(first, other);
            KeyspaceDigest theirs = digest(other);
            if (!digest.equals(theirs)) {
                throw new AssertionError(
                        digest + " and " + theirs + ", the contents differ: " + differences(first, other));
            }
        }
        return digest;
    }

    /** Waits until what has expired is gone: its removal is a record too, and the log rests only after it. */
    private static KeyspaceDigest awaitRest(NodeProcess node) throws IOException {
        AtomicReference<KeyspaceDigest> digest = new AtomicReference<>();
        try (RespClient client = node.connect()) {
            Await.until("keys to expire", LIMIT, () -> ((List<?>) client.call("KEYS", OperationGenerator.SOON_EXPIRED))
                    .isEmpty());
            Await.until("expired keys to go", LIMIT, () -> {
                digest.set(KeyspaceDigest.of(client));
                return digest.get().keys() == client.number("DBSIZE");
            });
        }
        return digest.get();
    }

    private static void awaitPosition(NodeProcess first, NodeProcess other) throws IOException {
        try {
            Await.until("port " + other.port() + " to be where " + first.port() + " is", LIMIT, () -> info(first)
                    .positions()
                    .equals(info(other).positions()));
        } catch (AwaitException e) {
            throw new AssertionError(
                    e.getMessage() + ": " + info(first).positions() + " and "
                            + info(other).positions() + "; it says:\n" + tail(other),
                    e);
        }
    }

    private static List<String> differences(NodeProcess first, NodeProcess other) throws IOException {
        Map<String, String> ours = contents(first);
        Map<String, String> theirs = contents(other);
        Map<String, String> all = new HashMap<>(ours);
        all.putAll(theirs);
        return all.keySet().stream()
                .filter(key -> !String.valueOf(ours.get(key)).equals(theirs.get(key)))
                .limit(SHOWN_DIFFERENCES)
                .map(key -> key + ": " + ours.get(key) + " and " + theirs.get(key))
                .toList();
    }

    private static Map<String, String> contents(NodeProcess node) throws IOException {
        Map<String, String> contents = new HashMap<>();
        try (RespClient client = node.connect()) {
            KeyspaceDigest.forEach(
                    client,
                    (key, value, deadline) -> contents.put(
                            new String(key, StandardCharsets.UTF_8),
                            value.length + " bytes, hash " + Arrays.hashCode(value) + ", deadline " + deadline));
        }
        return contents;
    }

    /** Recomputes the chains of nodes' logs, by {@code tailrace dump --verify}. */
    static void verifyLogs(NodeProcess... nodes) throws IOException {
        for (NodeProcess node : nodes) {
            Path output = node.directory().resolve("verify.txt");
            ProcessBuilder builder = new ProcessBuilder(
                            NodeProcess.launcher().toString(),
                            "dump",
                            node.data().toString(),
                            "--verify")
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().put("TAILRACE_BUILD", "never");
            Process verify = builder.start();
            try {
                Await.until("the log to be verified", LIMIT, () -> !verify.isAlive());
            } finally {
                verify.destroy();
            }
            if (verify.exitValue() != 0) {
                throw new AssertionError(Files.readString(output));
            }
        }
    }

    /** The last lines that a node has printed. */
    static String tail(NodeProcess node) {
        try {
            List<String> lines = node.printed().lines().toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        nodes.forEach(NodeProcess::close);
    }
}
