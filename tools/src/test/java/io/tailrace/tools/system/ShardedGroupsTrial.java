package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.AwaitException;
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
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The set-up of {@code tools/sharding}: twemproxy, HAProxy, groups of nodes, three Sentinels that watch each group, under load: the primary
 * of one group is killed, and a group is added that takes over a part of the keys. No acknowledged write is lost. Not part of the build's
 * tests: {@code .ci/run}.
 */
class ShardedGroupsTrial {
    private static final Path FILES =
            NodeProcess.launcher().resolveSibling("../sharding").normalize();
    private static final int PARCELS = 16;
    private static final int SOME = 3_000;
    private static final int SENTINELS = 3;
    private static final int PAUSE_MS = 60_000;
    private static final String QUORUM = "2";
    private static final String DOWN_AFTER_MS = "5000";
    /** Tags, the first of parcel 0, and so on. */
    private static final int[] ONE_OF_EACH_PARCEL = {3, 2, 1, 0, 7, 6, 5, 4, 68, 69, 9, 8, 28, 29, 19, 18};

    /** The field of HAProxy's statistics. */
    private static final int STATUS = 17;

    @TempDir
    private Path dir;

    private final List<Process> processes = new ArrayList<>();
    private final List<Sentinel> sentinels = new ArrayList<>();
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
            startProxies();
            watch(a1, b1);
            try (ShardedLoad load = new ShardedLoad(proxyPort)) {
                awaitMore(load);
                failOver(a1, a2);
                awaitServing();
                awaitMore(load);
                split(a2, c1);
                awaitServing();
                awaitMore(load);
                load.stop();
                assertTrue(!load.errors().isEmpty(), "connections were cut");
                assertEquals(0, load.lost(), "acknowledged writes are lost");
                long before = keys(a2) + keys(c1);
                dropForeign(a2, "0,1,2,3");
                dropForeign(c1, "4,5,6,7");
                assertEquals(0, load.lost(), "writes are lost that were their group's own");
                assertTrue(keys(a2) + keys(c1) < before, "there were foreign keys");
                System.err.println(load.count() + " keys acknowledged, " + load.errors() + ", none lost; " + keys(a2)
                        + " in a, " + keys(b1) + " in b, " + keys(c1) + " in c");
            }
        } catch (AwaitException | IOException e) {
            throw new AssertionError(e.getMessage() + "; HAProxy says:\n" + servers(), e);
        } finally {
            sentinels.forEach(Sentinel::close);
            for (Process process : processes) {
                process.destroyForcibly();
                process.waitFor(30, TimeUnit.SECONDS);
            }
        }
    }

    private void startProxies() throws IOException {
        run("haproxy", "-db", "-f", "haproxy.cfg");
        String stats = Integer.toString(FreePorts.find(1));
        run("nutcracker", "-c", "nutcracker.yml", "-s", stats, "-p", "nutcracker.pid", "-o", "nutcracker.log");
        awaitServing();
    }

    /** Three Sentinels, each of which watches both groups. */
    private void watch(NodeProcess a1, NodeProcess b1) throws IOException {
        for (int i = 0; i < SENTINELS; i++) {
            Sentinel sentinel = Sentinel.withoutPassword(dir.resolve("sentinel" + i), a1, Integer.parseInt(QUORUM));
            sentinels.add(sentinel);
            sentinel.call("SENTINEL", "SET", Sentinel.NAME, "down-after-milliseconds", DOWN_AFTER_MS);
            assertEquals("OK", sentinel.call("SENTINEL", "MONITOR", "b", "127.0.0.1", b1.port(), QUORUM));
        }
        for (Sentinel sentinel : sentinels) {
            Await.until("a Sentinel to know the replica and the other Sentinels", Cluster.LIMIT, () -> {
                Map<String, String> primary = sentinel.primary();
                return primary.get("num-slaves").equals("1")
                        && primary.get("num-other-sentinels").equals("" + (SENTINELS - 1));
            });
        }
    }

    /** Until a write to each parcel is acknowledged, as HAProxy looks for the primaries from time to time only. */
    private void awaitServing() {
        Await.until("each parcel to be served", Cluster.LIMIT, () -> {
            try (RespClient client = new RespClient(proxyPort, Cluster.LIMIT)) {
                for (int tag : ONE_OF_EACH_PARCEL) {
                    client.call("SET", "probe:{" + tag + "}", "1");
                }
                return true;
            }
        });
    }

    /** State of each server as HAProxy sees it. */
    private String servers() throws IOException {
        return haproxy("show stat")
                .lines()
                .map(line -> line.split(","))
                .filter(fields -> fields.length > STATUS)
                .map(fields -> fields[0] + "/" + fields[1] + " " + fields[STATUS])
                .collect(Collectors.joining("\n"));
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
    private void split(NodeProcess from, NodeProcess to) throws IOException {
        to.start();
        to.awaitReady(Cluster.LIMIT);
        Cluster.awaitLink(to);
        try (RespClient old = from.connect();
                RespClient added = to.connect()) {
            assertEquals("OK", old.text("CLIENT", "PAUSE", PAUSE_MS, "WRITE"));
            long begun = System.nanoTime();
            long offset = ReplicationInfo.of(old).number("master_repl_offset");
            Await.until(
                    "the new node to have all",
                    Cluster.LIMIT,
                    () -> ReplicationInfo.of(added).number("slave_repl_offset") >= offset);
            assertEquals("OK", added.text("REPLICAOF", "NO", "ONE"));
            Await.until("the old primary to have lost it", Cluster.LIMIT, () -> !old.text("INFO", "replication")
                    .contains("port=" + to.port() + ","));
            for (Sentinel sentinel : sentinels) {
                sentinel.call("SENTINEL", "RESET", Sentinel.NAME);
            }
            Await.until("HAProxy to see the new primary", Cluster.LIMIT, () -> servers()
                    .contains("c/c1 UP"));
            for (int parcel = 4; parcel < 8; parcel++) {
                haproxy("set map parcels.map " + (parcelPort + parcel) + " c");
            }
            haproxy("shutdown sessions server a/a1");
            haproxy("shutdown sessions server a/a2");
            assertEquals("OK", old.text("CLIENT", "UNPAUSE"));
            long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
            assertTrue(tookMs < PAUSE_MS, "the pause was over before the map was changed");
        }
        for (Sentinel sentinel : sentinels) {
            assertEquals("OK", sentinel.call("SENTINEL", "MONITOR", "c", "127.0.0.1", to.port(), QUORUM));
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
