package io.tailrace.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @ParameterizedTest
    @CsvSource({
        "-Xmx64m, false",
        "-Xmx255m -Da=b, false",
        "-Xmx256m, true",
        "-Xmx1g, true",
        "-Xmx262143k, false",
        "-Da=b, true"
    })
    void shouldBeginWithNoLargerHeapThanIsAskedFor(String options, boolean isInitialGiven) throws Exception {
        Map<String, String> environment = new HashMap<>(fakeJdk(""));
        environment.put("TAILRACE_JAVA_OPTS", options);
        String node = run(environment, LAUNCHER, "node").text();
        assertEquals(isInitialGiven, node.contains("-Xms256m"), node);
    }

    @Test
    void shouldStartANodeOnASmallHeap() throws Exception {
        Outcome outcome = run(Map.of("TAILRACE_JAVA_OPTS", "-Xmx64m"), LAUNCHER, "node", "--port", "99999");
        assertEquals("tailrace node: port = '99999' (from --port): must be a number from 0 to 65535\n", outcome.text());
    }

    @Test
    void shouldRunInstalledWithoutSources() throws Exception {
        Path installed = install(Path.of("target/tailrace.jar"));
        try (Stream<Path> libraries = Files.list(Path.of("target/lib"))) {
            for (Path library : (Iterable<Path>) libraries::iterator) {
                Files.copy(library, installed.resolve("lib/lib").resolve(library.getFileName()));
            }
        }
        Files.copy(archive(Path.of("target")), archive(installed.resolve("lib")));
        Path launcher = installed.resolve("bin/tailrace");
        Path elsewhere = Files.createDirectory(dir.resolve("elsewhere"));

        Map<String, String> environment = Map.of("TAILRACE_BUILD", "");
        Outcome version = run(elsewhere, environment, launcher, "--version");
        assertTrue(version.text().startsWith("tailrace 0."), version.text());
        Outcome node = run(elsewhere, environment, launcher, "node", "--port", "0");
        assertEquals(2, node.status(), node.text());
        assertTrue(node.text().startsWith("tailrace node: port "), node.text());
        Outcome demo = run(elsewhere, environment, launcher, "demo", "--writes", "1000");
        assertEquals(0, demo.status(), demo.text());
    }

    private static Path archive(Path directory) {
        return directory.resolve("tailrace-java" + Runtime.version().feature() + ".jsa");
    }

    private Path install(Path jar) throws IOException {
        Path installed = dir.resolve("installed");
        Files.createDirectories(installed.resolve("lib/lib"));
        Files.createDirectories(installed.resolve("bin"));
        Files.copy(LAUNCHER, installed.resolve("bin/tailrace"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.copy(jar, installed.resolve("lib/tailrace.jar"), StandardCopyOption.COPY_ATTRIBUTES);
        return installed;
    }

    @Test
    void shouldArchiveClassesForAnotherJavaOnceAndSaySo() throws Exception {
        Path lib = install(Files.createFile(dir.resolve("some.jar"))).resolve("lib");
        Files.setLastModifiedTime(lib.resolve("tailrace.jar"), FileTime.fromMillis(0));
        Path launcher = dir.resolve("installed/bin/tailrace");
        Map<String, String> environment = new HashMap<>(
                fakeJdk("for a in \"$@\"; do case $a in -XX:ArchiveClassesAtExit=*) echo >\"${a#*=}\" ;; esac; done"));
        environment.put("TAILRACE_CLASSPATH", "");

        String first = run(environment, launcher, "node").text();
        String second = run(environment, launcher, "node").text();
        assertTrue(first.startsWith("tailrace: archiving the classes of a node for Java 25, once, "), first);
        assertEquals(2, first.lines().count(), first);
        assertEquals(1, second.lines().count(), second);
        assertTrue(second.contains(" -XX:SharedArchiveFile=" + lib + "/tailrace-java25.jsa "), second);
    }

    /** Each question is a start of the Java machine. */
    @Test
    void shouldAskAJavaOnlyOnceWhatItKnows() throws Exception {
        install(Files.createFile(dir.resolve("some.jar")));
        Path launcher = dir.resolve("installed/bin/tailrace");
        Map<String, String> environment = fakeJdk("echo \"$@\" >>" + dir.resolve("asked"));
        Files.writeString(dir.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
        for (int i = 0; i < 3; i++) {
            String node = run(environment, launcher, "node").text();
            assertTrue(node.contains("-XX:+UseZGC -XX:TrimNativeHeapInterval=60000 -Xms256m"), node);
            assertTrue(run(environment, launcher, "node", "--help").text().contains("-XX:+UseSerialGC"), node);
        }
        List<String> asked = Files.readAllLines(dir.resolve("asked"));
        assertEquals(2, asked.stream().filter(line -> line.endsWith("-version")).count(), asked.toString());
        Files.writeString(dir.resolve("release"), "JAVA_VERSION=\"25.0.2\"\n");
        run(environment, launcher, "node");
        asked = Files.readAllLines(dir.resolve("asked"));
        assertEquals(3, asked.stream().filter(line -> line.endsWith("-version")).count(), "another one: " + asked);
    }

    @Test
    void shouldTellHowToArchiveClassesWhereItMayNot() throws Exception {
        Path lib = install(Files.createFile(dir.resolve("some.jar"))).resolve("lib");
        Path launcher = dir.resolve("installed/bin/tailrace");
        Map<String, String> environment = new HashMap<>(fakeJdk(""));
        environment.put("TAILRACE_CLASSPATH", "");
        Files.setPosixFilePermissions(lib, PosixFilePermissions.fromString("r-xr-xr-x"));
        List<String> command = new ArrayList<>(CommandRun.withoutRights());
        command.addAll(List.of(launcher.toString(), "node"));
        try {
            String node = run(environment, Path.of(command.remove(0)), command.toArray(String[]::new))
                    .text();
            assertTrue(
                    node.startsWith(
                            "tailrace: there is no archive of classes for Java 25, so this start takes longer; '"
                                    + launcher + " rehearse'"),
                    node);
            assertFalse(node.contains("SharedArchiveFile"), node);
        } finally {
            Files.setPosixFilePermissions(lib, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @Test
    void shouldSayThatThereIsNothingToRun() throws Exception {
        Path bin = Files.createDirectories(dir.resolve("somewhere/bin"));
        Path launcher = Files.copy(LAUNCHER, bin.resolve("tailrace"), StandardCopyOption.COPY_ATTRIBUTES);
        assertEquals(
                new Outcome(
                        1,
                        "tailrace: there is neither " + dir.resolve("somewhere/lib/tailrace.jar")
                                + " nor a checkout around " + bin + "\n"),
                run(Map.of(), launcher, "node"));
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
