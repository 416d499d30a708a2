package io.tailrace.tools.status;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.platform.CycleStep;
import io.tailrace.tools.demo.RespClient;
import io.tailrace.tools.online.NodeAccess;
import io.tailrace.tools.output.TimeText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** One run of {@code tailrace trace}: what a node says in INFO's section {@code slowcycles}, as a table. One thread. */
public final class CycleTrace {
    private static final String SECTION = "slowcycles";
    private static final String CYCLE = "slow_cycle_";
    private static final String LINE = "%-27s %5s %9s %9s  %-24s %s%n";

    private CycleTrace() {}

    /**
     * Prints the slowest cycles, the slowest first.
     *
     * @param seconds to wait first, and show only what begins meanwhile; 0 for what there is
     * @throws IOException also when the other end is no node that notes them
     */
    public static void show(HostPort node, NodeAccess access, int seconds, int count, PrintWriter out)
            throws IOException, InterruptedException {
        try (RespClient client = access.connect(node)) {
            print(slowest(client, node, seconds, count), out);
        }
    }

    private static List<Map<String, String>> slowest(RespClient client, HostPort node, int seconds, int count)
            throws IOException, InterruptedException {
        try {
            long fromMicros = seconds == 0 ? 0 : nowMicros(client);
            TimeUnit.SECONDS.sleep(seconds);
            return cycles(client).stream()
                    .filter(cycle -> number(cycle, "at_us") >= fromMicros)
                    .sorted(Comparator.comparingLong((Map<String, String> cycle) -> number(cycle, "us"))
                            .reversed())
                    .limit(count)
                    .toList();
        } catch (IOException e) {
            throw NodeAccess.failed(node, e);
        }
    }

    /** The node's own time. */
    private static long nowMicros(RespClient client) throws IOException {
        List<?> time = (List<?>) client.call("TIME");
        return number(time.get(0)) * 1_000_000 + number(time.get(1));
    }

    private static long number(Object bulk) {
        return Long.parseLong(new String((byte[]) bulk, StandardCharsets.US_ASCII));
    }

    private static List<Map<String, String>> cycles(RespClient client) throws IOException {
        Map<String, String> info = client.info(SECTION);
        if (info.isEmpty() && !client.info("server").containsKey("tailrace_version")) {
            throw new IOException("it is no Tailrace node");
        }
        return info.entrySet().stream()
                .filter(field -> field.getKey().startsWith(CYCLE))
                .map(field -> fields(field.getValue()))
                .toList();
    }

    private static Map<String, String> fields(String line) {
        Map<String, String> fields = new HashMap<>();
        for (String field : line.split(",")) {
            int equals = field.indexOf('=');
            fields.put(field.substring(0, equals), field.substring(equals + 1));
        }
        return fields;
    }

    private static long number(Map<String, String> cycle, String field) {
        return Long.parseLong(cycle.getOrDefault(field, "0"));
    }

    private static void print(List<Map<String, String>> cycles, PrintWriter out) {
        if (cycles.isEmpty()) {
            out.println("no cycle took a millisecond");
        } else {
            TimeText time = new TimeText();
            out.printf(Locale.ROOT, LINE, "began", "shard", "ms", "cpu ms", "longest command", "steps, ms; included");
            for (Map<String, String> cycle : cycles) {
                String command = cycle.getOrDefault("command", "");
                out.printf(
                        Locale.ROOT,
                        LINE,
                        time.of(number(cycle, "at_us")),
                        cycle.get("shard"),
                        millis(cycle, "us"),
                        millis(cycle, "cpu_us"),
                        command.isEmpty() ? "-" : command + " " + millis(cycle, "command_us"),
                        steps(cycle) + "; " + cycle.get("included").replace("|", ", "));
            }
        }
        out.flush();
    }

    private static String steps(Map<String, String> cycle) {
        return CycleStep.ALL.stream()
                .filter(step -> number(cycle, step.label() + "_us") >= 10)
                .map(step -> step.label() + " " + millis(cycle, step.label() + "_us"))
                .collect(Collectors.joining(", "));
    }

    private static String millis(Map<String, String> cycle, String field) {
        return String.format(Locale.ROOT, "%.2f", number(cycle, field) / 1_000.0);
    }
}
