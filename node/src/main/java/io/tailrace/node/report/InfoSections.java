package io.tailrace.node.report;

import io.tailrace.node.config.Setting;
import io.tailrace.node.script.NodeScripts;
import io.tailrace.node.services.CommandStats;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.services.ReactorTotals;
import io.tailrace.node.services.ReplicationServices;
import io.tailrace.node.services.UpkeepTotals;
import io.tailrace.wire.memory.NativeBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** INFO's sections but that on replication, with Redis's names for what there is here too. For one reply. */
public final class InfoSections {
    private static final int SECONDS_PER_DAY = 86_400;

    private static final int HZ = 10;
    private static final double BYTES_PER_KB = 1024;
    private static final double PERCENT = 100;
    private static final double NANOS_PER_SECOND = 1e9;

    private final NodeServices node;
    private final List<ShardReport> shards;
    private final long nowMicros;
    private final InfoText text;
    private final Tracked tracked;

    InfoSections(NodeServices node, List<ShardReport> shards, long nowMicros, InfoText text, Tracked tracked) {
        this.node = node;
        this.shards = shards;
        this.nowMicros = nowMicros;
        this.text = text;
        this.tracked = tracked;
    }

    void server() {
        long upSeconds = Math.max(0, nowMicros / 1_000 - node.startEpochMs()) / 1_000;
        text.section("Server")
                .field("redis_version", NodeServices.REDIS_VERSION)
                .field("redis_git_sha1", "00000000")
                .field("redis_git_dirty", 0)
                .field("redis_build_id", 0)
                .field("redis_mode", "standalone")
                .field("os", ProcessFacts.system())
                .field("arch_bits", 64)
                .field("monotonic_clock", "POSIX clock_gettime")
                .field("multiplexing_api", "epoll")
                .field("process_id", ProcessFacts.id())
                .field("process_supervised", "no")
                .field("run_id", node.runId())
                .field("tcp_port", node.settings().current().announcedPort())
                .field("server_time_usec", nowMicros)
                .field("uptime_in_seconds", upSeconds)
                .field("uptime_in_days", upSeconds / SECONDS_PER_DAY)
                .field("hz", HZ)
                .field("configured_hz", HZ)
                .field("lru_clock", shards.get(0).stats().totals().lruClock())
                .field("executable", ProcessFacts.executable())
                .field("config_file", configFile())
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

    private String configFile() {
        Path file = node.settings().current().file();
        return file == null ? "" : file.toAbsolutePath().normalize().toString();
    }

    void clients() {
        text.section("Clients")
                .field("connected_clients", node.clientCount())
                .field("cluster_connections", 0)
                .field("maxclients", node.settings().current().maxClients())
                .field("client_recent_max_input_buffer", most(shard -> totals(shard)
                        .recentInput()))
                .field("client_recent_max_output_buffer", most(shard -> totals(shard)
                        .recentOutput()))
                .field("blocked_clients", sum(shard -> shard.stats().blocked()))
                .field("tracking_clients", tracked.clients())
                .field("clients_in_timeout_table", 0);
    }

    void memory() {
        Runtime java = Runtime.getRuntime();
        NodeScripts scripts = node.scripts();
        long heap = java.totalMemory() - java.freeMemory();
        long used = sum(shard -> shard.memory().usedBytes());
        long peak = sum(shard -> shard.stats().totals().peakBytes());
        long data = sum(ShardReport::dataBytes);
        long resident = ProcessFacts.residentBytes();
        text.section("Memory")
                .bytes("used_memory", used)
                .bytes("used_memory_rss", resident)
                .bytes("used_memory_peak", peak)
                .percent("used_memory_peak_perc", peak == 0 ? 0 : 100.0 * used / peak)
                .field("used_memory_overhead", Math.max(0, used - data))
                .field("used_memory_startup", 0)
                .field("used_memory_dataset", data)
                .percent("used_memory_dataset_perc", used == 0 ? 0 : 100.0 * data / used)
                .bytes("total_system_memory", ProcessFacts.machineBytes())
                .field("used_memory_heap", heap)
                .field("gc_collections", ProcessFacts.collections())
                .field("gc_milliseconds", ProcessFacts.collectionMs())
                .field("used_memory_buffers", NativeBuffer.liveBytes())
                .field("used_memory_lua", scripts.scriptEngineBytes())
                .field("used_memory_vm_eval", scripts.scriptEngineBytes())
                .field("used_memory_lua_human", InfoText.human(scripts.scriptEngineBytes()))
                .field("used_memory_scripts_eval", scripts.cache().bytes())
                .field("number_of_cached_scripts", scripts.cache().count())
                .field("number_of_functions", scripts.functionCount())
                .field("number_of_libraries", scripts.libraries().count())
                .field("used_memory_vm_functions", scripts.functionEngineBytes())
                .bytes("used_memory_vm_total", scripts.scriptEngineBytes() + scripts.functionEngineBytes())
                .field("used_memory_functions", scripts.libraries().bytes())
                .bytes(
                        "used_memory_scripts",
                        scripts.cache().bytes() + scripts.libraries().bytes())
                .bytes("maxmemory", node.settings().current().maxMemory())
                .field("maxmemory_policy", node.settings().current().text(Setting.MAX_MEMORY_POLICY))
                .field("store_moves", sum(shard -> shard.memory().moves()))
                .field(
                        "store_moving_shards",
                        shards.stream()
                                .filter(shard -> shard.memory().percentMoved() < 100)
                                .count())
                .decimal("mem_fragmentation_ratio", used == 0 ? 0 : (double) resident / used)
                .field("mem_fragmentation_bytes", resident - used)
                .field("mem_not_counted_for_evict", 0)
                .field("mem_replication_backlog", 0)
                .field("mem_total_replication_buffers", sum(InfoSections::pendingToReplicas))
                .field("mem_clients_slaves", sum(InfoSections::pendingToReplicas))
                .field("mem_clients_normal", sum(shard -> totals(shard).clientBytes()))
                .field("mem_cluster_links", 0)
                .field("mem_aof_buffer", 0)
                .field("mem_allocator", "libc")
                .field("active_defrag_running", 0)
                .field("lazyfree_pending_objects", sum(shard -> upkeep(shard).droppedValues()))
                .field("lazyfreed_objects", sum(shard -> upkeep(shard).freedValues()));
    }

    static long pendingToReplicas(ShardReport shard) {
        return shard.replication().replicas().stream()
                .mapToLong(ReplicationServices.ReplicaInfo::pendingBytes)
                .sum();
    }

    /**
     * What clients cache.
     *
     * @param clients that track keys
     * @param keys of which some client was told, {@code items} clients and keys, {@code prefixes} that clients follow
     */
    record Tracked(int clients, long keys, long items, int prefixes) {}

    void stats() {
        beginStats();
        text.field("rejected_connections", sum(shard -> totals(shard).rejectedConnections()))
                .field(
                        "sync_full",
                        most(shard -> shard.replication().grantedSyncs().full()))
                .field(
                        "sync_partial_ok",
                        most(shard -> shard.replication().grantedSyncs().partial()))
                .field(
                        "sync_partial_err",
                        most(shard -> shard.replication().grantedSyncs().denied()))
                .field("sync_refused", most(shard -> shard.replication().refused()))
                .field("expired_keys", sum(shard -> shard.stats().expiredKeys()))
                .decimal("expired_stale_perc", stalePercent(shards))
                .field("expired_time_cap_reached_count", sum(shard -> totals(shard)
                        .cutExpirySteps()))
                .field(
                        "expire_cycle_cpu_milliseconds",
                        sum(shard -> totals(shard).expiryMicros()) / 1_000)
                .field("evicted_keys", sum(shard -> shard.stats().evictedKeys()))
                .field("evicted_clients", sum(shard -> totals(shard).evictedClients()))
                .field("total_eviction_exceeded_time", most(shard -> totals(shard)
                        .exceededMs()))
                .field("current_eviction_exceeded_time", most(shard -> totals(shard)
                        .exceedingMs()))
                .field("keyspace_hits", sum(shard -> totals(shard).hits()))
                .field("keyspace_misses", sum(shard -> totals(shard).misses()))
                .field("client_output_limit_closed", sum(shard -> shard.stats().outputLimitClosed()))
                .field("pubsub_channels", node.topics().channelCount())
                .field("pubsub_patterns", node.topics().patternCount())
                .field("pubsubshard_channels", node.topics().shardChannels().size())
                .field("latest_fork_usec", 0)
                .field("total_forks", 0)
                .field("migrate_cached_sockets", 0)
                .field("slave_expires_tracked_keys", 0)
                .field("active_defrag_hits", 0)
                .field("active_defrag_misses", 0)
                .field("active_defrag_key_hits", 0)
                .field("active_defrag_key_misses", 0)
                .field("total_active_defrag_time", 0)
                .field("current_active_defrag_time", 0)
                .field("tracking_total_keys", tracked.keys())
                .field("tracking_total_items", tracked.items())
                .field("tracking_total_prefixes", tracked.prefixes())
                .field("unexpected_error_replies", 0)
                .field(
                        "total_error_replies",
                        sum(shard -> totals(shard).commands().errorReplies()))
                .field("dump_payload_sanitizations", sum(shard -> upkeep(shard).payloads()))
                .field("total_reads_processed", sum(shard -> totals(shard).reads()))
                .field("total_writes_processed", sum(shard -> totals(shard).writes()))
                .field("io_threaded_reads_processed", 0)
                .field("io_threaded_writes_processed", 0)
                .field("reply_buffer_shrinks", sum(shard -> upkeep(shard).replyBufferShrinks()))
                .field("reply_buffer_expands", sum(shard -> upkeep(shard).replyBufferExpands()));
    }

    private void beginStats() {
        text.section("Stats")
                .field("total_connections_received", sum(shard -> shard.stats().connectionsReceived()))
                .field("total_commands_processed", sum(shard -> shard.stats().commands()))
                .field("instantaneous_ops_per_sec", sum(shard -> shard.stats().commandsPerSecond()))
                .field("total_net_input_bytes", sum(shard -> shard.stats().inputBytes()))
                .field("total_net_output_bytes", sum(shard -> shard.stats().outputBytes()))
                .field("total_net_repl_input_bytes", sum(shard -> traffic(shard).received()))
                .field("total_net_repl_output_bytes", sum(shard -> traffic(shard)
                        .sent()))
                .decimal("instantaneous_input_kbps", sum(shard -> totals(shard).inputPerSecond()) / BYTES_PER_KB)
                .decimal("instantaneous_output_kbps", sum(shard -> totals(shard).outputPerSecond()) / BYTES_PER_KB)
                .decimal(
                        "instantaneous_input_repl_kbps",
                        sum(shard -> traffic(shard).receivedPerSecond()) / BYTES_PER_KB)
                .decimal(
                        "instantaneous_output_repl_kbps",
                        sum(shard -> traffic(shard).sentPerSecond()) / BYTES_PER_KB);
    }

    private static ReplicationServices.Traffic traffic(ShardReport shard) {
        return shard.replication().traffic();
    }

    private static UpkeepTotals upkeep(ShardReport shard) {
        return totals(shard).upkeep();
    }

    /** Of all keys with a deadline, by what each shard knows of its own. */
    static double stalePercent(List<ShardReport> shards) {
        double stale = 0;
        long all = 0;
        for (ShardReport shard : shards) {
            stale += upkeep(shard).staleShare() * shard.expiring();
            all += shard.expiring();
        }
        return all == 0 ? 0 : PERCENT * stale / all;
    }

    private static ReactorTotals totals(ShardReport shard) {
        return shard.stats().totals();
    }

    void cpu() {
        double[] seconds = ProcessFacts.processorSeconds();
        text.section("CPU")
                .field("used_cpu_sys", String.format(Locale.ROOT, "%.6f", seconds[1]))
                .field("used_cpu_user", String.format(Locale.ROOT, "%.6f", seconds[0]))
                .field("used_cpu_sys_children", "0.000000")
                .field("used_cpu_user_children", "0.000000")
                .field("used_cpu_sys_main_thread", seconds(sum(shard -> totals(shard)
                        .systemNanos())))
                .field("used_cpu_user_main_thread", seconds(sum(shard -> totals(shard)
                        .userNanos())));
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.6f", nanos / NANOS_PER_SECOND);
    }

    void modules() {
        text.section("Modules");
    }

    void commandStats() {
        text.section("Commandstats");
        for (CommandStats.Calls of : CommandTotals.of(shards).commands()) {
            double perCall = of.calls() == 0 ? 0 : (double) of.micros() / of.calls();
            text.field(
                    "cmdstat_" + of.name(),
                    "calls=" + of.calls() + ",usec=" + of.micros() + ",usec_per_call="
                            + String.format(Locale.ROOT, "%.2f", perCall) + ",rejected_calls=" + of.rejected()
                            + ",failed_calls=" + of.failed());
        }
    }

    void errorStats() {
        text.section("Errorstats");
        CommandTotals.of(shards).errors().forEach((code, count) -> text.field("errorstat_" + code, "count=" + count));
    }

    void cluster() {
        text.section("Cluster").field("cluster_enabled", 0);
    }

    void keyspace() {
        text.section("Keyspace");
        Map<Integer, List<ShardReport.Keyspace>> databases = new TreeMap<>();
        for (ShardReport shard : shards) {
            for (ShardReport.Keyspace each : shard.keyspaces()) {
                databases
                        .computeIfAbsent(each.database(), database -> new ArrayList<>())
                        .add(each);
            }
        }
        databases.forEach((database, parts) -> text.field("db" + database, keyspace(parts)));
    }

    /** Of one database. */
    private static String keyspace(List<ShardReport.Keyspace> parts) {
        long keys = parts.stream().mapToLong(ShardReport.Keyspace::keys).sum();
        long expiring = parts.stream().mapToLong(ShardReport.Keyspace::expiring).sum();
        double msToDeadlines =
                parts.stream().mapToDouble(ShardReport.Keyspace::msToDeadlines).sum();
        long mean = expiring == 0 ? 0 : Math.max(0, Math.round(msToDeadlines / expiring));
        return "keys=" + keys + ",expires=" + expiring + ",avg_ttl=" + mean;
    }

    private long sum(ToLongFunction<ShardReport> value) {
        return shards.stream().mapToLong(value).sum();
    }

    private long most(ToLongFunction<ShardReport> value) {
        return shards.stream().mapToLong(value).max().orElse(0);
    }
}
