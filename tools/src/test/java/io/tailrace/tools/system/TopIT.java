package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.tools.CommandRun;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.NodeProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tailrace status}, and {@code tailrace top} in a terminal, which tmux is: drawn, resized, told of a node that dies, ended. */
class TopIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path dir;

    /** A tmux server of its own. */
    private final class Screen implements AutoCloseable {
        private String tmux(String... command) throws IOException {
            List<String> all =
                    new ArrayList<>(List.of("tmux", "-S", dir.resolve("tmux").toString(), "-f", "/dev/null", "-u"));
            all.addAll(List.of(command));
            ProcessBuilder builder = new ProcessBuilder(all).redirectErrorStream(true);
            builder.environment().put("TERM", "xterm-256color");
            builder.environment().put("LC_ALL", "C.UTF-8");
            builder.environment().put("TAILRACE_BUILD", "never");
            Process process = builder.start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            try {
                process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return text;
        }

        List<String> lines() throws IOException {
            return tmux("capture-pane", "-p", "-t", "top").lines().toList();
        }

        void await(String what, String pattern) {
            Await.until(what, LIMIT, () -> String.join("\n", lines()).matches("(?s).*" + pattern + ".*"));
        }

        @Override
        public void close() throws IOException {
            tmux("kill-server");
        }
    }

    private static boolean hasTmux() {
        try {
            return new ProcessBuilder("tmux", "-V").start().waitFor() == 0;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    @Test
    void shouldShowNodesOnceAndLive() throws Exception {
        try (Cluster cluster = new Cluster(dir);
                Screen screen = new Screen()) {
            NodeProcess primary = cluster.node("primary");
            NodeProcess replica = cluster.replica("replica", primary);
            Cluster.start(primary, replica);
            CommandRun status = CommandRun.of("status", primary.address(), replica.address());
            assertTrue(status.text().contains(primary.address()), status.text());
            assertTrue(status.text().contains("follows " + primary.address()), status.text());
            CommandRun json = CommandRun.of("status", replica.address(), "127.0.0.1:1", "--format", "json");
            assertEquals(1, json.code(), json.text());
            assertTrue(json.text().contains("\"role\":\"replica\""), json.text());
            assertTrue(json.text().contains("\"node\":\"127.0.0.1:1\",\"problem\":\""), json.text());
            CommandRun noTerminal = CommandRun.of("top", primary.address());
            assertEquals(1, noTerminal.code(), noTerminal.text());
            assertTrue(noTerminal.text().contains("no terminal"), noTerminal.text());

            assumeTrue(hasTmux(), "tmux is not installed: 'tailrace top' is not tried");
            String command = NodeProcess.launcher() + " top --interval 0.3 " + primary.address() + " "
                    + replica.address() + "; echo ended with $?; sleep 100";
            screen.tmux("new-session", "-d", "-x", "80", "-y", "24", "-s", "top", command);
            try (MixedLoad load = new MixedLoad("writer", primary, 1, 500)) {
                screen.await("both nodes", primary.address() + " +primary .*" + replica.address() + " +replica ");
                screen.await("a rate", primary.address() + " +primary +[0-9a-f]{8} +[1-9][0-9]* ");
                screen.await("a sparkline", "lag +[▁▂▃▄▅▆▇█]+ rate +[▁▂▃▄▅▆▇█]+");
                load.stop();
            }
            assertTrue(screen.lines().size() <= 24);
            screen.tmux("resize-window", "-t", "top", "-x", "120", "-y", "30");
            screen.await("the wider screen", "replica " + "127[.]0[.]0[.]1:[0-9]+ online, lag ");
            replica.kill();
            screen.await("a warning", "! " + replica.address() + " not reachable: ");
            screen.tmux("resize-window", "-t", "top", "-x", "80", "-y", "8");
            screen.await("warnings first", "^! ");
            screen.tmux("send-keys", "-t", "top", "j");
            screen.tmux("send-keys", "-t", "top", "q");
            screen.await("the end", "ended with 0");
        }
    }
}
