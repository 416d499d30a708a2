package io.tailrace.node.services;

/**
 * Where one replica is in one shard's log, as the primary knows it. Immutable.
 *
 * @param id it gave itself
 * @param address its IP address
 * @param port where its clients connect
 * @param state as Redis names it: send_bulk, online; or away, while its place is kept
 * @param index of the last record it acknowledged, or -1
 * @param lagMicros commit to acknowledgement of the last record it acknowledged, or the age of the oldest one that it has
 *     not, if that is more; 0 when it is away
 * @param lag commit to acknowledgement, by record, over the last minute
 * @param heldSeconds for which its place is still kept when it is away, -1 when it is attached
 * @param secondsToFullSync for which it may stay away, at least, before it needs a full sync, if as much is written as
 *     lately; -1 forever
 */
public record ReplicaPlace(
        String id,
        String address,
        int port,
        String state,
        long index,
        long lagMicros,
        LagWindow.Summary lag,
        long heldSeconds,
        long secondsToFullSync) {
    private static final String AWAY = "away";

    /** Of a replica without a connection, whose place is kept for {@code heldSeconds} more. */
    public static ReplicaPlace away(
            String id, String address, int port, long index, long heldSeconds, long secondsToFullSync) {
        return new ReplicaPlace(
                id, address, port, AWAY, index, 0, LagWindow.Summary.NONE, heldSeconds, secondsToFullSync);
    }

    public boolean isAway() {
        return state.equals(AWAY);
    }
}
