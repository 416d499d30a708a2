package io.tailrace.node.script;

import io.tailrace.node.lua.LuaAbort;
import io.tailrace.node.shard.RefusedException;
import io.tailrace.wire.resp.Arguments;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The watch over what runs: its time, and whether it is to end. Owned by the shard's thread. */
final class ScriptRun {
    /** Between two looks at sockets while others wait. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final ScriptDoor door;
    private final NodeScripts node;
    private final RunningScript running;
    private final LongSupplier clockNanos;
    private final LongSupplier thresholdMs;
    private long lookedNanos;

    ScriptRun(ScriptDoor door, NodeScripts node, int shard, LongSupplier clockNanos, LongSupplier thresholdMs) {
        this.door = door;
        this.node = node;
        running = node.running(shard);
        this.clockNanos = clockNanos;
        this.thresholdMs = thresholdMs;
    }

    void begin(String name, Arguments request, boolean isFunction) {
        long now = clockNanos.getAsLong();
        lookedNanos = now;
        running.begin(name, request, isFunction, now);
    }

    void end() {
        boolean wasLate = running.isLate();
        running.end();
        if (wasLate) {
            door.over();
        }
    }

    /** After every interval: throws what ends the script. */
    void onInterval() {
        long now = clockNanos.getAsLong();
        if (!running.isLate()) {
            long threshold = thresholdMs.getAsLong();
            if (threshold > 0 && now - running.startNanos() > TimeUnit.MILLISECONDS.toNanos(threshold)) {
                running.late();
            }
        }
        if (running.isLate() && now - lookedNanos > LOOK_NANOS) {
            door.late();
            lookedNanos = clockNanos.getAsLong();
        }
        if (node.isStopping()) {
            throw new LuaAbort(new RefusedException("ERR the node is stopping"));
        }
        if (running.isToEnd()) {
            // Redis says so of functions too
            throw new LuaAbort("Script killed by user with SCRIPT KILL...");
        }
    }
}
