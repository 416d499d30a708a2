package io.tailrace.node.services;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.config.LiveSettings;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.pubsub.SubscribedTopics;
import io.tailrace.node.script.NodeScripts;
import io.tailrace.node.security.Security;
import io.tailrace.node.watch.Diagnostics;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Consumer;

/** The node as commands see it. Any thread. */
public interface NodeServices {
    /** The Redis whose answers this node gives, which clients look at to know what it can do. */
    String REDIS_VERSION = "7.0.15";

    LiveSettings settings();

    /** Who may do what. */
    Security security();

    /** What clients must wait for. */
    ClientPause clientPause();

    /** Once a second on each shard's thread: notes what metrics tell of the shard. */
    void publishReport(ShardServices shard);

    /** How far the data has been loaded, or null once it is. Costs one volatile read then. */
    LoadStatus loading();

    /** 40 hex digits, new at each start. */
    String runId();

    /** Of this node's data, stable over restarts; what it calls itself to a primary. */
    String nodeId();

    /** Of the program. */
    default String version() {
        return Objects.requireNonNullElse(NodeServices.class.getPackage().getImplementationVersion(), "0.1.0");
    }

    /** Where threads that are no shard's run, as a list such as 0-2,4; an empty text for anywhere. */
    String helperProcessors();

    /** When the node was started, epoch milliseconds. */
    long startEpochMs();

    int shardCount();

    /** By which others know it: host and client port. */
    default String address() {
        NodeConfig config = settings().current();
        String host = config.announcedHost().isEmpty() ? config.bind() : config.announcedHost();
        return host + ":" + config.announcedPort();
    }

    /** The primary this node follows, or null when it is one. */
    HostPort primary();

    /**
     * Makes the node a replica, all shards of it. Returns at once; the links are made in the background.
     *
     * @param isForced whether this node's data may be given up for a copy of what the primary has at the first contact
     */
    void replicaOf(HostPort primary, boolean isForced);

    /**
     * Withdraws a FORCE that has not come through on every shard: data that was not given up yet no longer is.
     *
     * @return false when there is none
     */
    boolean revokeForce();

    /** Why it can't become a primary now, as an error without the dash, or null. */
    default String promotionRefusal() {
        return null;
    }

    /**
     * Makes the node a primary, all shards of it, with one history that begins. Returns at once.
     *
     * @param answer hears on the first shard's thread: null once every shard accepts writes, or why the node stays a replica
     */
    void promote(Consumer<String> answer);

    /**
     * The same, but returns once the role is on the disk; writes to a shard that has not come to its history yet wait.
     *
     * @throws IOException when the disk does not take the note; then the node stays a replica
     */
    void promoteNow() throws IOException;

    /** Planned changes of primary. */
    HandoverServices handover();

    /** Its scripts and functions. */
    NodeScripts scripts();

    /** What is noted of the node for operators. */
    Diagnostics diagnostics();

    /** What has subscribers. */
    SubscribedTopics topics();

    /**
     * Ends the process in an orderly way, or at once without a last snapshot.
     *
     * @param reason for the log
     */
    void shutdown(boolean isOrderly, String reason);

    /** The number of the next connection, of a client or of another node: 1 and upwards. */
    long nextClientId();

    /** A client's connection was closed. */
    void clientClosed();

    /** Connected clients, over all shards. */
    int clientCount();
}
