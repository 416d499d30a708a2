package io.tailrace.node.backlog;

/**
 * How the disk does with what it is forced to take. Immutable; one moment's.
 *
 * @param failure why it has failed to take the log, until it has taken it after all; else null
 * @param pendingSeconds for how long it has been at the force that is under way, 0 for none
 * @param delayed forces since the start that took more than two seconds, the one under way included
 */
public record LogDisk(String failure, double pendingSeconds, long delayed) {}
