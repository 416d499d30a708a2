package io.tailrace.tools.clients;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients and queues of Python and PHP as Debian has them, each on a redis-server and on a node. */
@Tag("long")
class DebianClientsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** Debian's own, which has Debian's packages, comes before another that may be first on the path. */
    private static final List<String> PYTHONS = List.of("/usr/bin/python3", "python3");

    @TempDir
    private static Path dir;

    private static SideBySide servers;

    @BeforeAll
    static void start() throws Exception {
        servers = new SideBySide(dir);
    }

    @AfterAll
    static void stop() {
        if (servers != null) {
            servers.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"redis-py,redis", "celery-redis,celery", "rq-redis,rq", "django-redis,django_redis"})
    void shouldServePython(String program, String module) throws Exception {
        ClientProgram.assumeInstalled("python3", "python3");
        Path script = ClientResources.copy("python", dir.resolve("python"), "transcript.py", program + ".py");
        List<String> command = List.of(python(module), "-B", script.toString(), SideBySide.PORT);
        servers.assertSame(program, command, Map.of());
    }

    /** One that has the module; without one the test is skipped. */
    private static String python(String module) throws IOException, InterruptedException {
        for (String python : PYTHONS) {
            List<String> command = List.of("/usr/bin/env", python, "-c", "import " + module);
            try (ClientProgram program = new ClientProgram(dir, "import", command, Map.of())) {
                if (program.hasSucceeded(LIMIT)) {
                    return python;
                }
            }
        }
        ClientProgram.assume(
                false,
                module + " of Python is missing; Debian has it in the package python3-" + module.replace('_', '-'));
        throw new IllegalStateException();
    }

    @Test
    void shouldServePhp() throws Exception {
        ClientProgram.assumeInstalled("php", "php-cli");
        List<String> hasRedis = List.of("php", "-r", "exit(extension_loaded('redis') ? 0 : 1);");
        try (ClientProgram program = new ClientProgram(dir, "extension", hasRedis, Map.of())) {
            ClientProgram.assume(
                    program.hasSucceeded(LIMIT), "phpredis is missing; Debian has it in the package php-redis");
        }
        Path script = ClientResources.copy("php", dir.resolve("php"), "phpredis.php");
        servers.assertSame("phpredis", List.of("php", script.toString(), SideBySide.PORT), Map.of());
    }
}
