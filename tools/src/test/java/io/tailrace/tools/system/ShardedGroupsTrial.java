package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.FreePorts;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.ReplicationInfo;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The set-up of {@code tools/sharding}: twemproxy, HAProxy, groups of nodes, a Sentinel, under load: the primary of one group is killed, and
 * a group is added that takes over a part of the keys. No acknowledged write is lost. Not part of the build's tests: {@code .ci/run}.
 */
class ShardedGroupsTrial {
    private static final Path FILES =
            NodeProcess.launcher().resolveSibling("../sharding").normalize();
    private static final int PARCELS = 16;
    private static final int SOME = 3_000;

    @TempDir
    private Path dir;

    private final List<Process> processes = new ArrayList<>();
    private int parcelPort;
    private int proxyPort;
    private int haproxyPort;

    private static void assumeInstalled(String program) {
        boolean isThere = Stream.of((System.getenv("PATH") + ":/usr/sbin").split(":"))
                .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
        assumeTrue(isThere, "skipped: no " + program);
    }

    /** One of the files, with the ports of this test. */
    private void configure(String name, int a1, int a2, int b1, int c1) throws IOException {
        String text = Files.readString(FILES.resolve(name));
        text = text.replace("7000-7015", parcelPort + "-" + (parcelPort + PARCELS - 1));
        for (int i = PARCELS - 1; i >= 0; i--) {
            text = text.replaceAll("\\b" + (7000 + i) + "\\b", Integer.toString(parcelPort + i));
        }
        text = text.replaceAll("\\b7100\\b", "" + proxyPort).replaceAll("\\b7099\\b", "" + haproxyPort);
        text = text.replaceAll("\\b7101\\b", "" + a1).replaceAll("\\b7102\\b", "" + a2);
        text = text.replaceAll("\\b7111\\b", "" + b1).replaceAll("\\b7121\\b", "" + c1);
        Files.writeString(dir.resolve(name), text);
    }

    private void run(String... command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(
                dir.resolve(Path.of(command[0]).getFileName() + ".txt").toFile()));
        builder.environment().merge("PATH", "/usr/sbin", (old, more) -> old + ":" + more);
        processes.add(builder.start());
    }

    private String haproxy(String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), haproxyPort)) {
            socket.getOutputStream().write((command + "\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).trim();
        }
    }

    @Test
    @Timeout(300)
    void shouldLoseNothingWhenAPrimaryDiesAndWhenOneIsAdded() throws Exception {
        for (String program : List.of("nutcracker", "haproxy", "redis-server", "redis-cli", "perl")) {
            assumeInstalled(program);
        }
        parcelPort = FreePorts.find(PARCELS);
        proxyPort = FreePorts.find(1);
        haproxyPort = FreePorts.find(1);
        try (Cluster cluster = new Cluster(dir)) {
            NodeProcess a1 = cluster.node("a1", "--ack-replicas", "1");
            NodeProcess a2 = cluster.replica("a2", a1, "--ack-replicas", "1");
            NodeProcess b1 = cluster.node("b1");
            NodeProcess c1 = cluster.replica("c1", a2, "--replica-priority", "0");
            for (String name : List.of("haproxy.cfg", "nutcracker.yml", "parcels.map")) {
                configure(name, a1.port(), a2.port(), b1.port(), c1.port());
            }
            Cluster.start(a1, a2, b1);
            Sentinel sentinel = Sentinel.withoutPassword(dir.resolve("sentinel"), a1, 1);
            try (sentinel) {
                run("haproxy", "-db", "-f", "haproxy.cfg");
                run(
                        "/usr/sbin/nutcracker",
                        "-c",
                        "nutcracker.yml",
                        "-s",
                        "" + FreePorts.find(1),
                        "-p",
                        "nutcracker.pid",
                        "-o",
                        "nutcracker.log");
                Await.until("the proxies to serve", Cluster.LIMIT, this::isServing);
                Await.until(
                        "Sentinel to know the replica",
                        Cluster.LIMIT,
                        () -> ((List<?>) sentinel.call("SENTINEL", "REPLICAS", Sentinel.NAME)).size() == 1);
                try (ShardedLoad load = new ShardedLoad(proxyPort)) {
                    awaitMore(load);
                    failOver(a1, a2);
                    awaitMore(load);
                    split(sentinel, a2, c1);
                    awaitMore(load);
                    load.stop();
                    assertTrue(!load.errors().isEmpty(), "connections were cut");
                    assertEquals(0, load.lost(), "acknowledged writes are lost");
                    long before = keys(a2) + keys(c1);
                    dropForeign(a2, "0,1,2,3");
                    dropForeign(c1, "4,5,6,7");
                    assertEquals(0, load.lost(), "writes are lost that were their group's own");
                    assertTrue(keys(a2) + keys(c1) < before, "there were foreign keys");
                    System.err.println(load.count() + " keys acknowledged, " + load.errors() + ", none lost; "
                            + keys(a2) + " in a, " + keys(b1) + " in b, " + keys(c1) + " in c");
                }
            }
        } finally {
            for (Process process : processes) {
                process.destroyForcibly();
                process.waitFor(30, TimeUnit.SECONDS);
            }
        }
    }

    private boolean isServing() throws IOException {
        try (RespClient client = new RespClient(proxyPort, Cluster.LIMIT)) {
            for (int i = 0; i < 4 * PARCELS; i++) {
                client.call("SET", "probe:" + i, "1");
            }
            return true;
        }
    }

    private static void awaitMore(ShardedLoad load) {
        int count = load.count();
        Await.until("more writes", Cluster.LIMIT, () -> load.count() > count + SOME);
    }

    private static long keys(NodeProcess node) throws IOException {
        try (RespClient client = node.connect()) {
            return client.number("DBSIZE");
        }
    }

    /** The primary is killed; the old one is started again, and follows. */
    private static void failOver(NodeProcess primary, NodeProcess replica) throws IOException {
        primary.kill();
        // by connections of their own, as Sentinel closes those that there are
        Await.until("a promotion by Sentinel", Cluster.LIMIT, () -> Cluster.info(replica)
                .isPrimary());
        primary.start("--replicaof", replica.address());
        primary.awaitReady(Cluster.LIMIT);
        Cluster.awaitLink(primary);
    }

    /** The steps of the chapter. */
    private void split(Sentinel sentinel, NodeProcess from, NodeProcess to) throws IOException {
        to.start();
        to.awaitReady(Cluster.LIMIT);
        Cluster.awaitLink(to);
        try (RespClient old = from.connect();
                RespClient added = to.connect()) {
            assertEquals("OK", old.text("CLIENT", "PAUSE", 20_000, "WRITE"));
            long offset = ReplicationInfo.of(old).number("master_repl_offset");
            Await.until(
                    "the new node to have all",
                    Cluster.LIMIT,
                    () -> ReplicationInfo.of(added).number("slave_repl_offset") >= offset);
            assertEquals("OK", added.text("REPLICAOF", "NO", "ONE"));
            sentinel.call("SENTINEL", "RESET", Sentinel.NAME);
            for (int parcel = 4; parcel < 8; parcel++) {
                haproxy("set map parcels.map " + (parcelPort + parcel) + " c");
            }
            haproxy("shutdown sessions server a/a1");
            haproxy("shutdown sessions server a/a2");
            assertEquals("OK", old.text("CLIENT", "UNPAUSE"));
        }
    }

    private static void dropForeign(NodeProcess node, String own) throws IOException, InterruptedException {
        String command = "redis-cli -p %1$d --scan | '%2$s' %3$s | redis-cli -p %1$d --pipe";
        String text = command.formatted(node.port(), FILES.resolve("drop-foreign-keys"), own);
        Process process = new ProcessBuilder("bash", "-o", "pipefail", "-c", text)
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), printed);
        assertTrue(printed.contains("errors: 0"), printed);
    }
}
