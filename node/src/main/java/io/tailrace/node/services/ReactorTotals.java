package io.tailrace.node.services;

import io.tailrace.node.platform.CycleTimes;

/**
 * More counters of one reactor, for INFO.
 *
 * @param commands of each name
 * @param hits look-ups of keys by commands that only read, which found one
 * @param rejectedConnections for lack of room for clients, or in protected mode
 * @param inputPerSecond bytes in the last whole second
 * @param reads of sockets that gave something
 * @param writes to sockets that took something
 * @param peakBytes the most that the store has had
 * @param exceededMs for how long it was above its limit, in all, {@code exceedingMs} of them until now
 * @param userNanos of the thread's processor time
 * @param lruClock seconds, modulo 2^24
 * @param clientBytes of memory that its clients hold
 * @param evictedClients closed because all clients together held too much
 * @param recentInput the largest buffer for one client's requests in the last seconds, {@code recentOutput} the most that one was to be sent
 * @param expiryMicros that removing keys past their deadline took
 * @param cutExpirySteps steps that left keys past their deadline for the next one
 * @param upkeep of memory and data
 * @param cycles of the thread
 */
public record ReactorTotals(
        CommandStats.Snapshot commands,
        long hits,
        long misses,
        long rejectedConnections,
        long inputPerSecond,
        long outputPerSecond,
        long reads,
        long writes,
        long peakBytes,
        long exceededMs,
        long exceedingMs,
        long userNanos,
        long systemNanos,
        int lruClock,
        long clientBytes,
        long evictedClients,
        long recentInput,
        long recentOutput,
        long cutExpirySteps,
        long expiryMicros,
        UpkeepTotals upkeep,
        CycleTimes cycles) {}
