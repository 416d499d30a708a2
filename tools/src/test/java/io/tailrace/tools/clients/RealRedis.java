package io.tailrace.tools.clients;

import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.FreePorts;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A process of Debian's redis-server, which nothing is left of when it is closed. One thread. */
public final class RealRedis implements AutoCloseable {
    public static final String PROGRAM = "redis-server";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final int port;
    private final Process process;
    private final Thread killer;

    public RealRedis(Path directory) throws IOException {
        port = FreePorts.find(1);
        Files.createDirectories(directory);
        process = new ProcessBuilder(PROGRAM, "--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", "")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output.txt").toFile())
                .start();
        killer = new Thread(process::destroyForcibly, "kill-a-redis-that-is-left");
        Runtime.getRuntime().addShutdownHook(killer);
        Await.until("redis-server to answer", LIMIT, () -> {
            try (RespClient client = new RespClient(port, LIMIT)) {
                return "PONG".equals(client.text("PING"));
            }
        });
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
        Runtime.getRuntime().removeShutdownHook(killer);
    }
}
