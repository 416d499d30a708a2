package io.tailrace.node.command;

import io.tailrace.node.metrics.LagWindow;

/**
 * Where one replica is in one shard's log, as the primary knows it. Immutable.
 *
 * @param id it gave itself
 * @param address its IP address
 * @param port where its clients connect
 * @param state as Redis names it: send_bulk, online
 * @param index of the last record it acknowledged, or -1
 * @param lagMicros commit to acknowledgement of the last record it acknowledged, or the age of the oldest one that it has
 *     not, if that is more
 * @param lag commit to acknowledgement, by record, over the last minute
 */
public record ReplicaPlace(
        String id, String address, int port, String state, long index, long lagMicros, LagWindow.Summary lag) {}
