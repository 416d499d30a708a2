package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.FreePorts;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which processors the threads of real nodes may run on, as the kernel says in /proc. */
@Tag("long")
class PinningIT {
    private static final Path JVMS = Path.of("/usr/lib/jvm");
    private static final String ALLOWED = "Cpus_allowed_list:";

    @TempDir
    private Path dir;

    @BeforeEach
    void needTwoProcessors() throws IOException {
        assumeTrue(
                allowed(Path.of("/proc/self/status")).equals("0-1"),
                "skipped: this test knows processors 0 and 1 only");
    }

    /** The Java of this build, and 25 where it is. */
    static List<String> javas() throws IOException {
        List<String> homes = new ArrayList<>(List.of(System.getProperty("java.home")));
        if (Files.isDirectory(JVMS)) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(JVMS, "temurin-25*")) {
                found.forEach(home -> homes.add(home.toString()));
            }
        }
        return homes;
    }

    private static String allowed(Path status) throws IOException {
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith(ALLOWED))
                .map(line -> line.substring(ALLOWED.length()).strip())
                .findFirst()
                .orElseThrow();
    }

    /** Processors by thread: its name and number. */
    private static Map<String, String> threads(NodeProcess node) throws IOException {
        Map<String, String> threads = new TreeMap<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/" + node.pid() + "/task"))) {
            for (Path task : tasks) {
                add(threads, task);
            }
        }
        return threads;
    }

    private static void add(Map<String, String> threads, Path task) throws IOException {
        try {
            String name = Files.readString(task.resolve("comm")).strip();
            threads.put(name + " " + task.getFileName(), allowed(task.resolve("status")));
        } catch (IOException e) {
            if (Files.exists(task)) {
                throw e;
            }
        }
    }

    private static void assertApart(NodeProcess node, String shard, String others) throws IOException {
        Map<String, String> threads = threads(node);
        threads.forEach((thread, processors) -> assertEquals(
                thread.startsWith("shard-0 ") ? shard : others, processors, () -> thread + " of " + threads));
        assertTrue(threads.keySet().stream().anyMatch(thread -> thread.startsWith("shard-0 ")), threads::toString);
        assertTrue(threads.keySet().stream().anyMatch(thread -> thread.startsWith("disk-0 ")), threads::toString);
        assertTrue(threads.keySet().stream().anyMatch(thread -> thread.contains("Compiler")), threads::toString);
        String where = "; shard 0 on processor " + shard + ", other threads on " + others;
        Await.until("the line that says that it is ready, with" + where, Cluster.LIMIT, () -> node.printed()
                .contains(where));
    }

    @ParameterizedTest
    @MethodSource("javas")
    void shouldKeepAllOtherThreadsOffTheShardsProcessor(String java) throws Exception {
        for (String cores : List.of("1", "0", "auto")) {
            String shard = cores.equals("auto") ? "1" : cores;
            String others = shard.equals("1") ? "0" : "1";
            try (Cluster cluster = new Cluster(dir.resolve(cores), "--segment-size", "1mb");
                    NodeProcess node = cluster.node("node", "--cores", cores).variable("JAVA_HOME", java)) {
                Cluster.start(node);
                assertApart(node, shard, others);
                try (RespClient client = node.connect()) {
                    for (int i = 0; i < 4_000; i++) {
                        client.send("SET", "key" + i, "v".repeat(1_000));
                    }
                    client.flush();
                    for (int i = 0; i < 4_000; i++) {
                        client.read();
                    }
                    client.call("BGSAVE");
                    assertEquals(shard, client.info("server").get("shard0_cpu"));
                    assertEquals(others, client.info("server").get("helper_cpus"));
                }
                assertApart(node, shard, others);
            }
        }
    }

    @Test
    void shouldRunAsWellAsItCanOrNotAtAll() throws Exception {
        try (Cluster cluster = new Cluster(dir);
                NodeProcess node = cluster.node("lenient", "--cores", "7");
                NodeProcess strict = cluster.node("strict", "--cores", "7", "--cores-strict", "yes");
                NodeProcess crowded =
                        cluster.node("crowded", "--cores", "auto", "--shards", "2", "--cores-strict", "yes")) {
            Cluster.start(node);
            assertTrue(
                    node.printed()
                            .contains(
                                    "level=warn msg=\"threads are not pinned as configured: shard 0: processor 7 is not there"));
            // a node answers a little before it says that it is ready
            Await.until("the line that says where threads are", Cluster.LIMIT, () -> node.printed()
                    .contains("; no shard is pinned, other threads on 0-1"));
            strict.start();
            assertEquals(1, strict.awaitExit(Duration.ofSeconds(30)));
            assertTrue(
                    strict.printed().contains("can't start because cores-strict is yes: shard 0: processor 7 "),
                    strict.printed());
            crowded.start();
            assertEquals(1, crowded.awaitExit(Duration.ofSeconds(30)));
            assertTrue(
                    crowded.printed().contains("one for all other threads; this process may use 0-1"),
                    crowded.printed());
        }
    }

    /** A mount of this test's own, which only root may make. */
    @ParameterizedTest
    @ValueSource(strings = {"noexec", "ro"})
    void shouldPinWhateverTmpIs(String option) throws Exception {
        // the checkout may lie below /tmp itself
        Path checkout =
                NodeProcess.launcher().toAbsolutePath().getParent().getParent().getParent();
        Path script = Files.writeString(
                dir.resolve("in-another-tmp.sh"),
                "mount --bind '" + checkout + "' /mnt && mount -t tmpfs -o " + option + " none /tmp && exec \"$@\"");
        assumeTrue(canMount(), "skipped: no unshare, or not root");
        Path home = Files.createTempDirectory(Path.of("/var/tmp"), "tailrace-pinning");
        try {
            Process process = new ProcessBuilder(
                            "unshare",
                            "-m",
                            "sh",
                            script.toString(),
                            "/mnt/tools/bin/tailrace",
                            "node",
                            "--port",
                            "" + FreePorts.find(4),
                            "--data-dir",
                            home.resolve("data").toString(),
                            "--cores",
                            "1",
                            "--cores-strict",
                            "yes")
                    .redirectErrorStream(true)
                    .redirectOutput(home.resolve("output").toFile())
                    .start();
            try {
                Await.until("the node to be pinned", Cluster.LIMIT, () -> Files.readString(home.resolve("output"))
                        .contains("shard 0 on processor 1"));
            } finally {
                process.destroyForcibly();
                process.waitFor(30, TimeUnit.SECONDS);
            }
        } finally {
            try (Stream<Path> files = Files.walk(home)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static boolean canMount() throws Exception {
        try {
            Process process = new ProcessBuilder("unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt")
                    .redirectErrorStream(true)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
