package io.tailrace.tools.clients;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients, queues, locks and limiters of Node.js, each on a redis-server and on a node. */
@Tag("long")
class JavaScriptClientsIT {

    @TempDir
    private static Path dir;

    private static SideBySide servers;
    private static JavaScriptPackages packages;

    /** The first time packages are fetched. */
    @BeforeAll
    @Timeout(480)
    static void start() throws Exception {
        packages = new JavaScriptPackages();
        servers = new SideBySide(dir);
    }

    @AfterAll
    static void stop() {
        if (servers != null) {
            servers.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ioredis", "node-redis", "bullmq", "redlock", "rate-limiter"})
    void shouldSeeWhatItSeesOnRedis(String program) throws Exception {
        servers.assertSame(program, packages.command(program, SideBySide.PORT), Map.of());
    }
}
