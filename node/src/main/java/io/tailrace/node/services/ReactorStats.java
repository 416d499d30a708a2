package io.tailrace.node.services;

/**
 * Counters of one reactor since the start, or since CONFIG RESETSTAT, for INFO.
 *
 * @param connections open now
 * @param blocked of these, connections that wait for the reply of a command
 * @param connectionsReceived in all
 * @param commands run
 * @param commandsPerSecond run in the last whole second
 * @param inputBytes read from clients
 * @param outputBytes written to clients
 * @param outputLimitClosed connections closed for not reading their replies
 * @param expiredKeys removed after their deadline
 * @param evictedKeys removed for lack of memory
 * @param cpu the processor it is pinned to, or -1
 * @param totals what else is counted
 */
public record ReactorStats(
        int connections,
        int blocked,
        long connectionsReceived,
        long commands,
        long commandsPerSecond,
        long inputBytes,
        long outputBytes,
        long outputLimitClosed,
        long expiredKeys,
        long evictedKeys,
        int cpu,
        ReactorTotals totals) {}
