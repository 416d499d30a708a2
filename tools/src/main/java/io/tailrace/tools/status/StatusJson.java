package io.tailrace.tools.status;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tailrace.node.report.NodeFacts;
import io.tailrace.node.report.Trend;
import io.tailrace.node.report.Warnings;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;

/** Nodes as one object; -1 stands for what is not known. Stateless. */
final class StatusJson {
    private StatusJson() {}

    static String of(List<NodeFacts> nodes, List<Trend> trends) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactoryBuilder().build().createGenerator(text)) {
            json.writeStartObject();
            json.writeArrayFieldStart("nodes");
            for (int i = 0; i < nodes.size(); i++) {
                node(nodes.get(i), trends.get(i), json);
            }
            json.writeEndArray();
            texts("warnings", Warnings.ofAll(nodes), json);
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void texts(String name, List<String> texts, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart(name);
        for (String each : texts) {
            json.writeString(each);
        }
        json.writeEndArray();
    }

    private static void node(NodeFacts node, Trend trend, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("node", node.node());
        json.writeStringField("problem", node.problem());
        json.writeStringField("role", node.role());
        json.writeStringField("replicaof", node.primary());
        json.writeStringField("history", node.text("master_replid"));
        json.writeBooleanField("link_up", node.isLinkUp());
        json.writeNumberField("records", node.number("master_repl_offset"));
        json.writeNumberField("records_per_second", trend.rate());
        json.writeNumberField("commands_per_second", node.number("instantaneous_ops_per_sec"));
        json.writeNumberField("lag_us", trend.lag());
        json.writeNumberField("full_sync_percent", node.syncPercent());
        json.writeNumberField("snapshot_seconds", node.number("rdb_current_bgsave_time_sec"));
        json.writeNumberField("snapshot_percent", node.number("rdb_current_bgsave_perc"));
        json.writeNumberField("seconds_to_full_sync", node.secondsToFullSync());
        json.writeNumberField("longest_cycle_us", node.number("reactor_longest_cycle_us"));
        json.writeNumberField("used_memory", node.number("used_memory"));
        json.writeArrayFieldStart("shards");
        for (NodeFacts.Shard shard : node.shards()) {
            json.writeStartObject();
            json.writeNumberField("shard", shard.number());
            json.writeStringField("history", shard.history());
            json.writeNumberField("records", shard.records());
            json.writeNumberField("records_per_second", trend.rate(shard.number()));
            json.writeNumberField("index", shard.index());
            json.writeStringField("position", QueueIndex.toString(shard.index()));
            json.writeNumberField("first_index", shard.firstIndex());
            json.writeNumberField("segments", shard.segments());
            json.writeNumberField("log_bytes", shard.logBytes());
            json.writeStringField("chain", shard.chain());
            json.writeNumberField("lag_p50_us", shard.lagP50());
            json.writeNumberField("lag_p99_us", shard.lagP99());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("replicas");
        for (NodeFacts.Replica replica : node.replicas()) {
            json.writeStartObject();
            json.writeStringField("address", replica.address());
            json.writeStringField("state", replica.state());
            json.writeNumberField("records", replica.offset());
            json.writeNumberField("full_sync_percent", replica.syncPercent());
            json.writeNumberField("lag_us", replica.lagMicros());
            json.writeNumberField("seconds_to_full_sync", replica.secondsToFullSync());
            json.writeEndObject();
        }
        json.writeEndArray();
        away(node, json);
        texts("warnings", Warnings.of(node), json);
        json.writeEndObject();
    }

    /** Who is not there, and what the log is kept for. */
    private static void away(NodeFacts node, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("away_replicas");
        for (NodeFacts.AwayReplica replica : node.awayReplicas()) {
            json.writeStartObject();
            json.writeStringField("node_id", replica.id());
            json.writeNumberField("held_seconds", replica.heldSeconds());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("feeds");
        for (NodeFacts.Feed feed : node.feeds()) {
            json.writeStartObject();
            json.writeStringField("slot", feed.slot());
            json.writeStringField("state", feed.state());
            json.writeNumberField("behind_records", feed.behindRecords());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
