package io.tailrace.tools.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.FreePorts;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Debian's redis_exporter on a primary and its replica, beside two of redis-server: what it finds there it finds here, but for what is
 * listed with a reason.
 */
@Tag("long")
class ExporterIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String PROGRAM = "prometheus-redis-exporter";
    private static final String ALLOCATOR = "a statistic of jemalloc, which a JVM does not have";

    /** Metrics of a redis-server that there are none of. */
    private static final Map<String, String> MISSING = Map.of(
            "redis_allocator_active_bytes", ALLOCATOR,
            "redis_allocator_allocated_bytes", ALLOCATOR,
            "redis_allocator_frag_bytes", ALLOCATOR,
            "redis_allocator_frag_ratio", ALLOCATOR,
            "redis_allocator_resident_bytes", ALLOCATOR,
            "redis_allocator_rss_bytes", ALLOCATOR,
            "redis_allocator_rss_ratio", ALLOCATOR);

    private static final Pattern SAMPLE = Pattern.compile("(redis_\\w+)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"(?:[^\"\\\\]|\\\\.)*\"");

    @TempDir
    private Path dir;

    private final HttpClient http = HttpClient.newHttpClient();
    private int exporter;
    private ClientProgram program;

    @AfterEach
    void stop() {
        if (program != null) {
            program.close();
        }
    }

    @BeforeEach
    void wantPrograms() {
        ClientProgram.assumeInstalled(PROGRAM, PROGRAM);
        ClientProgram.assumeInstalled(RealRedis.PROGRAM, "redis-server");
    }

    private String scrape(int port) {
        URI uri = URI.create("http://127.0.0.1:" + exporter + "/scrape?target=redis://127.0.0.1:" + port);
        try {
            return http.send(HttpRequest.newBuilder(uri).timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Names of metrics, each with those of its labels. */
    private static Set<String> metrics(String text) {
        Set<String> found = new TreeSet<>();
        for (String line : text.split("\n")) {
            Matcher sample = SAMPLE.matcher(line);
            if (sample.matches()) {
                String labels = sample.group(2) == null
                        ? ""
                        : LABEL.matcher(sample.group(2))
                                .results()
                                .map(label -> label.group(1))
                                .sorted()
                                .collect(Collectors.joining(","));
                found.add(sample.group(1) + (labels.isEmpty() ? "" : "{" + labels + "}"));
            }
        }
        return found;
    }

    private static String value(String text, String metric) {
        Matcher matcher =
                Pattern.compile("(?m)^" + Pattern.quote(metric) + " (\\S+)$").matcher(text);
        assertTrue(matcher.find(), metric + " is not in " + text);
        return matcher.group(1);
    }

    /** The same commands on each, so that every metric which depends on some is there. */
    private static void use(int primary, int replica) throws IOException {
        try (RespClient client = new RespClient(primary, LIMIT)) {
            client.call("CONFIG", "SET", "latency-monitor-threshold", "1");
            client.call("SET", "plain", "value");
            client.call("SET", "short", "value", "EX", "1000");
            client.call("GET", "plain");
            client.call("GET", "none");
            assertThrows(ErrorReplyException.class, () -> client.call("LPUSH", "plain", "a"));
            assertThrows(ErrorReplyException.class, () -> client.call("NOSUCH"));
            assertThrows(ErrorReplyException.class, () -> client.call("GET"));
            client.call("SELECT", "3");
            client.call("SET", "other", "value");
            client.call("EVAL", "local n = 0; for i = 1, 3000000 do n = n + i end; return n", "0");
            client.call("CONFIG", "SET", "slowlog-log-slower-than", "0");
            client.call("GET", "other");
        }
        try (RespClient client = new RespClient(replica, LIMIT)) {
            client.call("REPLICAOF", "127.0.0.1", Integer.toString(primary));
            Await.until(
                    "the replica to have the data",
                    LIMIT,
                    () -> client.info("replication").get("master_link_status").equals("up")
                            && client.number("DBSIZE") >= 2);
        }
        try (RespClient client = new RespClient(primary, LIMIT)) {
            Await.until("the replica to be online", LIMIT, () -> client.info("replication")
                    .get("slave0")
                    .contains("state=online"));
        }
    }

    @Test
    void shouldFindWhatItFindsInRedis() throws Exception {
        exporter = FreePorts.find(1);
        try (NodeGroup group = new NodeGroup(dir);
                RealRedis redis = new RealRedis(dir.resolve("redis"));
                RealRedis second = new RealRedis(dir.resolve("second"))) {
            program = new ClientProgram(
                    dir, "exporter", List.of(PROGRAM, "-web.listen-address", "127.0.0.1:" + exporter), Map.of());
            NodeProcess primary = group.add("primary").startAndAwait();
            NodeProcess replica = group.add("replica").startAndAwait();
            use(redis.port(), second.port());
            use(primary.port(), replica.port());
            Await.until("the exporter to answer", LIMIT, () -> scrape(primary.port())
                    .contains("redis_up 1"));

            String ours = scrape(primary.port());
            assertMissing(scrape(redis.port()), ours);
            assertMissing(scrape(second.port()), scrape(replica.port()));
            assertEquals("2", value(ours, "redis_db_keys{db=\"db0\"}"));
            assertEquals("1", value(ours, "redis_db_keys{db=\"db3\"}"));
            assertEquals("1", value(ours, "redis_db_keys_expiring{db=\"db0\"}"));
            assertEquals("1", value(ours, "redis_connected_slaves"));
            assertEquals("2", value(ours, "redis_errors_total{err=\"ERR\"}"));
            assertEquals("1", value(ours, "redis_errors_total{err=\"WRONGTYPE\"}"));
            assertTrue(Double.parseDouble(value(ours, "redis_mem_clients_normal")) > 0);
        }
    }

    private static void assertMissing(String theirs, String ours) {
        assertFalse(theirs.isEmpty(), "nothing of redis-server");
        Set<String> missing = metrics(theirs);
        assertTrue(missing.size() > 100, missing.toString());
        missing.removeAll(metrics(ours));

        assertEquals(new TreeSet<>(MISSING.keySet()), missing);
    }
}
