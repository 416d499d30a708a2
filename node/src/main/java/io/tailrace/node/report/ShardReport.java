package io.tailrace.node.report;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.LogDisk;
import io.tailrace.node.feed.FeedPlace;
import io.tailrace.node.services.ReactorStats;
import io.tailrace.node.services.RefusedReplica;
import io.tailrace.node.services.ReplicaPlace;
import io.tailrace.node.services.ReplicationServices;
import io.tailrace.node.services.ShardServices;
import io.tailrace.node.shard.History;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.Snapshots;
import io.tailrace.node.store.Databases;
import io.tailrace.wire.record.HexText;
import java.util.Comparator;
import java.util.List;

/**
 * What INFO and ROLE report about one shard, taken in one step of its thread. Immutable.
 *
 * @param micros when it was taken, since the epoch
 * @param keys in the store, {@code expiring} of them with a deadline
 * @param dataBytes of keys and values
 * @param memory what the store takes
 * @param log the shard's log
 * @param saving the shard's snapshots
 * @param replication the shard's replicas or its link
 * @param keyspaces of the databases that hold keys, in their order
 */
public record ShardReport(
        long micros,
        ReactorStats stats,
        long keys,
        long expiring,
        long dataBytes,
        Memory memory,
        Log log,
        Saving saving,
        Replication replication,
        List<Keyspace> keyspaces) {

    /**
     * What one database holds of the shard.
     *
     * @param msToDeadlines of all keys with a deadline together
     * @param overheadBytes of its memory what is neither keys nor values
     */
    public record Keyspace(int database, long keys, long expiring, double msToDeadlines, long overheadBytes) {
        private static List<Keyspace> of(Databases databases, long nowEpochMs) {
            return databases.stores().stream()
                    .filter(store -> store.keys() > 0)
                    .map(store -> new Keyspace(
                            databases.databaseAt(store.place()),
                            store.keys(),
                            store.expiringKeys(),
                            store.figures().msToDeadlines(nowEpochMs),
                            Math.max(0, store.usedBytes() - store.figures().dataBytes())))
                    .sorted(Comparator.comparingInt(Keyspace::database))
                    .toList();
        }
    }

    /**
     * @param index of the newest record, or -1
     * @param firstIndex of the oldest record, or -1
     * @param recordCount records in the history up to the newest
     * @param recordsBeforeOldest records in the history before the oldest
     * @param recordsOfPrevious records in the history before the current one began, or -1 when it is the first
     * @param bytes held
     * @param chain at the newest record, 16 hex digits
     * @param pressure why the log can't get another segment, or null
     * @param written bytes by which the files grew since the start
     * @param disk how it does with what it is forced to take
     * @param writesRefused since the start because of the log
     * @param terms histories, oldest first
     */
    public record Log(
            long index,
            long firstIndex,
            long recordCount,
            long recordsBeforeOldest,
            long recordsOfPrevious,
            int segments,
            long bytes,
            String chain,
            String pressure,
            LogDisk disk,
            long written,
            long writesRefused,
            List<History.Term> terms) {
        private static final Log NONE =
                new Log(-1, -1, 0, 0, -1, 0, 0, HexText.of(0), null, new LogDisk(null, 0, 0), 0, 0, List.of());

        boolean isWritable() {
            return pressure == null && disk.failure() == null;
        }

        private static Log of(Shard shard) {
            Backlog backlog = shard.backlog();
            long recordsBeforeOldest =
                    backlog.isEmpty() ? 0 : backlog.segments().recordCount(backlog.firstIndex()) - 1;
            return new Log(
                    backlog.lastIndex(),
                    backlog.firstIndex(),
                    backlog.recordCount(),
                    recordsBeforeOldest,
                    recordsOfPrevious(shard),
                    backlog.segments().size(),
                    backlog.segments().bytes(),
                    HexText.of(backlog.lastChain()),
                    backlog.retention().pressure(),
                    shard.log().disk(),
                    backlog.appendedBytes(),
                    shard.log().writesRefused(),
                    List.copyOf(shard.history().terms()));
        }

        private static long recordsOfPrevious(Shard shard) {
            List<History.Term> terms = shard.history().terms();
            return terms.size() < 2 ? -1 : terms.get(terms.size() - 1).recordsBefore();
        }
    }

    /**
     * @param usedBytes what the limit is compared with
     * @param moves to a larger map that were completed since the store was made
     * @param percentMoved of a move under way, else 100
     */
    public record Memory(long usedBytes, long moves, int percentMoved) {
        private static final Memory NONE = new Memory(0, 0, 100);

        private static Memory of(Databases store) {
            return new Memory(store.usedBytes(), store.moves(), store.percentMoved());
        }
    }

    /**
     * @param effectsSince the last snapshot began
     * @param percentSoFar of the one under way, or -1
     * @param keysWritten of the one under way, of {@code keysToWrite}
     */
    public record Saving(
            boolean isUnderWay,
            long lastEndMicros,
            boolean isLastOk,
            long count,
            long effectsSince,
            long lastSeconds,
            long secondsSoFar,
            int percentSoFar,
            long keysWritten,
            long keysToWrite) {
        private static final Saving NONE = new Saving(false, 0, true, 0, 0, -1, -1, -1, 0, 0);

        private static Saving of(Snapshots snapshots) {
            return new Saving(
                    snapshots.job() != null,
                    snapshots.lastEndMicros(),
                    snapshots.isLastOk(),
                    snapshots.count(),
                    snapshots.effectsSince(),
                    snapshots.lastSeconds(),
                    snapshots.secondsSoFar(),
                    snapshots.percentSoFar(),
                    snapshots.keysWritten(),
                    snapshots.keysToWrite());
        }
    }

    /**
     * @param refusedReplicas those that ask again and again
     * @param link to the primary, or null on a primary
     * @param goodReplicas those that count for {@code min-replicas-to-write}
     * @param dataAgeMicros 0 on a primary, -1 when not known
     * @param heldReplies replies that wait for replicas now
     * @param failedReplies counted since the start: those that were not acknowledged in time
     */
    public record Replication(
            List<ReplicationServices.ReplicaInfo> replicas,
            List<ReplicaPlace> places,
            List<FeedPlace> feeds,
            List<RefusedReplica> refusedReplicas,
            long slotsDropped,
            long logBytesPerSecond,
            ReplicationServices.LinkInfo link,
            long fullSyncs,
            long partialSyncs,
            long resumedSyncs,
            ReplicationServices.GrantedSyncs grantedSyncs,
            long outputLimitClosed,
            ReplicationServices.Rewinds rewinds,
            long refused,
            ReplicationServices.Traffic traffic,
            int goodReplicas,
            long dataAgeMicros,
            int heldReplies,
            long failedReplies) {
        private static final Replication NONE = new Replication(
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                0,
                0,
                null,
                0,
                0,
                0,
                new ReplicationServices.GrantedSyncs(0, 0, 0),
                0,
                new ReplicationServices.Rewinds(0, 0, ""),
                0,
                new ReplicationServices.Traffic(0, 0, 0, 0),
                0,
                0,
                0,
                0);

        private static Replication of(ReplicationServices services) {
            return new Replication(
                    List.copyOf(services.replicas()),
                    List.copyOf(services.places()),
                    services.feeds(),
                    services.refusedReplicas(),
                    services.slotsDropped(),
                    services.logBytesPerSecond(),
                    services.link(),
                    services.fullSyncs(),
                    services.partialSyncs(),
                    services.resumedSyncs(),
                    services.grantedSyncs(),
                    services.outputLimitClosed(),
                    services.rewinds(),
                    services.refused(),
                    services.traffic(),
                    services.acks().goodReplicas(),
                    services.dataAgeMicros(),
                    services.acks().heldReplies(),
                    services.acks().failedReplies());
        }
    }

    /** On the shard's thread. A shard that is being loaded has nothing yet. */
    public static ShardReport of(ShardServices services) {
        Shard shard = services.shard();
        if (services.isLoading()) {
            return new ShardReport(
                    shard.clock().micros(),
                    services.stats(),
                    0,
                    0,
                    0,
                    Memory.NONE,
                    Log.NONE,
                    Saving.NONE,
                    Replication.NONE,
                    List.of());
        }
        return new ShardReport(
                shard.clock().micros(),
                services.stats(),
                shard.databases().keys(),
                shard.databases().expiringKeys(),
                shard.databases().dataBytes(),
                Memory.of(shard.databases()),
                Log.of(shard),
                Saving.of(shard.snapshots()),
                Replication.of(services.replication()),
                Keyspace.of(shard.databases(), shard.clock().epochMs()));
    }
}
