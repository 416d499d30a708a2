package io.tailrace.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.FreePorts;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tar file that the build makes: unpacked, and run as another user from an empty directory, as systemd would. */
class InstalledIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path dir;

    private Path installed;
    private Path empty;

    private record Run(int code, String text) {}

    @BeforeEach
    void unpack() throws Exception {
        Path tar;
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            tar = files.filter(file -> file.toString().endsWith(".tar.gz"))
                    .findFirst()
                    .orElseThrow();
        }
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertEquals(
                0,
                run(List.of("tar", "-xzf", tar.toAbsolutePath().toString(), "-C", dir.toString()))
                        .code());
        installed = dir.resolve(tar.getFileName().toString().replace(".tar.gz", ""));
        empty = Files.createDirectory(dir.resolve("empty"));
        Files.setPosixFilePermissions(empty, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    private static Run run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return new Run(process.exitValue(), text);
    }

    private static boolean has(String program) {
        return Stream.of(System.getenv("PATH").split(":")).anyMatch(path -> Files.isExecutable(Path.of(path, program)));
    }

    /** As another user, who has nothing, where this one may become it; SIGHUP counts although this runs under nohup. */
    private List<String> asAnother(String... command) {
        List<String> all = new ArrayList<>(List.of("env", "--default-signal=HUP"));
        if ("root".equals(System.getProperty("user.name"))) {
            all.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        }
        all.addAll(List.of(command));
        return all;
    }

    private Process start(Path path, int port) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                asAnother(installed.resolve("bin/tailrace").toString(), "node", "--port", Integer.toString(port)));
        builder.directory(empty.toFile());
        builder.redirectErrorStream(true)
                .redirectOutput(empty.resolve("node.log").toFile());
        builder.environment().remove("TAILRACE_CLASSPATH");
        builder.environment().put("PATH", path + ":" + System.getenv("PATH"));
        builder.environment().put("NOTIFY_SOCKET", "/none");
        builder.environment().put("WATCHDOG_USEC", "6000000");
        builder.environment().put("TAILRACE_ENABLE_DEBUG_COMMAND", "yes");
        return builder.start();
    }

    /** Stands for systemd's own. */
    private Path notices() throws IOException {
        Path path = Files.createDirectory(empty.resolve("path"));
        Path program = Files.writeString(
                path.resolve("systemd-notify"), "#!/bin/sh\necho \"$1\" >>'" + empty.resolve("notices") + "'\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path notices = Files.createFile(empty.resolve("notices"));
        Files.setPosixFilePermissions(notices, PosixFilePermissions.fromString("rw-rw-rw-"));
        return path;
    }

    private long count(String notice) throws IOException {
        return Files.readAllLines(empty.resolve("notices")).stream()
                .filter(notice::equals)
                .count();
    }

    @Test
    void shouldRunAsAnotherUserAndTellSystemd() throws Exception {
        int port = FreePorts.find(2);
        Process node = start(notices(), port);
        try {
            Await.until("the node", LIMIT, () -> {
                try (RespClient client = new RespClient(port, Duration.ofSeconds(1))) {
                    return "PONG".equals(client.text("PING"));
                }
            });
            Await.until("the notices", LIMIT, () -> count("--ready") == 1 && count("WATCHDOG=1") >= 2);
            try (RespClient client = new RespClient(port, Duration.ofSeconds(30))) {
                long before = System.nanoTime();
                client.call("DEBUG", "SLEEP", "8");
                long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - before);
                assertTrue(seconds >= 8);
                String log = Files.readString(empty.resolve("node.log"));
                assertTrue(log.contains("a shard's thread has not completed a cycle for 3 s"), log);
            }
            for (String signal : List.of("HUP", "USR1", "USR2")) {
                assertEquals(
                        0, run(List.of("kill", "-" + signal, "" + node.pid())).code());
                Await.until("a line about SIG" + signal, LIMIT, () -> Files.readString(empty.resolve("node.log"))
                        .contains("SIG" + signal));
            }
            long told = count("WATCHDOG=1");
            Await.until("the watchdog again", LIMIT, () -> count("WATCHDOG=1") > told);
            node.destroy();
            assertTrue(node.waitFor(60, TimeUnit.SECONDS));
            assertEquals(0, node.exitValue(), Files.readString(empty.resolve("node.log")));
            Run info = run(asAnother(
                    installed.resolve("bin/tailrace").toString(),
                    "info",
                    empty.resolve("tailrace-data").toString()));
            assertEquals(0, info.code(), info.text());
        } finally {
            node.destroyForcibly();
        }
    }

    @Test
    void shouldBringWhatAnInstalledProgramHas() throws Exception {
        String thirdParty = Files.readString(installed.resolve("licences/THIRD-PARTY.txt"));
        List<String> known = thirdParty
                .lines()
                .filter(line -> line.matches("[A-Za-z0-9*-]+ {2,}.*"))
                .map(line -> line.split(" ", 2)[0].replace("*", "[a-z-]*"))
                .toList();
        try (Stream<Path> jars = Files.list(installed.resolve("lib/lib"))) {
            for (Path jar : jars.toList()) {
                String name = jar.getFileName().toString().replaceFirst("-[0-9].*", "");
                assertTrue(
                        name.startsWith("tailrace-") || known.stream().anyMatch(name::matches),
                        "no licence is told of " + jar.getFileName());
            }
        }
        Run licences = run(List.of("find", installed.resolve("licences").toString(), "-name", "LICENSE*"));
        assertTrue(licences.text().contains("/jackson-core-"), licences.text());
        for (String file : List.of(
                "Dockerfile",
                "share/monitoring/tailrace-alerts.yml",
                "share/monitoring/tailrace-dashboard.json",
                "share/sharding/haproxy.cfg")) {
            assertTrue(Files.exists(installed.resolve(file)), file);
        }
        String settings = Files.readString(installed.resolve("etc/tailrace.properties"));
        assertTrue(settings.contains("\n#backlog-size="), settings);
        for (String page : List.of("tailrace", "tailrace-node", "tailrace-dump", "tailrace-verify")) {
            Path file = installed.resolve("share/man/man1/" + page + ".1");
            assertTrue(Files.readString(file).startsWith(".TH "), page);
            if (has("man")) {
                Run shown = run(List.of("man", "-l", "-P", "cat", file.toString()));
                assertTrue(shown.text().contains("OPTIONS") || page.equals("tailrace"), shown.text());
            }
        }
        Path completion = installed.resolve("share/bash-completion/completions/tailrace");
        assertEquals(new Run(0, ""), run(List.of("bash", "-n", completion.toString())));
    }

    @Test
    void shouldHaveAUnitThatSystemdTakes() throws Exception {
        assumeTrue(has("systemd-analyze"), "systemd-analyze is not installed: the unit is not checked");
        Path unit = dir.resolve("tailrace.service");
        String text = Files.readString(installed.resolve("share/systemd/tailrace.service"));
        Files.writeString(unit, text.replace("/opt/tailrace", installed.toString()));
        Run checked = run(List.of("systemd-analyze", "--man=no", "verify", unit.toString()));
        assertEquals(0, checked.code(), checked.text());
        assertEquals("", checked.text());
    }
}
