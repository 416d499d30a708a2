package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.report.NodeMetrics;
import io.tailrace.node.services.LagWindow;
import io.tailrace.node.services.RefusedReplica;
import io.tailrace.node.services.ReplicaPlace;
import io.tailrace.node.services.ReplicationServices;
import io.tailrace.node.services.ReplicationServices.LinkInfo;
import io.tailrace.node.services.SyncProgress;
import io.tailrace.node.shard.RebuildException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** METRICS on a node of two shards, and what its shards publish. The key "a" belongs to shard 1. */
class MetricsTest {
    private static final LagWindow.Summary LAG = new LagWindow.Summary(1_500, 20_000, 300_000, 4_000_000, 5);
    private static final Pattern SAMPLE =
            Pattern.compile("([a-z_]+)(\\{[a-z_]+=\"[^\"]*\"(,[a-z_]+=\"[^\"]*\")*})? (-?[0-9.E-]+|\\+Inf)");

    private SessionBench bench;
    private SessionBench.Client client;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException, RebuildException {
        bench = new SessionBench(directory, 2);
        client = bench.client();
    }

    @AfterEach
    void stop() throws IOException {
        bench.close();
    }

    private List<String> metrics() {
        return client.reply("METRICS").body().lines().toList();
    }

    private void requireLine(String line) {
        List<String> lines = metrics();
        assertTrue(lines.contains(line), () -> line + " is not in\n" + String.join("\n", lines));
    }

    @Test
    void shouldKeepToTheFormatAndTheConventionsOfNames() {
        bench.replication.get(0).places = List.of(place("one"));
        Set<String> counters = new HashSet<>();
        Set<String> described = new HashSet<>();
        for (String line : metrics()) {
            String[] words = line.split(" ");
            if (line.startsWith("# TYPE ")) {
                assertTrue(described.add(words[2]), line);
                if (words[3].equals("counter")) {
                    counters.add(words[2]);
                }
            } else if (!line.startsWith("# HELP ")) {
                Matcher sample = SAMPLE.matcher(line);
                assertTrue(sample.matches(), line);
                assertTrue(described.contains(sample.group(1)), line);
                assertEquals(counters.contains(sample.group(1)), sample.group(1).endsWith("_total"), line);
            }
        }
        assertTrue(counters.size() > 10, counters::toString);
        described.forEach(name -> assertFalse(name.matches(".*(micros|millis|_ms|_us|_kb|_mb)(_total)?"), name));
    }

    @Test
    void shouldCountByShard() {
        client.reply("SET", "a", "1");
        requireLine("tailrace_keys{shard=\"1\"} 1.0");
        requireLine("tailrace_keys{shard=\"0\"} 0.0");
        requireLine("tailrace_log_offset_records{shard=\"1\"} 2.0");
        requireLine("tailrace_log_writable{shard=\"1\"} 1.0");
        requireLine("tailrace_reactor_longest_cycle_seconds{cause=\"eviction\",shard=\"1\"} 0.0");
        requireLine("tailrace_reactor_seconds_total{shard=\"0\",step=\"apply\"} 0.0");
        requireLine("tailrace_primary 1.0");
        requireLine("tailrace_held_replies{shard=\"0\"} 0.0");
        requireLine("tailrace_failed_replies_total{shard=\"1\"} 0.0");
        requireLine("tailrace_good_replicas{shard=\"1\"} 0.0");
        requireLine("tailrace_clients 1.0");
        assertFalse(metrics().toString().contains("tailrace_link_"), "a primary has no link");
    }

    @Test
    void shouldTellWhatWasGivenUpAndWhoIsRefused() {
        bench.replication.get(1).rewinds = new ReplicationServices.Rewinds(2, 50, "file");
        RefusedReplica ahead = new RefusedReplica("one", "10.0.0.1", 6380, "FUTURE", null, 7, 0, 1);
        RefusedReplica foreign = new RefusedReplica("two", "10.0.0.1", 6381, "FOREIGN", null, 7, 0, 1);
        bench.replication.get(1).refused = List.of(ahead, foreign);
        requireLine("tailrace_rewinds_total{shard=\"0\"} 0.0");
        requireLine("tailrace_rewinds_total{shard=\"1\"} 2.0");
        requireLine("tailrace_lost_writes_total{shard=\"1\"} 50.0");
        requireLine("tailrace_refused_replicas{shard=\"1\"} 2.0");
        requireLine("tailrace_replicas_ahead{shard=\"1\"} 1.0");
    }

    @Test
    void shouldTellLagInSeconds() {
        bench.node.primary = new HostPort("primary.example", 6379);
        bench.replication.get(0).link =
                new LinkInfo("STREAMING", true, false, true, 1_500, 0, 700, LAG, 4, null, null, null, null);
        bench.replication.get(1).places = List.of(place("one"));
        requireLine("tailrace_link_lag_seconds{shard=\"0\",quantile=\"0.999\"} 0.3");
        requireLine("tailrace_link_lag_seconds{shard=\"0\",quantile=\"1.0\"} 4.0");
        requireLine("tailrace_link_silence_seconds{shard=\"0\"} 1.5");
        requireLine(
                "tailrace_replica_lag_seconds{address=\"10.0.0.1:6380\",replica=\"one\",shard=\"1\",quantile=\"0.5\"}"
                        + " 0.0015");
        requireLine("tailrace_replica_behind_seconds{address=\"10.0.0.1:6380\",replica=\"one\",shard=\"1\"} 2.5");
        requireLine("tailrace_replica_time_to_full_sync_seconds{address=\"10.0.0.1:6380\",replica=\"one\",shard=\"1\"}"
                + " +Inf");
    }

    @Test
    void shouldTellHowFarAFullSyncHasCome() {
        bench.node.primary = new HostPort("primary.example", 6379);
        bench.replication.get(0).link = new LinkInfo(
                "SYNCING",
                false,
                true,
                true,
                1_500,
                0,
                700,
                LAG,
                4,
                null,
                null,
                null,
                new SyncProgress(1_000, 4_000, 5));
        bench.replication.get(1).link =
                new LinkInfo("STREAMING", true, false, true, 1_500, 0, 700, LAG, 4, null, null, null, null);
        requireLine("tailrace_link_sync_bytes{shard=\"0\"} 1000.0");
        requireLine("tailrace_link_sync_expected_bytes{shard=\"0\"} 4000.0");
        requireLine("tailrace_link_sync_bytes{shard=\"1\"} 0.0");
        requireLine("tailrace_resumed_syncs_total{shard=\"0\"} 0.0");
    }

    @Test
    void shouldPublishOnlyWhenSomebodyReads() {
        NodeMetrics metrics = bench.node.metrics();
        metrics.publish(bench.services(0));
        metrics.publish(bench.services(1));
        metrics.open();
        assertNull(metrics.text(bench.node, 0), "nothing was published before");
        metrics.publish(bench.services(0));
        assertNull(metrics.text(bench.node, 0), "a shard is missing");
        metrics.publish(bench.services(1));
        String text = new String(metrics.text(bench.node, SessionBench.NOW_MICROS + 2_500_000), StandardCharsets.UTF_8);
        assertTrue(text.contains("tailrace_report_age_seconds{shard=\"1\"} 2.5\n"), text);
    }

    private static ReplicaPlace place(String id) {
        return new ReplicaPlace(id, "10.0.0.1", 6380, "online", 5, 2_500_000, LAG, -1, -1);
    }
}
