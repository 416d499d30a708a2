package io.tailrace.node.reactor;

/** What one reactor counts, since its start or CONFIG RESETSTAT. Owned by the reactor's thread, whose parts count directly. */
final class ReactorCounters {
    long connectionsReceived;
    long commands;
    long inputBytes;
    long outputBytes;
    long outputLimitClosed;
    long commandsPerSecond;
    private long commandsASecondAgo;

    /** About once a second. */
    void onSecond() {
        commandsPerSecond = commands - commandsASecondAgo;
        commandsASecondAgo = commands;
    }

    void reset() {
        connectionsReceived = 0;
        commands = 0;
        commandsASecondAgo = 0;
        commandsPerSecond = 0;
        inputBytes = 0;
        outputBytes = 0;
        outputLimitClosed = 0;
    }
}
