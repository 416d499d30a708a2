package io.tailrace.node.report;

import io.tailrace.node.log.ProcessLog;
import io.tailrace.node.services.LoadStatus;
import io.tailrace.node.services.NodeServices;
import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;

/**
 * INFO's section on persistence: the log by the names of Redis's append-only file, the shards' snapshots by those of its RDB files, with
 * the values that are true of them. For one reply.
 */
public final class InfoPersistence {
    private final NodeServices node;
    private final List<ShardReport> shards;
    private final long nowMicros;
    private final InfoText text;

    InfoPersistence(NodeServices node, List<ShardReport> shards, long nowMicros, InfoText text) {
        this.node = node;
        this.shards = shards;
        this.nowMicros = nowMicros;
        this.text = text;
    }

    void write() {
        text.section("Persistence")
                .field("loading", node.loading() == null ? 0 : 1)
                .field("async_loading", 0)
                .field("current_cow_peak", 0)
                .field("current_cow_size", 0)
                .field("current_cow_size_age", 0)
                .decimal("current_fork_perc", 0);
        snapshots();
        log();
        own();
        loading();
    }

    private void snapshots() {
        text.field("current_save_keys_processed", sum(shard -> shard.saving().keysWritten()))
                .field("current_save_keys_total", sum(shard -> shard.saving().keysToWrite()))
                .field("rdb_changes_since_last_save", sum(shard -> shard.saving()
                        .effectsSince()))
                .flag("rdb_bgsave_in_progress", shards.stream().anyMatch(shard -> shard.saving()
                        .isUnderWay()))
                .field("rdb_last_save_time", lastSaveSeconds(shards))
                .field("rdb_last_bgsave_status", status(shards.stream().allMatch(shard -> shard.saving()
                        .isLastOk())))
                .field("rdb_last_bgsave_time_sec", most(shard -> shard.saving().lastSeconds()))
                .field("rdb_current_bgsave_time_sec", most(shard -> shard.saving()
                        .secondsSoFar()))
                .field("rdb_saves", least(shard -> shard.saving().count()))
                .field("rdb_last_cow_size", 0)
                // a start takes all keys over: those past their deadline go by records that replicas get, too
                .field("rdb_last_load_keys_expired", 0)
                .field(
                        "rdb_last_load_keys_loaded",
                        sum(shard -> shard.stats().totals().upkeep().keysLoaded()));
    }

    private void log() {
        text.field("aof_enabled", 1)
                .field("aof_rewrite_in_progress", 0)
                .field("aof_rewrite_scheduled", 0)
                .field("aof_last_rewrite_time_sec", -1)
                .field("aof_current_rewrite_time_sec", -1)
                .field("aof_last_bgrewrite_status", "ok")
                .field("aof_rewrites", 0)
                .field("aof_rewrites_consecutive_failures", 0)
                .field("aof_last_write_status", status(shards.stream().allMatch(shard -> shard.log()
                        .isWritable())))
                .field("aof_last_cow_size", 0)
                .field("module_fork_in_progress", 0)
                .field("module_fork_last_cow_size", 0)
                .field("aof_current_size", sum(shard -> shard.log().bytes()))
                .field("aof_base_size", 0)
                .field("aof_pending_rewrite", 0)
                .field("aof_buffer_length", 0)
                .field(
                        "aof_pending_bio_fsync",
                        shards.stream()
                                .filter(shard -> shard.log().disk().pendingSeconds() > 0)
                                .count())
                .field("aof_delayed_fsync", sum(shard -> shard.log().disk().delayed()));
    }

    private void own() {
        text.field("rdb_current_bgsave_perc", percentSaved())
                .field("log_lines_dropped", ProcessLog.droppedLines())
                .field("log_fsync_pending_seconds", most(shard ->
                        (long) shard.log().disk().pendingSeconds()))
                .field(
                        "log_fsync_error",
                        shards.stream()
                                .map(shard -> shard.log().disk().failure())
                                .filter(Objects::nonNull)
                                .findFirst()
                                .orElse(""));
    }

    private void loading() {
        LoadStatus loading = node.loading();
        if (loading != null) {
            text.field("loading_start_time", loading.startEpochMs() / 1_000)
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

    /** Of the snapshot that is the least far, or -1 while there is none. */
    private int percentSaved() {
        return shards.stream()
                .mapToInt(shard -> shard.saving().percentSoFar())
                .filter(percent -> percent >= 0)
                .min()
                .orElse(-1);
    }

    private long sum(ToLongFunction<ShardReport> value) {
        return shards.stream().mapToLong(value).sum();
    }

    private long most(ToLongFunction<ShardReport> value) {
        return shards.stream().mapToLong(value).max().orElse(0);
    }

    private long least(ToLongFunction<ShardReport> value) {
        return shards.stream().mapToLong(value).min().orElse(0);
    }
}
