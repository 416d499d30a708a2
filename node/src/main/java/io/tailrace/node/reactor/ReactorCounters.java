package io.tailrace.node.reactor;

import io.tailrace.node.services.CommandStats;
import io.tailrace.wire.resp.BufferResizes;

/** What one reactor counts, since its start or CONFIG RESETSTAT. Owned by the reactor's thread, whose parts count directly. */
final class ReactorCounters {
    long connectionsReceived;
    long connectionsRejected;
    long inputBytes;
    long outputBytes;
    long reads;
    long writes;
    long outputLimitClosed;
    long commandsPerSecond;
    long inputPerSecond;
    long outputPerSecond;
    /** Of clients. */
    final BufferResizes replyBuffers = new BufferResizes();

    private final CommandStats commands;
    private long commandsASecondAgo;
    private long inputASecondAgo;
    private long outputASecondAgo;

    ReactorCounters(CommandStats commands) {
        this.commands = commands;
    }

    CommandStats commands() {
        return commands;
    }

    /** Bytes went to a client, by one call. */
    void sent(int bytes) {
        outputBytes += bytes;
        writes++;
    }

    /** About once a second. */
    void onSecond() {
        commandsPerSecond = commands.calls() - commandsASecondAgo;
        inputPerSecond = inputBytes - inputASecondAgo;
        outputPerSecond = outputBytes - outputASecondAgo;
        note();
    }

    private void note() {
        commandsASecondAgo = commands.calls();
        inputASecondAgo = inputBytes;
        outputASecondAgo = outputBytes;
    }

    void reset() {
        commands.reset();
        connectionsReceived = 0;
        connectionsRejected = 0;
        commandsPerSecond = 0;
        inputPerSecond = 0;
        outputPerSecond = 0;
        inputBytes = 0;
        outputBytes = 0;
        reads = 0;
        writes = 0;
        outputLimitClosed = 0;
        replyBuffers.reset();
        note();
    }
}
