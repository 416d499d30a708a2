package io.tailrace.node.report;

import io.tailrace.node.config.Setting;
import io.tailrace.node.services.LoadStatus;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.services.ReplicationServices;
import io.tailrace.wire.memory.NativeBuffer;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** INFO's sections but that on replication, with Redis's names for what there is here too. For one reply. */
public final class InfoSections {
    private static final int SECONDS_PER_DAY = 86_400;

    private final NodeServices node;
    private final List<ShardReport> shards;
    private final long nowMicros;
    private final InfoText text;
    private int trackingClients;

    InfoSections(NodeServices node, List<ShardReport> shards, long nowMicros, InfoText text) {
        this.node = node;
        this.shards = shards;
        this.nowMicros = nowMicros;
        this.text = text;
    }

    void server() {
        long upSeconds = Math.max(0, nowMicros / 1_000 - node.startMillis()) / 1_000;
        text.section("Server")
                .field("redis_version", NodeServices.REDIS_VERSION)
                .field("redis_git_sha1", "00000000")
                .field("redis_git_dirty", 0)
                .field("redis_build_id", 0)
                .field("redis_mode", "standalone")
                .field("os", ProcessFacts.system())
                .field("arch_bits", 64)
                .field("multiplexing_api", "epoll")
                .field("process_id", ProcessFacts.id())
                .field("process_supervised", "no")
                .field("run_id", node.runId())
                .field("tcp_port", node.settings().current().announcedPort())
                .field("server_time_usec", nowMicros)
                .field("uptime_in_seconds", upSeconds)
                .field("uptime_in_days", upSeconds / SECONDS_PER_DAY)
                .field("executable", ProcessFacts.executable())
                .field("config_file", "")
                .field("io_threads_active", 0)
                .field("tailrace_version", node.version())
                .field("node_id", node.nodeId())
                .field("shards", node.shardCount())
                .field("java_version", System.getProperty("java.version"));
        for (int i = 0; i < shards.size(); i++) {
            text.field("shard" + i + "_cpu", shards.get(i).stats().cpu());
        }
        text.field("helper_cpus", node.helperProcessors());
    }

    void clients() {
        text.section("Clients")
                .field("connected_clients", node.clientCount())
                .field("cluster_connections", 0)
                .field("maxclients", node.settings().current().maxClients())
                .field("blocked_clients", sum(shard -> shard.stats().blocked()))
                .field("tracking_clients", trackingClients)
                .field("clients_in_timeout_table", 0);
    }

    void memory() {
        Runtime java = Runtime.getRuntime();
        long heap = java.totalMemory() - java.freeMemory();
        text.section("Memory")
                .bytes("used_memory", sum(shard -> shard.memory().usedBytes()))
                .bytes("used_memory_rss", ProcessFacts.residentBytes())
                .field("used_memory_dataset", sum(ShardReport::dataBytes))
                .field("used_memory_heap", heap)
                .field("gc_collections", ProcessFacts.collections())
                .field("gc_milliseconds", ProcessFacts.collectionMillis())
                .field("used_memory_buffers", NativeBuffer.liveBytes())
                .bytes("maxmemory", node.settings().current().maxMemory())
                .field("maxmemory_policy", node.settings().current().text(Setting.MAX_MEMORY_POLICY))
                .field("store_moves", sum(shard -> shard.memory().moves()))
                .field(
                        "store_moving_shards",
                        shards.stream()
                                .filter(shard -> shard.memory().percentMoved() < 100)
                                .count())
                .field("mem_clients_slaves", sum(InfoSections::pendingToReplicas))
                .field("mem_allocator", "libc");
    }

    private static long pendingToReplicas(ShardReport shard) {
        return shard.replication().replicas().stream()
                .mapToLong(ReplicationServices.ReplicaInfo::pendingBytes)
                .sum();
    }

    void persistence() {
        text.section("Persistence")
                .field("loading", node.loading() == null ? 0 : 1)
                .field("async_loading", 0)
                .field("rdb_changes_since_last_save", sum(shard -> shard.saving()
                        .effectsSince()))
                .flag("rdb_bgsave_in_progress", shards.stream().anyMatch(shard -> shard.saving()
                        .isUnderWay()))
                .field("rdb_last_save_time", lastSaveSeconds(shards))
                .field("rdb_last_bgsave_status", status(shards.stream().allMatch(shard -> shard.saving()
                        .isLastOk())))
                .field(
                        "rdb_saves",
                        shards.stream()
                                .mapToLong(shard -> shard.saving().count())
                                .min()
                                .orElse(0))
                .field("aof_enabled", 1)
                .field("aof_rewrite_in_progress", 0)
                .field("aof_rewrite_scheduled", 0)
                .field("aof_last_bgrewrite_status", "ok")
                .field("aof_last_write_status", status(shards.stream().allMatch(shard -> shard.log()
                        .isWritable())))
                .field("aof_current_size", sum(shard -> shard.log().bytes()))
                .field("aof_delayed_fsync", sum(shard -> shard.log().disk().delayed()))
                .field("log_fsync_pending_seconds", most(shard ->
                        (long) shard.log().disk().pendingSeconds()))
                .field(
                        "log_fsync_error",
                        shards.stream()
                                .map(shard -> shard.log().disk().failure())
                                .filter(failure -> failure != null)
                                .findFirst()
                                .orElse(""));
        LoadStatus loading = node.loading();
        if (loading != null) {
            text.field("loading_start_time", loading.startMillis() / 1_000)
                    .field("loading_total_bytes", loading.totalBytes())
                    .field("loading_loaded_bytes", loading.loadedBytes())
                    .field("loading_loaded_perc", loading.percent())
                    .field("loading_eta_seconds", loading.secondsLeft(nowMicros / 1_000));
        }
    }

    private static String status(boolean isOk) {
        return isOk ? "ok" : "err";
    }

    /** Since when all shards have a snapshot: the oldest of their newest. */
    public static long lastSaveSeconds(List<ShardReport> shards) {
        return shards.stream()
                        .mapToLong(shard -> shard.saving().lastEndMicros())
                        .min()
                        .orElse(0)
                / 1_000_000;
    }

    /** @param count of clients that track keys */
    void trackingClients(int count) {
        trackingClients = count;
    }

    void stats() {
        text.section("Stats")
                .field("total_connections_received", sum(shard -> shard.stats().connectionsReceived()))
                .field("total_commands_processed", sum(shard -> shard.stats().commands()))
                .field("instantaneous_ops_per_sec", sum(shard -> shard.stats().commandsPerSecond()))
                .field("total_net_input_bytes", sum(shard -> shard.stats().inputBytes()))
                .field("total_net_output_bytes", sum(shard -> shard.stats().outputBytes()))
                .field("sync_full", most(shard -> shard.replication().fullSyncs()))
                .field("sync_partial_ok", most(shard -> shard.replication().partialSyncs()))
                .field("sync_refused", most(shard -> shard.replication().refused()))
                .field("expired_keys", sum(shard -> shard.stats().expiredKeys()))
                .field("evicted_keys", sum(shard -> shard.stats().evictedKeys()))
                .field("evicted_clients", 0)
                .field("client_output_limit_closed", sum(shard -> shard.stats().outputLimitClosed()))
                .field("pubsub_channels", node.topics().channelCount())
                .field("pubsub_patterns", node.topics().patternCount())
                .field("latest_fork_usec", 0)
                .field("total_forks", 0);
    }

    void cpu() {
        double[] seconds = ProcessFacts.processorSeconds();
        text.section("CPU")
                .field("used_cpu_sys", String.format(Locale.ROOT, "%.6f", seconds[1]))
                .field("used_cpu_user", String.format(Locale.ROOT, "%.6f", seconds[0]));
    }

    void cluster() {
        text.section("Cluster").field("cluster_enabled", 0);
    }

    void keyspace() {
        text.section("Keyspace");
        long keys = sum(ShardReport::keys);
        if (keys > 0) {
            text.field("db0", "keys=" + keys + ",expires=" + sum(ShardReport::expiring) + ",avg_ttl=0");
        }
    }

    private long sum(ToLongFunction<ShardReport> value) {
        return shards.stream().mapToLong(value).sum();
    }

    private long most(ToLongFunction<ShardReport> value) {
        return shards.stream().mapToLong(value).max().orElse(0);
    }
}
