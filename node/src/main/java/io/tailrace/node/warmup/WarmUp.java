package io.tailrace.node.warmup;

import io.tailrace.node.command.CommandTable;
import io.tailrace.node.platform.Background;
import io.tailrace.node.report.NodeMetrics;
import io.tailrace.node.services.NodeServices;
import java.nio.file.Path;

/** All that a node warms up, on threads of their own. Any thread. */
public final class WarmUp {
    private final CommandTable commands;
    private final CommandWarmUp requests;
    private final InfoWarmUp info = new InfoWarmUp();
    private final RollWarmUp rolls = new RollWarmUp();

    /** @param commands of the node */
    public WarmUp(CommandTable commands) {
        this.commands = commands;
        requests = new CommandWarmUp(commands, Path.of(System.getProperty("java.io.tmpdir")));
    }

    /**
     * Loads the libraries of the store, beside the rest of a start.
     *
     * @return waits until they are loaded, for some time: a process that ends before prints their complaints after the line that says why
     */
    public static Runnable loadLibraries() {
        return LibraryWarmUp.begin()::await;
    }

    /** Begins the rest, of a node that serves, unless it was ended. */
    public void begin(NodeServices node, NodeMetrics metrics, Background background) {
        background.run("warm-up", commands::warmUp);
        info.begin(node, metrics, background);
        requests.begin(background);
        rolls.begin(background);
    }

    /** Ends it where it is, and waits for that. */
    public void end() {
        info.end();
        rolls.end();
        requests.end();
    }
}
