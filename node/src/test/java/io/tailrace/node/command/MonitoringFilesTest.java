package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.feed.FeedPlace;
import io.tailrace.node.services.LagWindow;
import io.tailrace.node.services.ReplicaPlace;
import io.tailrace.node.services.ReplicationServices.LinkInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules for Prometheus and the dashboard for Grafana: that there is each metric that they name, and that the chapter tells them. */
class MonitoringFilesTest {
    private static final Path ALERTS = Path.of("..", "tools", "monitoring", "tailrace-alerts.yml");
    private static final Path DASHBOARD = Path.of("..", "tools", "monitoring", "tailrace-dashboard.json");
    private static final Pattern METRIC = Pattern.compile("\\b(?:tailrace|process)_[a-z_]+\\b");
    private static final Pattern RULE =
            Pattern.compile(" - alert: (\\w+)\n +expr: (.*)\n +for: (.*)\n +labels:\n +severity: (?:warning|critical)\n"
                    + " +annotations:\n +summary: \"(.*)\"\n +action: \"(.*)\"\n");
    private static final LagWindow.Summary LAG = new LagWindow.Summary(1, 2, 3, 4, 5);

    /** Of a node that is asked for everything: with replicas, a primary above it, and a reader of its change feed. */
    private static Set<String> metrics(Path directory) throws Exception {
        try (SessionBench bench = new SessionBench(directory, 1)) {
            bench.node.primary = new HostPort("primary.example", 6379);
            bench.replication.get(0).link =
                    new LinkInfo("STREAMING", true, false, true, 1_500, 0, 700, LAG, 4, null, null, null, null);
            bench.replication.get(0).places =
                    List.of(new ReplicaPlace("one", "10.0.0.1", 6380, "online", 5, 2_500_000, LAG, -1, -1));
            bench.replication.get(0).feeds = List.of(new FeedPlace("reader", FeedPlace.State.READING, 2, 3, 4));
            SessionBench.Client client = bench.client();
            client.reply("SET", "a", "1");
            client.reply("GET");
            return client.reply("METRICS")
                    .body()
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.replaceAll("[{ ].*", ""))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @Test
    void shouldNameMetricsThatThereAre(@TempDir Path directory) throws Exception {
        Set<String> known = metrics(directory);
        for (Path file : List.of(ALERTS, DASHBOARD)) {
            Set<String> named = new TreeSet<>();
            Matcher matcher = METRIC.matcher(Files.readString(file));
            while (matcher.find()) {
                named.add(matcher.group());
            }
            assertTrue(named.size() > 10, named.toString());
            named.removeAll(known);
            assertEquals(Set.of(), named, file + " names what is not in /metrics");
        }
    }

    /** By Prometheus's own program: its syntax, and that each alert fires for a node that is so, and for none that is well. */
    @Test
    void shouldFireWhenItIsSo() throws Exception {
        Path promtool = Stream.of(System.getenv("PATH").split(":"))
                .map(path -> Path.of(path, "promtool"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        assumeTrue(promtool != null, "skipped: no promtool (Debian's prometheus)");
        Path cases = Path.of("src", "test", "resources", "monitoring", "alerts-test.yml");
        Matcher rule = RULE.matcher(Files.readString(ALERTS));
        while (rule.find()) {
            assertTrue(Files.readString(cases).contains("alertname: " + rule.group(1)), "no case for " + rule.group(1));
        }
        run(promtool.toString(), "check", "rules", ALERTS.toString());
        run(promtool.toString(), "test", "rules", cases.toString());
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), printed);
    }

    @Test
    void shouldTellInTheChapterWhatIsInTheRules() throws IOException {
        String rules = Files.readString(ALERTS);
        StringBuilder wanted = new StringBuilder("| alert | when | for | it means | do |\n|---|---|---|---|---|\n");
        Matcher rule = RULE.matcher(rules);
        int count = 0;
        while (rule.find()) {
            count++;
            wanted.append(String.format(
                    Locale.ROOT,
                    "| `%s` | `%s` | %s | %s | %s |\n",
                    rule.group(1),
                    rule.group(2),
                    rule.group(3),
                    rule.group(4),
                    rule.group(5)));
        }
        assertEquals(rules.split(" - alert: ").length - 1, count, "a rule is written in another way");
        assertTrue(Files.readString(Path.of("README.md")).contains(wanted), "the table of alerts should be\n" + wanted);
    }
}
