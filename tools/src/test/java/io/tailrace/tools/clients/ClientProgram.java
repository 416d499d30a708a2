package io.tailrace.tools.clients;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A process of a program of another language, and what it prints. One thread; closing kills it with all that it started. */
public final class ClientProgram implements AutoCloseable {
    private final List<String> command;
    private final Path output;
    private final Path errors;
    private final Process process;
    private final Thread killer;

    /** @param directory where it runs and what it prints is kept, under {@code name} */
    ClientProgram(Path directory, String name, List<String> command, Map<String, String> environment)
            throws IOException {
        this.command = command;
        Files.createDirectories(directory);
        output = directory.resolve(name + ".out");
        errors = directory.resolve(name + ".err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().putAll(environment);
        process = builder.start();
        killer = new Thread(this::kill, "kill-a-program-that-is-left");
        Runtime.getRuntime().addShutdownHook(killer);
    }

    /** Whether a program is found on the path; if not, the test that wants it is skipped, with a line that names it. */
    public static void assumeInstalled(String program, String debianPackage) {
        assume(isOnPath(program), program + " is missing; Debian has it in the package " + debianPackage);
    }

    /** Skips the test unless it holds, and says why on the terminal too. */
    static void assume(boolean holds, String otherwise) {
        if (!holds) {
            System.err.println("skipped: " + otherwise);
        }
        Assumptions.assumeTrue(holds, otherwise);
    }

    /** Whether a program is found on the path. */
    public static boolean isOnPath(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
    }

    /** Returns whether it has ended with exit code 0 within the time. */
    boolean hasSucceeded(Duration limit) throws InterruptedException {
        return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS) && process.exitValue() == 0;
    }

    /** What it printed, when it has ended by itself and well. */
    String await(Duration limit) throws IOException, InterruptedException {
        if (hasSucceeded(limit)) {
            return printed();
        }
        String end = process.isAlive() ? "has not ended after " + limit : "ended with " + process.exitValue();
        throw new AssertionError(String.join(" ", command) + " " + end + ":\n" + printed() + complaints());
    }

    /** What it has printed so far. */
    String printed() throws IOException {
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    /** What it has printed on its standard error so far. */
    String complaints() throws IOException {
        return Files.readString(errors, StandardCharsets.UTF_8);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    private void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    @Override
    public void close() {
        kill();
        process.onExit().join();
        Runtime.getRuntime().removeShutdownHook(killer);
    }
}
