package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.FreePorts;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How far behind replicas are, as a time, for each replica and shard: what both sides say of it. */
class LagIT {
    private static final int WRITES = 2_000;
    private static final int SHARDS = 2;
    private static final long STALL_MICROS = 1_500_000;

    private static final Map<NodeProcess, String> IDS = new HashMap<>();

    @TempDir
    private static Path dir;

    private static int metricsPort;
    private static Cluster cluster;
    private static NodeProcess primary;
    private static NodeProcess stalling;
    private static NodeProcess following;

    @BeforeAll
    static void start() throws IOException {
        cluster = new Cluster(dir, "--shards", Integer.toString(SHARDS), "--segment-size", "1mb", "--batch-size", "0");
        metricsPort = FreePorts.find(1);
        primary = cluster.node("primary", "--metrics-port", Integer.toString(metricsPort));
        stalling = cluster.replica("stalling", primary);
        following = cluster.replica("following", primary);
        Cluster.start(primary, stalling, following);
        for (NodeProcess replica : List.of(stalling, following)) {
            try (RespClient client = replica.connect()) {
                IDS.put(replica, client.info("server").get("node_id"));
            }
        }
        NodeGroup.fill(primary, "key", WRITES, 100);
        Cluster.awaitSame(primary, stalling, following);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void shouldTellTheLagOfEachShardOnBothSides() throws Exception {
        Await.until(
                "all records to be acknowledged",
                Cluster.LIMIT,
                () -> places(stalling).get(0).get("index") == index(0));
        for (NodeProcess replica : List.of(stalling, following)) {
            long ours = 0;
            long theirs = 0;
            for (int shard = 0; shard < SHARDS; shard++) {
                Map<String, Long> seen = places(replica).get(shard);
                Map<String, Long> own = numbers(Cluster.info(replica).fields().get("replica_lag_shard" + shard));
                assertOrdered(seen);
                assertOrdered(own);
                ours += seen.get("records");
                theirs += own.get("records");
            }
            assertTrue(ours >= WRITES, ours + " of " + WRITES + " records counted by the primary");
            assertTrue(theirs >= WRITES, theirs + " of " + WRITES + " records counted by the replica");
        }
    }

    @Test
    void shouldShowAReplicaThatStopsAndNoOther() throws Exception {
        stalling.pause();
        try {
            NodeGroup.fill(primary, "key", 10, 100);
            Await.until("the lag to grow", Cluster.LIMIT, () -> lag(stalling) >= STALL_MICROS);
        } finally {
            stalling.resume();
        }
        Await.until(
                "the other's acknowledgement",
                Cluster.LIMIT,
                () -> places(following).get(0).get("index") == index(0));
        assertTrue(lag(following) < STALL_MICROS, "the other is not behind: " + lag(following));
        Cluster.awaitSame(primary, stalling);
        Await.until("the stall to be counted", Cluster.LIMIT, () -> most(stalling, "max") >= STALL_MICROS);
        NodeGroup.fill(primary, "key", 10, 100);
        Await.until("the lag to go", Cluster.LIMIT, () -> lag(stalling) < STALL_MICROS);
        assertTrue(most(stalling, "max") >= STALL_MICROS, "the last minute still knows it");
    }

    @Test
    void shouldAnswerTheSameMetricsToClientsAndOverHttp() throws Exception {
        Await.until("the metrics to name the replicas", Cluster.LIMIT, () -> {
            String text = overHttp();
            return IDS.values().stream().allMatch(text::contains);
        });
        String text = overHttp();
        try (RespClient client = primary.connect()) {
            assertEquals(series(client.text("METRICS")), series(text));
        }
        String lag = "tailrace_replica_lag_seconds\\{address=\"127.0.0.1:" + following.port() + "\",replica=\""
                + IDS.get(following) + "\",shard=\"1\",quantile=\"0.99\"} \\d+\\.\\d+(E-\\d+)?";
        assertTrue(text.lines().anyMatch(line -> line.matches(lag)), text);
        try (RespClient client = following.connect()) {
            assertTrue(
                    series(client.text("METRICS")).contains("tailrace_link_lag_seconds{shard=\"1\",quantile=\"1.0\"}"));
        }
    }

    private static String overHttp() throws IOException {
        URLConnection connection = new URL("http://127.0.0.1:" + metricsPort + "/metrics").openConnection();
        connection.setConnectTimeout((int) Cluster.LIMIT.toMillis());
        connection.setReadTimeout((int) Cluster.LIMIT.toMillis());
        assertEquals("text/plain; version=0.0.4; charset=utf-8", connection.getContentType());
        try (InputStream in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The names and labels of all samples, without their values. */
    private static Set<String> series(String metrics) {
        return metrics.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void assertOrdered(Map<String, Long> lag) {
        long[] ascending = {0, lag.get("p50"), lag.get("p99"), lag.get("p99.9"), lag.get("max")};
        for (int i = 1; i < ascending.length; i++) {
            assertTrue(ascending[i - 1] <= ascending[i], lag::toString);
        }
        assertTrue(lag.get("max") > 0, lag::toString);
    }

    private static long lag(NodeProcess replica) throws IOException {
        return most(replica, "lag_us");
    }

    private static long most(NodeProcess replica, String field) throws IOException {
        return places(replica).stream()
                .mapToLong(place -> place.get(field))
                .max()
                .orElse(0);
    }

    private static long index(int shard) throws IOException {
        return Cluster.info(primary).index(shard);
    }

    /** What the primary says of a replica, by shard. */
    private static List<Map<String, Long>> places(NodeProcess replica) throws IOException {
        String id = IDS.get(replica);
        List<Map<String, Long>> places = new ArrayList<>();
        Cluster.info(primary).fields().forEach((name, value) -> {
            if (name.matches("replica\\d_shard" + places.size()) && value.startsWith("id=" + id + ",")) {
                places.add(numbers(value));
            }
        });
        assertEquals(SHARDS, places.size(), "shards in which the primary names " + id);
        return places;
    }

    private static Map<String, Long> numbers(String pairs) {
        Map<String, Long> numbers = new HashMap<>();
        for (String pair : pairs.split(",")) {
            String[] parts = pair.split("=");
            if (parts[1].matches("-?\\d+")) {
                numbers.put(parts[0], Long.parseLong(parts[1]));
            }
        }
        return numbers;
    }
}
