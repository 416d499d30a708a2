package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.tools.clients.ClientProgram;
import io.tailrace.tools.demo.FreePorts;
import io.tailrace.tools.demo.NodeProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of the README's blocks called {@code console}, in one shell from the first to the last, on ports that are free here: each
 * must print what is under it, where "..." stands for anything in a line, and on a line of its own for any lines.
 */
@Tag("long")
class WalkthroughIT {
    private static final String END_OF_COMMAND = "--- that was the command, with ";
    private static final List<String> PROGRAMS = List.of("bash", "redis-cli", "redis-server", "openssl", "curl");
    private static final List<String> PORTS = List.of("6379", "6380", "26379", "9121", "9122");

    @TempDir
    private Path dir;

    /** A command, and the lines that it should print. */
    private record Step(String command, List<String> printed) {}

    private static List<Step> steps(Path readme) throws IOException {
        List<Step> steps = new ArrayList<>();
        boolean isInside = false;
        for (String line : Files.readAllLines(readme)) {
            if (line.startsWith("```")) {
                isInside = line.equals("```console");
            } else if (isInside && line.startsWith("$ ")) {
                steps.add(new Step(line.substring(2), new ArrayList<>()));
            } else if (isInside && line.startsWith("> ")) {
                Step last = steps.remove(steps.size() - 1);
                steps.add(new Step(last.command() + "\n" + line.substring(2), last.printed()));
            } else if (isInside) {
                steps.get(steps.size() - 1).printed().add(line);
            }
        }
        return steps;
    }

    /** Whether lines are those wanted. */
    private static boolean isAsWanted(List<String> wanted, String printed) {
        StringBuilder pattern = new StringBuilder();
        for (String line : wanted) {
            pattern.append(line.equals("...") ? "(.*\n)*?" : Pattern.quote(line).replace("...", "\\E.*\\Q") + "\n");
        }
        return Pattern.matches(pattern.toString(), printed);
    }

    @Test
    @Timeout(300)
    void shouldDoWhatTheReadmeSays() throws Exception {
        for (String program : PROGRAMS) {
            assumeTrue(ClientProgram.isOnPath(program), "skipped: no " + program);
        }
        Path root = NodeProcess.launcher().resolve("../../..").normalize();
        Files.createSymbolicLink(dir.resolve("tools"), root.resolve("tools"));
        List<Step> steps = steps(root.resolve("README.md"));
        assertTrue(steps.size() > 20, "there are steps in the README");
        ProcessBuilder builder = new ProcessBuilder("bash", "--norc").directory(dir.toFile());
        builder.redirectErrorStream(true);
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("TAILRACE_") && !name.equals("TAILRACE_CLASSPATH"));
        builder.environment().put("TAILRACE_BUILD", "never");
        builder.environment().put("TAILRACE_JAVA_OPTS", "-Xms48m -Xmx192m -XX:TieredStopAtLevel=1");
        Process shell = builder.start();
        try (Writer in = shell.outputWriter(StandardCharsets.UTF_8);
                BufferedReader out =
                        new BufferedReader(new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8))) {
            List<String> ports = new ArrayList<>();
            for (int i = 0; i < PORTS.size(); i++) {
                ports.add(Integer.toString(FreePorts.find(1)));
            }
            try {
                for (Step step : steps) {
                    run(step, ports, in, out);
                }
            } finally {
                // before the shell ends, with its input, and they are nobody's
                shell.descendants().forEach(ProcessHandle::destroyForcibly);
            }
        } finally {
            shell.destroyForcibly();
            shell.waitFor(30, TimeUnit.SECONDS);
        }
    }

    private static String here(String text, List<String> ports) {
        String all = text;
        for (int i = 0; i < PORTS.size(); i++) {
            all = all.replaceAll("\\b" + PORTS.get(i) + "\\b", ports.get(i));
        }
        return all;
    }

    private void run(Step step, List<String> ports, Writer in, BufferedReader out) throws IOException {
        in.write(here(step.command(), ports) + "\necho \"" + END_OF_COMMAND + "$?\"\n");
        in.flush();
        StringBuilder printed = new StringBuilder();
        String line = out.readLine();
        while (line != null && !line.startsWith(END_OF_COMMAND)) {
            printed.append(line.stripTrailing()).append('\n');
            line = out.readLine();
        }
        List<String> wanted =
                step.printed().stream().map(each -> here(each, ports)).toList();
        // columns are as wide as the ports allow
        List<String> narrow =
                wanted.stream().map(each -> each.replaceAll(" +", " ")).toList();
        boolean isRight = isAsWanted(narrow, printed.toString().replaceAll(" +", " "));
        assertTrue(
                isRight,
                () -> "$ " + step.command() + "\nprinted:\n" + printed + "instead of:\n" + String.join("\n", wanted)
                        + "\n" + logs());
    }

    private String logs() {
        StringBuilder all = new StringBuilder();
        for (String name : List.of("first.log", "second.log", "sentinel.log", "backup.log")) {
            Path file = dir.resolve("demo").resolve(name);
            try {
                if (Files.exists(file)) {
                    all.append("==> ").append(name).append('\n').append(Files.readString(file));
                }
            } catch (IOException e) {
                all.append(e).append('\n');
            }
        }
        return all.toString();
    }
}
