package io.tailrace.node.admin;

import io.tailrace.node.report.NodeFacts;
import io.tailrace.node.report.Warnings;
import io.tailrace.node.watch.SlowLog;
import io.tailrace.wire.record.QueueIndex;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the page shows, as JSON; -1 stands for what is not known. Stateless. */
final class AdminStatus {
    /** INFO's fields that are numbers and are shown as they are. */
    private static final List<String> NUMBERS = List.of(
            "uptime_in_seconds",
            "process_id",
            "connected_clients",
            "maxclients",
            "blocked_clients",
            "used_memory",
            "used_memory_rss",
            "maxmemory",
            "instantaneous_ops_per_sec",
            "total_error_replies",
            "expired_keys",
            "evicted_keys",
            "keyspace_hits",
            "keyspace_misses",
            "master_repl_offset",
            "repl_backlog_size",
            "repl_backlog_histlen",
            "backlog_bytes_per_second",
            "full_syncs",
            "partial_syncs",
            "rdb_bgsave_in_progress",
            "rdb_current_bgsave_time_sec",
            "rdb_current_bgsave_perc",
            "rdb_last_save_time",
            "rdb_last_bgsave_time_sec",
            "rdb_saves",
            "rdb_changes_since_last_save",
            "log_fsync_pending_seconds",
            "reactor_longest_cycle_us");

    private static final List<String> TEXTS = List.of(
            "tailrace_version", "redis_version", "java_version", "node_id", "master_replid", "rdb_last_bgsave_status");
    private static final int SLOW_SHOWN = 16;

    private AdminStatus() {}

    /** @param slow null for who may not see it */
    static byte[] of(AdminWatch.View view, SlowLog slow, long nowEpochMs) {
        NodeFacts node = view.facts();
        Json json = new Json().open(null, '{');
        json.field("time", nowEpochMs).field("node", node.node()).field("role", node.role());
        json.field("replicaof", node.primary()).field("link", link(node)).field("lag_us", last(view.lags()));
        json.field("records_per_second", last(view.records()));
        json.field("keys", keys(node)).field("log_bytes", node.logBytes());
        json.field("seconds_to_full_sync", node.secondsToFullSync());
        TEXTS.forEach(name -> json.field(name, node.text(name)));
        NUMBERS.forEach(name -> json.field(name, node.number(name)));
        json.open("warnings", '[');
        Warnings.of(node).forEach(warning -> json.field(null, warning));
        json.close(']');
        shards(node, json);
        replicas(node, json);
        json.open("trend", '{').field("step_s", 1).numbers("commands", view.commands());
        json.numbers("records", view.records()).numbers("lag_us", view.lags()).close('}');
        if (slow != null) {
            slowLog(slow, json);
        }
        return json.close('}').bytes();
    }

    private static long last(long[] values) {
        return values.length == 0 ? -1 : values[values.length - 1];
    }

    private static String link(NodeFacts node) {
        if (!node.isReplica()) {
            return "";
        }
        return node.syncPercent() >= 0 ? "full sync " + node.syncPercent() + " %" : node.isLinkUp() ? "up" : "down";
    }

    /** Of all databases. */
    private static long keys(NodeFacts node) {
        return node.fields().entrySet().stream()
                .filter(field -> field.getKey().matches("db\\d+"))
                .mapToLong(field -> Long.parseLong(field.getValue().replaceAll("^keys=(\\d+),.*", "$1")))
                .sum();
    }

    private static void shards(NodeFacts node, Json json) {
        json.open("shards", '[');
        for (NodeFacts.Shard shard : node.shards()) {
            json.open(null, '{').field("shard", shard.number());
            json.field("position", shard.index() < 0 ? "" : QueueIndex.toString(shard.index()));
            json.field("first", shard.firstIndex() < 0 ? "" : QueueIndex.toString(shard.firstIndex()));
            json.field("segments", shard.segments()).field("log_bytes", shard.logBytes());
            json.field("chain", shard.chain()).field("cpu", node.text("shard" + shard.number() + "_cpu"));
            json.field("lag_p50_us", shard.lagP50())
                    .field("lag_p99_us", shard.lagP99())
                    .close('}');
        }
        json.close(']');
    }

    private static void replicas(NodeFacts node, Json json) {
        json.open("replicas", '[');
        for (NodeFacts.Replica replica : node.replicas()) {
            json.open(null, '{').field("address", replica.address()).field("state", replica.state());
            json.field("records", replica.offset()).field("full_sync_percent", replica.syncPercent());
            json.field("lag_us", replica.lagMicros())
                    .field("seconds_to_full_sync", replica.secondsToFullSync())
                    .close('}');
        }
        json.close(']');
    }

    private static void slowLog(SlowLog slow, Json json) {
        json.open("slow_log", '[');
        for (SlowLog.Entry entry : slow.newest(SLOW_SHOWN)) {
            json.open(null, '{').field("time", entry.seconds()).field("us", entry.micros());
            json.field("command", text(String.join(" ", entry.arguments())));
            json.field("client", entry.address())
                    .field("name", text(entry.clientName()))
                    .close('}');
        }
        json.close(']');
    }

    /** @param bytes a character a byte */
    private static String text(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
