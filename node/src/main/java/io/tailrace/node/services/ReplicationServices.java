package io.tailrace.node.services;

import io.tailrace.node.feed.FeedPages;
import io.tailrace.node.feed.FeedPlace;
import java.util.List;

/** Replication of one shard as commands see it. On the shard's reactor thread. */
public interface ReplicationServices {
    /** The replicas attached to this shard. */
    List<ReplicaInfo> replicas();

    /** Replicas that are refused because of the data they hold, and keep retrying. */
    List<RefusedReplica> refusedReplicas();

    /** Where each replica of this shard is, and how far behind; also those that are away while their place is kept. */
    List<ReplicaPlace> places();

    /** The change feed for those that ask over a connection. */
    FeedPages feedPages();

    /** Where each reader is that has a slot in this shard's log. */
    List<FeedPlace> feeds();

    /** Counted since the start: replicas and readers for which the log was no longer kept, for want of disk. */
    long slotsDropped();

    /** By how much the log grew lately. */
    long logBytesPerSecond();

    /** The link to the primary, or null on a primary. */
    LinkInfo link();

    /** Counted since the start: full syncs begun, as primary or replica. */
    long fullSyncs();

    /** Counted since the start: full syncs that continued where they had broken off, as primary or replica. */
    long resumedSyncs();

    /** Counted since the start: attachments that continued where they were. */
    long partialSyncs();

    /** What its own replicas were given: without what it was given itself as a replica. */
    GrantedSyncs grantedSyncs();

    /** Counted since the start: replicas closed for not taking their output. */
    long outputLimitClosed();

    /** What was rolled back since the start, to follow a primary that was promoted without it. */
    Rewinds rewinds();

    /** What went over the links between nodes. */
    Traffic traffic();

    /** Counts {@link #grantedSyncs} and {@link #traffic} from 0 again. */
    void resetCounts();

    /** Counted since the start: handshakes refused, here or by the primary. */
    long refused();

    /** What replicas have acknowledged. */
    AckServices acks();

    /** Whether this shard's log is its own: it may append records and open segments, and copies no other node's. */
    boolean ownsLog();

    /** Whether clients may write to this shard. */
    boolean acceptsClientWrites();

    /** Why the log of this shard, which is a primary's, can't begin its history, after which it accepts writes; or null. */
    default String roomRefusal() {
        return null;
    }

    /** Whether this shard is on the way from a replica to a primary that accepts writes. */
    default boolean isBeingPromoted() {
        return false;
    }

    /** Whether this shard removes keys past their deadline, and what is over the memory limit; else its primary does. */
    boolean expiresKeys();

    /** How old the data may be, microseconds: 0 on a primary, -1 when a replica does not know. */
    long dataAgeMicros();

    /** Why reads must not be answered now, as an error without the dash, or null. */
    String readRefusal();

    /**
     * One attached replica.
     *
     * @param id it gave itself
     * @param address its IP address
     * @param port where its clients connect
     * @param state as Redis names it: wait_bgsave, send_bulk, online
     * @param appliedIndex acknowledged, or -1
     * @param appliedRecordCount how many records that is in this history, 0 when unknown
     * @param lagMs since its last acknowledgement
     * @param lagMicros behind, see {@link ReplicaPlace#lagMicros}
     * @param pendingBytes put out but not yet sent
     * @param sync how far it was sent a snapshot, or null when it is not
     */
    record ReplicaInfo(
            String id,
            String address,
            int port,
            String state,
            long appliedIndex,
            long appliedRecordCount,
            long lagMs,
            long lagMicros,
            long pendingBytes,
            SyncProgress sync) {}

    /**
     * Rewinds of one shard.
     *
     * @param count how many were completed
     * @param lostWrites records rolled back by them
     * @param savedAs the file that holds those of the last one, or an empty text
     */
    record Rewinds(long count, long lostWrites, String savedAs) {}

    /**
     * Bytes of the links between nodes, as they were a second ago at most.
     *
     * @param received from the primary since the start, as a replica
     * @param sent to replicas since the start
     * @param receivedPerSecond in the last second
     * @param sentPerSecond in the last second
     */
    record Traffic(long received, long sent, long receivedPerSecond, long sentPerSecond) {}

    /**
     * What a shard's replicas were given since the start.
     *
     * @param full were sent everything
     * @param partial continued where they were
     * @param denied wanted to continue, and were sent everything or refused
     */
    record GrantedSyncs(long full, long partial, long denied) {}

    /**
     * The link to a primary.
     *
     * @param state of the link's state machine
     * @param isUp streaming, and its data is served
     * @param isSyncing a full sync is under way
     * @param hasData whether an initial sync is complete, so that reads show a state that existed
     * @param lastIoMs since the primary was last heard, -1 when never
     * @param downMs since the link went down, 0 while it is up
     * @param lagMicros from a record's commit on the primary to its being applied here, for the last one
     * @param lag the same for all records of the last minute
     * @param primaryRecordCount how many records the primary has, as it last said
     * @param refusedReason why the primary refused this node, or null
     * @param consent which log this shard's data may be given up for, or null
     * @param problem why it is down, or null when it is not, or was refused
     * @param sync how far a full sync has come, or null when there is none
     */
    record LinkInfo(
            String state,
            boolean isUp,
            boolean isSyncing,
            boolean hasData,
            long lastIoMs,
            long downMs,
            long lagMicros,
            LagWindow.Summary lag,
            long primaryRecordCount,
            String refusedReason,
            String consent,
            String problem,
            SyncProgress sync) {}
}
