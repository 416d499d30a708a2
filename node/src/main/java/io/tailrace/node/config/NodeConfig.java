package io.tailrace.node.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * A node's configuration: every {@link Setting} with a checked value. Immutable, so any thread may read it; CONFIG SET puts a
 * new one into {@link LiveSettings}. An accessor costs an array access and allocates nothing.
 */
public final class NodeConfig {
    private static final long MIN_BETWEEN_SNAPSHOTS = 32 << 20;
    private static final int LIMIT_PARTS = 4;
    private static final String DEFAULT_USER = "default";

    private final Map<Setting, Object> values;
    private final Path file;
    private final int ackReplicas;
    private final int minReplicasToWrite;
    private final long replicaMaxStalenessMs;

    NodeConfig(Map<Setting, Object> values, Path file) throws ConfigException {
        this.file = file;
        this.values = Collections.unmodifiableMap(new EnumMap<>(values));
        ackReplicas = (int) number(Setting.ACK_REPLICAS);
        minReplicasToWrite = (int) number(Setting.MIN_REPLICAS_TO_WRITE);
        replicaMaxStalenessMs = number(Setting.REPLICA_MAX_STALENESS_MS);
        ConfigChecks.check(this);
    }

    /** All defaults. */
    public static NodeConfigBuilder builder() {
        return new NodeConfigBuilder();
    }

    /** A builder that begins with the values of this. */
    public NodeConfigBuilder toBuilder() {
        return new NodeConfigBuilder(values, file);
    }

    /** That it was read from, or null. */
    public Path file() {
        return file;
    }

    public int port() {
        return (int) number(Setting.PORT);
    }

    public String bind() {
        return (String) values.get(Setting.BIND);
    }

    public Path dataDir() {
        return (Path) values.get(Setting.DATA_DIR);
    }

    public int databases() {
        return (int) number(Setting.DATABASES);
    }

    public ShardCount shards() {
        return (ShardCount) values.get(Setting.SHARDS);
    }

    /** Microseconds; negative for no slow log. */
    public long slowlogLogSlowerThan() {
        return number(Setting.SLOWLOG_LOG_SLOWER_THAN);
    }

    public long slowlogMaxLen() {
        return number(Setting.SLOWLOG_MAX_LEN);
    }

    /** Milliseconds; 0 for no monitoring. */
    public long latencyMonitorThreshold() {
        return number(Setting.LATENCY_MONITOR_THRESHOLD);
    }

    public boolean isLatencyTracking() {
        return (boolean) values.get(Setting.LATENCY_TRACKING);
    }

    public Percentiles latencyPercentiles() {
        return (Percentiles) values.get(Setting.LATENCY_TRACKING_INFO_PERCENTILES);
    }

    /** Whether a user that is made may use all channels. */
    public boolean allowsChannelsByDefault() {
        return values.get(Setting.ACL_PUBSUB_DEFAULT) == PubSubDefault.ALLCHANNELS;
    }

    /** Keys; 0 for no limit. */
    public long trackingTableMaxKeys() {
        return number(Setting.TRACKING_TABLE_MAX_KEYS);
    }

    /** Bits of {@link NotifyClasses}; 0 when nothing is published. */
    public int notifyClasses() {
        return NotifyClasses.effective((int) number(Setting.NOTIFY_KEYSPACE_EVENTS));
    }

    /** The primary's client port, or null when this node begins as a primary. */
    public HostPort replicaOf() {
        return (HostPort) optional(Setting.REPLICAOF).orElse(null);
    }

    /** The base: shard 0's replication port. */
    public int replicationPort() {
        return optional(Setting.REPLICATION_PORT)
                .map(port -> (int) (long) port)
                .orElseGet(() -> (port() == 0 ? tlsPort() : port()) + 10_000);
    }

    public int replicationPort(int shard) {
        return replicationPort() + shard;
    }

    public Cores cores() {
        return (Cores) values.get(Setting.CORES);
    }

    /** The processors of all other threads, none when the shards' decide. */
    public Cores helperCores() {
        return (Cores) values.get(Setting.HELPER_CORES);
    }

    public boolean isCoresStrict() {
        return (boolean) values.get(Setting.CORES_STRICT);
    }

    public IdleMode idle() {
        return (IdleMode) values.get(Setting.IDLE);
    }

    /** Bytes. */
    public long segmentSize() {
        return number(Setting.SEGMENT_SIZE);
    }

    /** Bytes per shard. */
    public long backlogSize() {
        return number(Setting.BACKLOG_SIZE);
    }

    /** Bytes per shard that the log's files may take; Long.MAX_VALUE when there is no limit. */
    public long backlogDiskLimit() {
        return orNone(number(Setting.BACKLOG_DISK_LIMIT));
    }

    public DiskPressure onDiskPressure() {
        return (DiskPressure) values.get(Setting.ON_DISK_PRESSURE);
    }

    /**
     * Bytes of log after which a snapshot is due: as asked for, if the backlog may hold that, and more where that is little beside the newest
     * snapshot, of {@code newestBytes}, or where the backlog is small, so that the data is not written again and again.
     */
    public long snapshotDueBytes(long newestBytes) {
        long due = Math.min(number(Setting.SNAPSHOT_LOG_BYTES), Math.max(backlogSize(), MIN_BETWEEN_SNAPSHOTS));
        due = Math.max(due, newestBytes / 100 * number(Setting.SNAPSHOT_LOG_PERCENT));
        return Math.min(due, backlogDiskLimit() / LIMIT_PARTS);
    }

    public FsyncPolicy fsync() {
        return (FsyncPolicy) values.get(Setting.FSYNC);
    }

    /** Keys of the whole node, not of a shard. */
    public long maxEntries() {
        return number(Setting.MAX_ENTRIES);
    }

    /** Bytes. */
    public int avgKeySize() {
        return (int) number(Setting.AVG_KEY_SIZE);
    }

    /** Bytes. */
    public int avgValueSize() {
        return (int) number(Setting.AVG_VALUE_SIZE);
    }

    /** Bytes. */
    public int maxValueSize() {
        return (int) number(Setting.MAX_VALUE_SIZE);
    }

    /** Bytes of the whole node, 0 for no limit. */
    public long maxMemory() {
        return number(Setting.MAX_MEMORY);
    }

    /** Bytes that all clients of the node may hold, 0 for no limit. */
    public long maxMemoryClients() {
        return ((MemoryShare) values.get(Setting.MAX_MEMORY_CLIENTS)).of(maxMemory());
    }

    public EvictionPolicy maxMemoryPolicy() {
        return (EvictionPolicy) values.get(Setting.MAX_MEMORY_POLICY);
    }

    /** Bytes per replica and turn. */
    public int pumpBudget() {
        return (int) number(Setting.PUMP_BUDGET);
    }

    /** Bytes. */
    public int replicaOutputLimit() {
        return (int) number(Setting.REPLICA_OUTPUT_LIMIT);
    }

    /** Bytes; Long.MAX_VALUE for none. */
    public long clientOutputLimit() {
        return orNone(number(Setting.CLIENT_OUTPUT_LIMIT));
    }

    public SoftLimit clientOutputSoftLimit() {
        return (SoftLimit) values.get(Setting.CLIENT_OUTPUT_SOFT_LIMIT);
    }

    /** As in Redis: lower is promoted first, 0 never. */
    public int replicaPriority() {
        return (int) number(Setting.REPLICA_PRIORITY);
    }

    /** Bytes; Long.MAX_VALUE for none. */
    public long pubSubOutputLimit() {
        return orNone(number(Setting.PUBSUB_OUTPUT_LIMIT));
    }

    public SoftLimit pubSubOutputSoftLimit() {
        return (SoftLimit) values.get(Setting.PUBSUB_OUTPUT_SOFT_LIMIT);
    }

    /** Seconds, 0 for none by time. */
    public int snapshotInterval() {
        return (int) number(Setting.SNAPSHOT_INTERVAL);
    }

    /** Bytes a second, of all full syncs together; 0 for no limit. */
    public long snapshotRate() {
        return number(Setting.SNAPSHOT_RATE);
    }

    public WhileSyncing whileSyncing() {
        return (WhileSyncing) values.get(Setting.WHILE_SYNCING);
    }

    /** Seconds. */
    public int reconnectWindow() {
        return (int) number(Setting.RECONNECT_WINDOW);
    }

    /** 0 for none. Asked for each write: a field. */
    public int ackReplicas() {
        return ackReplicas;
    }

    /** Milliseconds. */
    public long ackTimeoutMs() {
        return number(Setting.ACK_TIMEOUT);
    }

    /** 0 for no such condition. Asked for each write: a field. */
    public int minReplicasToWrite() {
        return minReplicasToWrite;
    }

    /** Seconds, 0 for no such condition. */
    public int minReplicasMaxLag() {
        return (int) number(Setting.MIN_REPLICAS_MAX_LAG);
    }

    /** Milliseconds, 0 for no limit. Asked for each read of a replica: a field. */
    public long replicaMaxStalenessMs() {
        return replicaMaxStalenessMs;
    }

    public boolean enableDebugCommand() {
        return (boolean) values.get(Setting.ENABLE_DEBUG_COMMAND);
    }

    public int maxClients() {
        return (int) number(Setting.MAX_CLIENTS);
    }

    /** Seconds, 0 for never. */
    public int timeout() {
        return (int) number(Setting.TIMEOUT);
    }

    /** Seconds, 0 for never. */
    public int tcpKeepAlive() {
        return (int) number(Setting.TCP_KEEPALIVE);
    }

    /** Seconds. */
    public int replTimeout() {
        return (int) number(Setting.REPL_TIMEOUT);
    }

    /** What others find this replica by; empty for the address that its connection comes from. */
    public String announcedHost() {
        return (String) values.get(Setting.REPLICA_ANNOUNCE_IP);
    }

    /** Milliseconds, 0 for never. */
    public long busyReplyThreshold() {
        return number(Setting.BUSY_REPLY_THRESHOLD);
    }

    public boolean protectedMode() {
        return (boolean) values.get(Setting.PROTECTED_MODE);
    }

    /** The default user's password, a character a byte, empty for none. Asked at the start only: later {@code Users} knows. */
    public String requirePass() {
        return (String) values.get(Setting.REQUIREPASS);
    }

    public String masterUser() {
        String user = (String) values.get(Setting.MASTERUSER);
        return user.isEmpty() ? DEFAULT_USER : user;
    }

    /** A character a byte; empty for none. */
    public String masterAuth() {
        return (String) values.get(Setting.MASTERAUTH);
    }

    /** Or null. */
    public Path aclFile() {
        return (Path) optional(Setting.ACLFILE).orElse(null);
    }

    /** 0 for none. */
    public int tlsPort() {
        return (int) number(Setting.TLS_PORT);
    }

    /** Where other nodes and Sentinels find this one's clients. */
    public int announcedPort() {
        int announced = (int) number(Setting.REPLICA_ANNOUNCE_PORT);
        if (announced != 0) {
            return announced;
        }
        return tlsPort() != 0 && (tls().isReplication() || port() == 0) ? tlsPort() : port();
    }

    /** Where the page for browsers is. */
    public AdminConfig admin() {
        return new AdminConfig(values);
    }

    /** How TLS is spoken, where it is. */
    public TlsConfig tls() {
        return new TlsConfig(values);
    }

    /** The value as CONFIG GET answers it: sizes in bytes, a port that was not set as the one in use. */
    public String text(Setting setting) {
        return setting == Setting.REPLICATION_PORT
                ? Integer.toString(replicationPort())
                : setting.format(values.get(setting));
    }

    /** Whether it was not set, and another setting says what it is. */
    boolean isDerived(Setting setting) {
        return setting == Setting.REPLICATION_PORT && optional(setting).isEmpty();
    }

    /** Of a setting that was never set, as {@link #text} gives it. */
    String defaultText(Setting setting) {
        try {
            return setting.format(setting.parse(setting.defaultText(), "default"));
        } catch (ConfigException e) {
            throw new AssertionError(e);
        }
    }

    private static long orNone(long limit) {
        return limit == 0 ? Long.MAX_VALUE : limit;
    }

    /** Of a setting that is a number or a size. */
    public long number(Setting setting) {
        return (long) values.get(setting);
    }

    private Optional<?> optional(Setting setting) {
        return (Optional<?>) values.get(setting);
    }
}
