package io.tailrace.node.replication;

import io.tailrace.node.services.ReplicationServices.GrantedSyncs;
import io.tailrace.node.services.ReplicationServices.Rewinds;
import io.tailrace.node.services.ReplicationServices.Traffic;
import java.nio.file.Path;

/** What a shard's replication counts, in both roles, since the start; what INFO shows by Redis's names since CONFIG RESETSTAT. Owned by the shard's reactor thread. */
final class ReplicationCounters {
    private long fullSyncs;
    private long partialSyncs;
    private long resumedSyncs;
    private long refused;
    private long grantedFull;
    private long grantedPartial;
    private long denied;
    private long outputLimitClosed;
    private long receivedBytes;
    private long sentBytes;
    private long receivedASecondAgo;
    private long sentASecondAgo;
    private Traffic traffic = new Traffic(0, 0, 0, 0);
    private long rewinds;
    private long lostWrites;
    private String lostWritesFile = "";

    /** @param isResumed whether it resumes where an earlier one broke off */
    void countFullSync(boolean isResumed) {
        if (isResumed) {
            resumedSyncs++;
        } else {
            fullSyncs++;
        }
    }

    void countPartialSync() {
        partialSyncs++;
    }

    void countRefused() {
        refused++;
    }

    /**
     * A replica of this node is sent everything.
     *
     * @param isResumed as for {@link #countFullSync}
     * @param hadData whether it would rather have continued its own log
     */
    void countGrantedFull(boolean isResumed, boolean hadData) {
        countFullSync(isResumed);
        grantedFull += isResumed ? 0 : 1;
        denied += hadData && !isResumed ? 1 : 0;
    }

    /** A replica of this node continues where it is. */
    void countGrantedPartial() {
        countPartialSync();
        grantedPartial++;
    }

    /** A replica of this node is refused. */
    void countDenied() {
        countRefused();
        denied++;
    }

    void countOutputLimitClosed() {
        outputLimitClosed++;
    }

    /** Bytes came from the primary. */
    void countReceived(long bytes) {
        receivedBytes += bytes;
    }

    /** Bytes went to replicas of this node. */
    void countSent(long bytes) {
        sentBytes += bytes;
    }

    /** About once a second. */
    void onSecond() {
        traffic = new Traffic(receivedBytes, sentBytes, receivedBytes - receivedASecondAgo, sentBytes - sentASecondAgo);
        receivedASecondAgo = receivedBytes;
        sentASecondAgo = sentBytes;
    }

    /** As it was at the last {@link #onSecond}. */
    Traffic traffic() {
        return traffic;
    }

    /** Counts traffic and what replicas were granted from here on. */
    void reset() {
        grantedFull = 0;
        grantedPartial = 0;
        denied = 0;
        receivedBytes = 0;
        sentBytes = 0;
        receivedASecondAgo = 0;
        sentASecondAgo = 0;
        traffic = new Traffic(0, 0, 0, 0);
    }

    /** Records after the last shared one were rolled back. */
    void countRewind() {
        rewinds++;
    }

    /** Writes of this node's own are gone. */
    void countLostWrites(long records) {
        lostWrites += records;
    }

    /** Where the writes are that are about to go. */
    void savedLostWrites(Path file) {
        lostWritesFile = file.toString();
    }

    long fullSyncs() {
        return fullSyncs;
    }

    long partialSyncs() {
        return partialSyncs;
    }

    long resumedSyncs() {
        return resumedSyncs;
    }

    long refused() {
        return refused;
    }

    GrantedSyncs granted() {
        return new GrantedSyncs(grantedFull, grantedPartial, denied);
    }

    long outputLimitClosed() {
        return outputLimitClosed;
    }

    Rewinds rewinds() {
        return new Rewinds(rewinds, lostWrites, lostWritesFile);
    }
}
