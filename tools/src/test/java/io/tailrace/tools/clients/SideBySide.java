package io.tailrace.tools.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A redis-server and a node. A program of a client library runs on both at the same time and has to print the same, and both
 * have to have refused the same commands: libraries swallow errors, so not all that differs shows in what is printed. One thread.
 */
final class SideBySide implements AutoCloseable {
    /** What stands in a program's arguments for the port. */
    static final String PORT = "{port}";

    private static final Duration LIMIT = Duration.ofSeconds(150);
    private static final Pattern HAS_FAILED = Pattern.compile("(rejected|failed)_calls=[1-9]");

    private final Path directory;
    private final NodeGroup group;
    private final RealRedis redis;
    private final NodeProcess node;

    SideBySide(Path directory) throws IOException {
        ClientProgram.assumeInstalled(RealRedis.PROGRAM, "redis-server");
        this.directory = directory;
        group = new NodeGroup(directory);
        redis = new RealRedis(directory.resolve("redis"));
        node = group.add("node").startAndAwait();
    }

    /** Runs a program on empty servers; {@link #PORT} in an argument becomes the port. */
    void assertSame(String name, List<String> command, Map<String, String> environment) throws Exception {
        List<Integer> ports = List.of(redis.port(), node.port());
        List<ClientProgram> programs = new ArrayList<>();
        List<String> printed = new ArrayList<>();
        try {
            for (int port : ports) {
                empty(port);
                List<String> own = command.stream()
                        .map(each -> each.replace(PORT, Integer.toString(port)))
                        .toList();
                programs.add(new ClientProgram(directory.resolve(name + "-" + port), name, own, environment));
            }
            for (ClientProgram program : programs) {
                // as a number of its own: the digests of scripts may have the same digits in them
                String port = "\\b" + ports.get(printed.size()) + "\\b";
                printed.add(program.await(LIMIT).replaceAll(port, Matcher.quoteReplacement(PORT)));
            }
        } finally {
            programs.forEach(ClientProgram::close);
        }
        assertFalse(printed.get(0).isBlank(), name + " printed nothing");
        assertEquals(printed.get(0), printed.get(1), name + " prints another thing than on redis-server");
        assertEquals(refused(redis.port()), refused(node.port()), name + " was refused other commands");
    }

    private static void empty(int port) throws IOException {
        try (RespClient client = new RespClient(port, LIMIT)) {
            client.call("FLUSHALL");
            client.call("SCRIPT", "FLUSH");
            client.call("FUNCTION", "FLUSH");
            client.call("CONFIG", "RESETSTAT");
        }
    }

    /** The commands that were answered with an error, and the kinds of errors besides the nameless one. */
    private static String refused(int port) throws IOException {
        try (RespClient client = new RespClient(port, LIMIT)) {
            Map<String, String> refused = new TreeMap<>(client.info("commandstats"));
            refused.values().removeIf(counts -> !HAS_FAILED.matcher(counts).find());
            Map<String, String> kinds = new TreeMap<>(client.info("errorstats"));
            // clients name themselves by a subcommand of Redis 7.2, which a node takes
            kinds.remove("errorstat_ERR");
            return refused.keySet() + " " + kinds.keySet();
        }
    }

    @Override
    public void close() {
        group.close();
        redis.close();
    }
}
