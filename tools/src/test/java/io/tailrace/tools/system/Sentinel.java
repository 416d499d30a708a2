package io.tailrace.tools.system;

import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.FreePorts;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A process of an unmodified Redis Sentinel, which watches one primary under the name {@value #NAME}. One thread. */
public final class Sentinel implements AutoCloseable {
    static final String NAME = "tail";
    /** Whom it logs in as. */
    static final String USER = "watcher";

    static final String PASSWORD = "only-for-sentinels";
    private static final String PROGRAM = "redis-server";
    private static final Duration CALL_LIMIT = Duration.ofSeconds(10);

    private final int port;
    private final Path output;
    private final Process process;
    private final Thread killer;

    static boolean isInstalled() {
        return Stream.of(System.getenv("PATH").split(":")).anyMatch(path -> Files.isExecutable(Path.of(path, PROGRAM)));
    }

    /** @param quorum Sentinels that must agree that the primary is down */
    Sentinel(Path directory, NodeProcess primary, int quorum) throws IOException {
        this(
                directory,
                primary,
                quorum,
                List.of("sentinel auth-user " + NAME + " " + USER, "sentinel auth-pass " + NAME + " " + PASSWORD));
    }

    /** One for nodes that want no password. */
    public static Sentinel withoutPassword(Path directory, NodeProcess primary, int quorum) throws IOException {
        return new Sentinel(directory, primary, quorum, List.of());
    }

    private Sentinel(Path directory, NodeProcess primary, int quorum, List<String> login) throws IOException {
        port = FreePorts.find(1);
        Files.createDirectories(directory);
        Path config = directory.resolve("sentinel.conf");
        Files.writeString(
                config,
                String.join(
                        "\n",
                        "port " + port,
                        "bind 127.0.0.1",
                        "dir " + directory,
                        "sentinel monitor " + NAME + " 127.0.0.1 " + primary.port() + " " + quorum,
                        String.join("\n", login),
                        "sentinel down-after-milliseconds " + NAME + " 2000",
                        "sentinel failover-timeout " + NAME + " 6000",
                        "sentinel parallel-syncs " + NAME + " 1",
                        ""));
        output = directory.resolve("output.txt");
        process = new ProcessBuilder(PROGRAM, config.toString(), "--sentinel")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        killer = new Thread(process::destroyForcibly, "kill-a-sentinel-that-is-left");
        Runtime.getRuntime().addShutdownHook(killer);
        Await.until("a Sentinel to answer", CALL_LIMIT, () -> "PONG".equals(call("PING")));
        // What it does every 10 and every 2 seconds it shall do more often; a busy machine is no reason to hold still.
        call("SENTINEL", "DEBUG", "INFO-PERIOD", 500, "PUBLISH-PERIOD", 500, "TILT-TRIGGER", 30_000);
    }

    public int port() {
        return port;
    }

    /** The reply to one command, strings as such. */
    Object call(Object... command) throws IOException {
        try (RespClient client = new RespClient(port, CALL_LIMIT)) {
            Object reply = client.call(command);
            return reply instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : reply;
        }
    }

    /** Which port it takes for the primary's. */
    public int primaryPort() throws IOException {
        List<?> address = (List<?>) call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME);
        return Integer.parseInt(text(address.get(1)));
    }

    /** What it knows of the primary. */
    public Map<String, String> primary() throws IOException {
        return fields((List<?>) call("SENTINEL", "MASTER", NAME));
    }

    /** What it knows of each replica. */
    public List<Map<String, String>> replicas() throws IOException {
        return ((List<?>) call("SENTINEL", "REPLICAS", NAME))
                .stream().map(each -> fields((List<?>) each)).toList();
    }

    private static Map<String, String> fields(List<?> flat) {
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i < flat.size(); i += 2) {
            fields.put(text(flat.get(i)), text(flat.get(i + 1)));
        }
        return fields;
    }

    private static String text(Object bulk) {
        return new String((byte[]) bulk, StandardCharsets.UTF_8);
    }

    /** All that it has printed. */
    String printed() throws IOException {
        return Files.readString(output);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
        Runtime.getRuntime().removeShutdownHook(killer);
    }
}
