package io.tailrace.node.backlog;

/**
 * The state of the disk that holds the log, at one moment. Immutable.
 *
 * @param failure why it has failed to take the log, until it has taken it after all; else null
 * @param pendingSeconds for how long the sync under way has taken, or one is overdue as the disk thread waits for the disk with
 *     another file; 0 for none
 * @param delayed syncs since the start that took more than two seconds or came as late, the one under way included
 */
public record LogDisk(String failure, double pendingSeconds, long delayed) {}
