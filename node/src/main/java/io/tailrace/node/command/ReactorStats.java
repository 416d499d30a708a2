package io.tailrace.node.command;

/**
 * Counters of one reactor since the start, for INFO.
 *
 * @param connections open now
 * @param connectionsReceived in all
 * @param commands run
 * @param inputBytes read from clients
 * @param outputBytes written to clients
 * @param outputLimitClosed connections closed for not reading their replies
 * @param expiredKeys removed after their deadline
 * @param cpu the processor it is pinned to, or -1
 */
public record ReactorStats(
        int connections,
        long connectionsReceived,
        long commands,
        long inputBytes,
        long outputBytes,
        long outputLimitClosed,
        long expiredKeys,
        int cpu) {}
