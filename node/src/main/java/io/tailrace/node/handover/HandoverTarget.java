package io.tailrace.node.handover;

import io.tailrace.node.config.HostPort;

/**
 * The node that is to become the primary, and how long that may take.
 *
 * @param nodeId the target's
 * @param address where its clients connect, and then this node
 * @param timeoutMs for getting every record there, 0 for no limit
 * @param isForced whether it takes over at the end of that time without them
 */
public record HandoverTarget(String nodeId, HostPort address, long timeoutMs, boolean isForced) {}
