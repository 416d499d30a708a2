package io.tailrace.node.shard;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.ShardNeeds;

/**
 * What a shard shares with the other shards of its node: the right to touch it, and the records of other logs on which its own depend.
 * Who touches the shard has its token; a node with one shard has no tokens, and its log depends on no other.
 */
public final class ShardSharing {
    private final int shard;
    private final ShardToken token;
    private final ShardLog log;
    private OtherLogs logs = OtherLogs.NONE;
    private Backlog backlog;
    private volatile boolean isServing;
    private Thread appender;

    ShardSharing(ShardSettings settings, ShardLog log) {
        shard = settings.id();
        token = settings.shardCount() > 1 ? new ShardToken(shard) : null;
        this.log = log;
    }

    /** The shard has this log from here on. */
    void use(Backlog newBacklog) {
        backlog = newBacklog;
        backlog.appendedBy(token == null ? this::isOneThread : () -> !isServing || !token.isHeldElsewhere());
    }

    /** For asserts: whether no other thread has appended since the shard is served. Before that the one that starts it does. */
    private boolean isOneThread() {
        appender = !isServing || appender == null ? Thread.currentThread() : appender;
        return appender == Thread.currentThread();
    }

    /** Who may touch the shard now; null where it is the only one of the node, which its thread has for good. */
    public ShardToken token() {
        return token;
    }

    /** Its data is loaded, or no more: only then is it touched by whoever has the token. */
    public void serving(boolean isOn) {
        appender = null;
        isServing = isOn;
    }

    /** Tells of the logs of all shards, before the first cycle. */
    public void logs(OtherLogs all) {
        logs = all;
    }

    /**
     * The newest record that a power loss can't take any more: it is on the disk, and so are all those in other shards' logs without
     * which a start would cut it off. By the thread that holds the shard.
     */
    public long closedDurableIndex() {
        long durable = backlog.durableIndex();
        return token == null ? durable : backlog.parts().closedUpTo(durable, logs);
    }

    /** What must be on the disk, of all shards' logs, before something that holds this one's data of now is relied on. */
    LogEnds dependedOn() {
        boolean isAlone = token == null || !backlog.parts().needs().hasOthers(shard);
        return isAlone ? LogEnds.NONE : logs.ends();
    }

    /**
     * Forces the log to the disk soon, whatever the policy, and what it needs of others; lets the reactor know whenever some of that is
     * done. By the thread that holds the shard.
     */
    public void forceSoon() {
        log.forceSoon();
        if (token != null) {
            ShardNeeds needs = backlog.parts().needs();
            for (int other = 0; other < needs.shards(); other++) {
                if (other != shard && logs.upTo(other) < needs.of(other)) {
                    logs.forceSoon(other, log.progress());
                }
            }
        }
    }
}
