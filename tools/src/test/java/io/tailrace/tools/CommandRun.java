package io.tailrace.tools;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.demo.NodeProcess;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One run of a command of {@code tailrace} as a process, through the launcher.
 *
 * @param text what it printed, stdout and stderr
 */
public record CommandRun(int code, String text) {
    private static final long LIMIT_SECONDS = 60;

    /** Runs it to its end. */
    public static CommandRun of(String... arguments) throws IOException, InterruptedException {
        Path output = Files.createTempFile("tailrace-command", ".txt");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(NodeProcess.launcher().toString()).redirectInput(new File("/dev/null"));
            builder.command().addAll(List.of(arguments));
            builder.environment().put("TAILRACE_BUILD", "never");
            Process process = builder.redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean hasEnded = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly();
            String text = Files.readString(output, StandardCharsets.UTF_8);
            assertTrue(hasEnded, "it hangs: tailrace " + String.join(" ", arguments) + "\n" + text);
            return new CommandRun(process.exitValue(), text);
        } finally {
            Files.delete(output);
        }
    }
}
