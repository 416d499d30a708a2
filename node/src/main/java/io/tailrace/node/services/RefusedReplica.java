package io.tailrace.node.services;

/**
 * A replica that asks again and again, and is refused for what it holds.
 *
 * @param id it gave itself
 * @param address its IP address
 * @param port where its clients connect
 * @param code the first word of the refusal
 * @param history of its last record, or null
 * @param index of its last record
 * @param millisAgo when it last asked
 * @param count how often it was refused
 */
public record RefusedReplica(
        String id, String address, int port, String code, String history, long index, long millisAgo, long count) {
    /** The same, at another time. */
    public RefusedReplica at(long ago) {
        return new RefusedReplica(id, address, port, code, history, index, ago, count);
    }

    /** Whether it has records that this node does not have although it had them once. */
    public boolean isAhead() {
        return code.equals("FUTURE");
    }
}
