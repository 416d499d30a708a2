package io.tailrace.node.command;

import io.tailrace.node.feed.FeedPages;
import io.tailrace.node.feed.FeedPlace;
import io.tailrace.node.reactor.ReactorAgent;
import io.tailrace.node.services.AckServices;
import io.tailrace.node.services.RefusedReplica;
import io.tailrace.node.services.ReplicaPlace;
import io.tailrace.node.services.ReplicationServices;
import java.util.List;

/** The replication of one shard as a test wants it to look. For one test thread. */
public final class FakeReplication implements ReactorAgent, ReplicationServices {
    List<ReplicaInfo> replicas = List.of();
    List<ReplicaPlace> places = List.of();
    List<FeedPlace> feeds = List.of();
    FeedPages feedPages;
    List<RefusedReplica> refused = List.of();
    Rewinds rewinds = new Rewinds(0, 0, "");
    LinkInfo link;
    long fullSyncs;
    long partialSyncs;
    GrantedSyncs grantedSyncs = new GrantedSyncs(0, 0, 0);
    boolean isBeingPromoted;
    final FakeAcks acks = new FakeAcks();

    @Override
    public int doWork() {
        return acks.poll();
    }

    @Override
    public long maxBlockNanos() {
        return Long.MAX_VALUE;
    }

    @Override
    public void onSecond() {}

    @Override
    public void close() {}

    @Override
    public List<ReplicaInfo> replicas() {
        return replicas;
    }

    @Override
    public List<ReplicaPlace> places() {
        return places;
    }

    @Override
    public FeedPages feedPages() {
        return feedPages;
    }

    @Override
    public List<FeedPlace> feeds() {
        return feeds;
    }

    @Override
    public long slotsDropped() {
        return 0;
    }

    @Override
    public long logBytesPerSecond() {
        return 0;
    }

    @Override
    public LinkInfo link() {
        return link;
    }

    @Override
    public long fullSyncs() {
        return fullSyncs;
    }

    @Override
    public long resumedSyncs() {
        return 0;
    }

    @Override
    public long partialSyncs() {
        return partialSyncs;
    }

    @Override
    public GrantedSyncs grantedSyncs() {
        return grantedSyncs;
    }

    @Override
    public void resetCounts() {
        grantedSyncs = new GrantedSyncs(0, 0, 0);
    }

    @Override
    public long outputLimitClosed() {
        return 0;
    }

    @Override
    public Rewinds rewinds() {
        return rewinds;
    }

    @Override
    public Traffic traffic() {
        return new Traffic(0, 0, 0, 0);
    }

    @Override
    public long refused() {
        return 0;
    }

    @Override
    public AckServices acks() {
        return acks;
    }

    @Override
    public boolean isBeingPromoted() {
        return isBeingPromoted;
    }

    @Override
    public boolean ownsLog() {
        return link == null;
    }

    @Override
    public boolean acceptsClientWrites() {
        return link == null && !isBeingPromoted;
    }

    @Override
    public boolean expiresKeys() {
        return link == null;
    }

    @Override
    public List<RefusedReplica> refusedReplicas() {
        return refused;
    }

    @Override
    public long dataAgeMicros() {
        return 0;
    }

    @Override
    public String readRefusal() {
        return null;
    }
}
