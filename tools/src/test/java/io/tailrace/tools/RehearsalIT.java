package io.tailrace.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.demo.FreePorts;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether the rehearsal, which makes the archive of classes, asks for every command. */
class RehearsalIT {
    /** What it can't ask for: that ends a node or a connection, needs another one or a setting, or is asked for apart. */
    private static final String LEFT_OUT =
            """
            asking auth bgrewriteaof bgsave cluster debug failover feedread flushall metrics monitor pfdebug pfselftest psync quit
            readonly readwrite replconf replicaof restore-asking save shutdown slaveof storedigest sync token waitaof waittoken
            """;

    @TempDir
    private Path dir;

    @Test
    void shouldAskForEveryCommand() throws Exception {
        int port = FreePorts.find(1);
        try (NodeProcess node = new NodeProcess(dir.resolve("node"), port, List.of())) {
            node.start();
            node.awaitReady(Duration.ofSeconds(60));
            try (Rehearsal rehearsal = new Rehearsal(port)) {
                rehearsal.commands();
            }
            try (RespClient client = node.connect()) {
                Set<String> asked = client.info("commandstats").keySet().stream()
                        .map(name -> name.replaceFirst("^cmdstat_", "").replaceFirst("\\|.*", ""))
                        .collect(Collectors.toSet());
                Set<String> missing = new TreeSet<>();
                for (Object name : (List<?>) client.call("COMMAND", "LIST")) {
                    missing.add(new String((byte[]) name, StandardCharsets.UTF_8).replaceFirst("\\|.*", ""));
                }
                missing.removeAll(asked);
                assertEquals(new TreeSet<>(List.of(LEFT_OUT.split("\\s+"))), missing);
            }
        }
    }

    @Test
    void shouldHaveEveryClassAndLambdaInTheArchiveWhetherOrNotItWasRehearsed() throws Exception {
        Path loaded = dir.resolve("loaded");
        int port = FreePorts.find(1);
        try (NodeProcess node =
                new NodeProcess(dir.resolve("node"), port, List.of()).javaOptions("-Xlog:class+load:file=" + loaded)) {
            node.start();
            node.awaitReady(Duration.ofSeconds(60));
            try (RespClient client = node.connect()) {
                for (String command : List.of(
                        "CONFIG SET notify-keyspace-events KEA",
                        "CONFIG SET latency-monitor-threshold 1",
                        "CONFIG SET maxmemory-policy volatile-ttl",
                        "LATENCY DOCTOR",
                        "SET a 1",
                        "LATENCY HISTOGRAM set",
                        "ACL LOG")) {
                    client.call((Object[]) command.split(" "));
                }
            }
        }
        List<String> own = Files.readAllLines(loaded).stream()
                .filter(line -> line.matches(".* io\\.tailrace\\.(node|wire|snapshot)\\..*"))
                .toList();
        assertTrue(own.size() > 500, "classes are logged");
        assertEquals(
                List.of(),
                own.stream()
                        .filter(line -> !line.contains("shared objects file"))
                        .toList());
    }
}
