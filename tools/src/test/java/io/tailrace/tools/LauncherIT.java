package io.tailrace.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code tools/bin/tailrace} as a user does, with what was just packaged and in another directory. */
class LauncherIT {

    private static final Path LAUNCHER = Path.of("bin", "tailrace").toAbsolutePath();

    @TempDir
    private Path dir;

    @Test
    void shouldRunThroughSymbolicLinksFromAnyDirectory() throws Exception {
        Path direct = Files.createSymbolicLink(dir.resolve("direct"), LAUNCHER);
        Files.createDirectory(dir.resolve("a directory"));
        Path relative = Files.createSymbolicLink(dir.resolve("a directory/relative"), Path.of("../direct"));

        for (Path link : List.of(relative, direct)) {
            Outcome outcome = run(Map.of(), link, "--version");
            assertEquals(0, outcome.status(), outcome.text());
            assertTrue(outcome.text().startsWith("tailrace 0."), outcome.text());
            assertEquals(2, outcome.text().lines().count(), "more than the version: " + outcome.text());
            Files.delete(link);
        }
    }

    @Test
    void shouldPassExitCodesOn() throws Exception {
        Outcome outcome = run(Map.of(), LAUNCHER, "node", "--port", "65536", "--data-dir", "a b");

        assertEquals(2, outcome.status());
        assertEquals("tailrace node: port = '65536' (from --port): must be a number from 0 to 65535\n", outcome.text());
    }

    @Test
    void shouldNotLeaveFilesBehind() throws Exception {
        Path empty = Files.createDirectory(dir.resolve("empty"));

        run(empty, Map.of(), LAUNCHER, "node", "--help");

        try (var files = Files.list(empty)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void shouldNameAJavaHomeWithoutJava() throws Exception {
        assertEquals(
                new Outcome(1, "tailrace: JAVA_HOME is " + dir + ", but there is no bin/java in it\n"),
                run(Map.of("JAVA_HOME", dir.toString()), LAUNCHER, "node"));
    }

    @Test
    void shouldRefuseAnOldJava() throws Exception {
        Path java = fakeJava("echo 'openjdk version \"11.0.2\" 2019-01-15' >&2");

        assertEquals(
                new Outcome(
                        1,
                        "tailrace: " + java + " is too old: Java 17 or later is needed, this is "
                                + "openjdk version \"11.0.2\" 2019-01-15\n"),
                run(Map.of("JAVA_HOME", dir.toString()), LAUNCHER, "node"));
    }

    @Test
    void shouldPickTheFlagsForTheJavaItFinds() throws Exception {
        Map<String, String> environment = fakeJdk("");

        String node = run(environment, LAUNCHER, "node", "--port", "7000").text();
        String help = run(environment, LAUNCHER, "node", "--help").text();

        assertTrue(node.contains("--sun-misc-unsafe-memory-access=allow"), node);
        assertTrue(node.contains("-XX:+UseZGC -XX:TrimNativeHeapInterval=60000"), node);
        assertTrue(node.contains("-Xmx512m") && node.indexOf("-Xmx512m") < node.indexOf("-Xmx1g -Da=b"), node);
        assertTrue(node.endsWith("-cp x.jar io.tailrace.tools.Tailrace node --port 7000\n"), node);
        assertTrue(help.contains("-XX:+UseSerialGC") && help.contains("-XX:TieredStopAtLevel=1"), help);
    }

    @Test
    void shouldLeaveOutWhatTheJavaItFindsDoesNotKnow() throws Exception {
        String untrimmed = run(fakeJdk("case \"$*\" in *Trim*) exit 1 ;; esac"), LAUNCHER, "node")
                .text();
        String serial = run(fakeJdk("case \"$*\" in *Trim* | *ZGC*) exit 1 ;; esac"), LAUNCHER, "node")
                .text();

        assertTrue(untrimmed.contains("-XX:+UseZGC -Xms256m"), untrimmed);
        assertTrue(serial.contains("-XX:+UseSerialGC -Xms256m"), serial);
    }

    /** One that says its version, or prints its arguments; gives the environment to find it. */
    private Map<String, String> fakeJdk(String first) throws IOException {
        fakeJava(
                first
                        + "\ncase \"$*\" in *-version) echo 'openjdk version \"25.0.1\" 2025-10-21' >&2 ;; *) echo \"$@\" ;; esac");
        Path javac = dir.resolve("bin/javac");
        if (!Files.exists(javac)) {
            Files.createFile(javac, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        return Map.of("JAVA_HOME", dir.toString(), "TAILRACE_JAVA_OPTS", "-Xmx1g -Da=b", "TAILRACE_CLASSPATH", "x.jar");
    }

    private Path fakeJava(String script) throws IOException {
        Path java = Files.createDirectories(dir.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
        return java;
    }

    private Outcome run(Map<String, String> environment, Path launcher, String... arguments) throws Exception {
        return run(dir, environment, launcher, arguments);
    }

    private Outcome run(Path directory, Map<String, String> environment, Path launcher, String... arguments)
            throws Exception {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        Path output = dir.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("TAILRACE_BUILD", "never");
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(command + " still runs after 60 seconds: " + Files.readString(output));
        }
        return new Outcome(process.exitValue(), Files.readString(output));
    }

    private record Outcome(int status, String text) {}
}
