package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that stops, or whose start fails, closes its listeners while its reactors still turn: that is no trouble to log. */
class ClosedListenerTest {
    @TempDir
    private Path directory;

    @Test
    void shouldNotLogThatAListenerWasClosedBeforeItWasPolled() throws Exception {
        assertEquals("", logOfClosed(0));
    }

    @Test
    void shouldNotLogThatAListenerWasClosedWhileItWasPolled() throws Exception {
        assertEquals("", logOfClosed(2));
    }

    /** What is logged when a listener is closed after so many turns. */
    private String logOfClosed(int turns) throws Exception {
        PrintStream console = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try (SessionBench bench = new SessionBench(directory, 1)) {
            ServerSocketChannel listener = bench.listener(InetAddress.getLoopbackAddress(), null);
            turn(bench, turns);
            listener.close();
            turn(bench, 3);
        } finally {
            System.setErr(console);
        }
        return said.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains("level="))
                .collect(Collectors.joining("\n"));
    }

    private static void turn(SessionBench bench, int turns) throws IOException {
        for (int i = 0; i < turns; i++) {
            bench.turn();
        }
    }
}
