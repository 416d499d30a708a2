package io.tailrace.node.command;

import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.node.shard.KeyTracking;
import io.tailrace.node.watch.CommandHistogram;
import io.tailrace.node.watch.Diagnostics;
import io.tailrace.node.watch.LatencyEvents;
import io.tailrace.wire.resp.Arguments;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The latency of each command on one reactor: counted by command, and recorded if slow. Owned by the reactor's thread.
 *
 * <p>A command costs an addition; its first call makes its histogram.
 */
public final class CommandWatch {
    private final CycleClock clock;
    private final Map<CommandSpec, CommandHistogram> times = new IdentityHashMap<>();
    private Diagnostics diagnostics = new Diagnostics();
    private CommandSpec lastSpec;
    private CommandHistogram lastTimes;
    private ClientInfo client;
    private boolean remembers;
    private boolean isNoted;
    private long slowerThanMicros = -1;
    private long thresholdMs;
    private boolean isTracking = true;

    public CommandWatch(CycleClock clock) {
        this.clock = clock;
    }

    /** @param node where the node notes what was long */
    public void use(Diagnostics node) {
        diagnostics = node;
    }

    public Diagnostics diagnostics() {
        return diagnostics;
    }

    /** Takes settings over. */
    public void config(NodeConfig config) {
        slowerThanMicros = config.slowlogMaxLen() == 0 ? -1 : config.slowlogLogSlowerThan();
        thresholdMs = config.latencyMonitorThreshold();
        isTracking = config.isLatencyTracking();
    }

    /** Whose commands are run from now on, by the client's own thread. */
    public void client(ClientInfo of) {
        client(of, of.tracking() != null && of.tracking().remembers(), true);
    }

    /**
     * The same by any thread.
     *
     * @param isRead whether it caches what it reads
     * @param isNotedHere whether the command is not a part of one that is noted elsewhere
     */
    public void client(ClientInfo of, boolean isRead, boolean isNotedHere) {
        client = of;
        remembers = isRead;
        isNoted = isNotedHere;
    }

    /** Whether the client caches what it reads now. */
    public boolean remembers() {
        return remembers;
    }

    /** Whose command is run, or null. */
    ClientInfo client() {
        return client;
    }

    /** How the client tracks keys, or null. */
    KeyTracking.Tracker tracker() {
        return client == null ? null : client.tracking();
    }

    /** A command has been run, and doesn't wait. */
    public void ran(CommandSpec spec, Arguments arguments, long micros) {
        if (client != null && isNoted) {
            ranWithin(client, spec, arguments, micros);
        }
    }

    /** The same of one that is called by another, or that has waited. */
    public void ranWithin(ClientInfo by, CommandSpec spec, Arguments arguments, long micros) {
        clock.meter().ran(spec.name(), micros);
        if (isTracking) {
            count(spec, micros);
        }
        if (slowerThanMicros >= 0 && micros >= slowerThanMicros && !spec.has(CommandFlag.SKIP_SLOWLOG)) {
            diagnostics
                    .slowLog()
                    .add(
                            clock.freshMicros() / 1_000_000,
                            micros,
                            ShownArguments.cut(spec, arguments),
                            by.address(),
                            by.name());
        }
        if (thresholdMs > 0) {
            took(spec.has(CommandFlag.FAST) ? LatencyEvents.FAST_COMMAND : LatencyEvents.COMMAND, micros);
        }
    }

    private void count(CommandSpec spec, long micros) {
        if (spec != lastSpec) {
            lastSpec = spec;
            lastTimes = times.computeIfAbsent(spec, any -> new CommandHistogram());
        }
        lastTimes.add(micros);
    }

    /** Something took so long that may be worth a note. */
    public void took(String event, long micros) {
        long millis = micros / 1_000;
        if (thresholdMs > 0 && millis >= thresholdMs) {
            diagnostics.latency().add(event, clock.freshMicros() / 1_000_000, millis);
        }
    }

    /** How long each command took that was run, by name. */
    public Map<String, CommandHistogram> times() {
        Map<String, CommandHistogram> copy = new TreeMap<>();
        times.forEach((spec, histogram) -> copy.put(spec.name(), histogram.copy()));
        return copy;
    }

    /** Begins at nothing. */
    public void reset() {
        times.clear();
        lastSpec = null;
    }
}
