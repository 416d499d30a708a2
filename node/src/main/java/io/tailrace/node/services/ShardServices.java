package io.tailrace.node.services;

import io.tailrace.node.digest.StoreDigest;
import io.tailrace.node.pubsub.Message;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.watch.CommandHistogram;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** One shard as commands about the node see it. All calls on the shard's reactor thread, by {@link ClientSession#gather}. */
public interface ShardServices {
    Shard shard();

    /** What the shard holds, as numbers. */
    StoreDigest digest();

    /** Whether the shard's data is being loaded, so that {@link #shard} has none. */
    boolean isLoading();

    ReplicationServices replication();

    ReactorStats stats();

    /** Lets the counters of {@link #stats} begin at zero again. */
    void resetStats();

    /** How long each command took that was run here, by name. */
    Map<String, CommandHistogram> commandTimes();

    /** Clients of this shard's reactor that track keys. */
    int trackingClients();

    /** Whether a client is connected to this shard's reactor. */
    boolean hasClient(long id);

    /** Takes over what was set for the node, so that the next command sees it. */
    void settingsChanged();

    /** A line of CLIENT LIST for each connection that this shard's reactor serves. */
    List<String> clientLines(Predicate<ClientInfo> filter);

    /** Lets idle clients of this shard's reactor stay, or no more (DEBUG PAUSE-CRON). */
    void keepIdleClients(boolean isKeeping);

    /** Brings a message to the subscribers among those connections, after this call; returns how many they are. */
    int publish(Message message);

    /** Closes connections; returns how many. The asking connection, if among them, is closed after its reply. */
    int killClients(Predicate<ClientInfo> filter, long askingId);

    /**
     * Ends the wait of a client that waits for keys of this shard, or that is connected to its reactor and waits for another thing.
     *
     * @param isError whether it gets an error, and not what it gets when its time is over
     * @return whether it waits here
     */
    boolean unblock(long client, boolean isError);
}
