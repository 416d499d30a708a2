package io.tailrace.node.simulation;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What the nodes log while a simulation runs: shown with its events instead of on the console. */
final class NodeLog implements AutoCloseable {
    private final PrintStream console = System.err;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    NodeLog() {
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    }

    /** Moves what was said since the last time to the trace. */
    void moveTo(Trace trace) {
        if (said.size() == 0) {
            return;
        }
        String text = said.toString(StandardCharsets.UTF_8);
        said.reset();
        text.lines().limit(20).forEach(line -> trace.note("    " + line));
        Invariant.RUNS.require(!text.contains("internal error"), text);
    }

    @Override
    public void close() {
        System.setErr(console);
    }
}
