package io.tailrace.tools;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.demo.NodeProcess;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One run of a command of {@code tailrace} as a process, through the launcher.
 *
 * @param out what it printed to stdout
 * @param err what it printed to stderr
 */
public record CommandRun(int code, byte[] out, String err) {
    private static final long LIMIT_SECONDS = 120;

    /** Runs it to its end. */
    public static CommandRun of(String... arguments) throws IOException, InterruptedException {
        return run(List.of(), arguments);
    }

    /**
     * The same without the rights of root over files: what the owner has not given to itself is not given. Where this process is not
     * root it has none of them anyway.
     */
    public static CommandRun withoutRights(String... arguments) throws IOException, InterruptedException {
        return run(withoutRights(), arguments);
    }

    /** The words before a command that take these rights away. */
    static List<String> withoutRights() {
        boolean isRoot = "root".equals(System.getProperty("user.name"));
        return isRoot ? List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all") : List.of("env");
    }

    private static CommandRun run(List<String> before, String... arguments) throws IOException, InterruptedException {
        Path output = Files.createTempFile("tailrace-command", ".out");
        Path errors = Files.createTempFile("tailrace-command", ".err");
        try {
            List<String> command = new ArrayList<>(before);
            command.add(NodeProcess.launcher().toString());
            command.addAll(List.of(arguments));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile());
            builder.environment().put("TAILRACE_BUILD", "never");
            Process process = builder.start();
            boolean hasEnded = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly();
            String err = Files.readString(errors, StandardCharsets.UTF_8);
            assertTrue(hasEnded, "it hangs: tailrace " + String.join(" ", arguments) + "\n" + err);
            return new CommandRun(process.exitValue(), Files.readAllBytes(output), err);
        } finally {
            Files.delete(output);
            Files.delete(errors);
        }
    }

    /** What it printed, stdout and then stderr. */
    public String text() {
        return new String(out, StandardCharsets.UTF_8) + err;
    }
}
