package io.tailrace.tools.info;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tailrace.node.repair.TornTail;
import io.tailrace.node.shard.History;
import io.tailrace.snapshot.SnapshotFile;
import io.tailrace.tools.output.TimeText;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Locale;

/** One object; what is not known is null. */
public final class InfoJson {
    private final TimeText times = new TimeText();

    /** Prints one object with everything that is known of a data directory. */
    public void print(DirectoryInfo info, PrintWriter out) throws IOException {
        StringWriter line = new StringWriter();
        try (JsonGenerator json = new JsonFactoryBuilder().build().createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField("directory", info.directory().toString());
            json.writeStringField("node", info.nodeId());
            json.writeStringField(
                    "role", info.primary() == null ? null : info.primary().isEmpty() ? "primary" : "replica");
            json.writeStringField("replicaof", info.primary());
            if (info.pid() == null) {
                json.writeNullField("running");
            } else {
                json.writeBooleanField("running", info.pid() != RunningNode.NONE);
            }
            json.writeNumberField("pid", info.pid() == null ? 0 : Math.max(0, info.pid()));
            json.writeStringField(
                    "last_run",
                    info.lastStop() == null
                            ? null
                            : info.lastStop().run().name().toLowerCase(Locale.ROOT));
            json.writeStringField(
                    "last_run_time",
                    info.lastStop() == null || info.lastStop().isNone()
                            ? null
                            : times.of(info.lastStop().micros()));
            json.writeStringField("problem", info.refusal());
            json.writeArrayFieldStart("shards");
            for (ShardFacts shard : info.shards()) {
                write(shard, json);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("torn");
            for (TornTail torn : info.torn()) {
                json.writeStartObject();
                json.writeNumberField("shard", torn.shard());
                index("kept_up_to", torn.keptUpTo(), json);
                index("end", torn.end(), json);
                json.writeStringField("reason", torn.reason());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        out.println(line);
        out.flush();
    }

    private void write(ShardFacts shard, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("shard", shard.shard());
        json.writeStringField(
                "directory",
                shard.generation() == null ? null : shard.generation().toString());
        json.writeStringField("problem", shard.problem());
        if (shard.lineage() != null) {
            json.writeNumberField("records", shard.lineage().records());
            index("first", shard.lineage().firstIndex(), json);
            index("last", shard.lineage().lastIndex(), json);
            json.writeStringField("last_time", times.of(shard.lineage().lastMicros()));
            json.writeStringField("chain", HexText.of(shard.lineage().lastChain()));
            json.writeNumberField("redo_records", shard.redo());
            json.writeBooleanField("in_order", shard.isInOrder());
        }
        json.writeArrayFieldStart("histories");
        for (int i = 0; shard.lineage() != null && i < shard.lineage().terms().size(); i++) {
            History.Term term = shard.lineage().terms().get(i);
            json.writeStartObject();
            json.writeStringField("id", term.id());
            json.writeNumberField("term", term.term());
            index("first", term.firstIndex(), json);
            json.writeNumberField("records", shard.lineage().records(i));
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("segments");
        for (int i = 0; i < shard.segments().size(); i++) {
            ShardFacts.Segment segment = shard.segments().get(i);
            json.writeStartObject();
            json.writeStringField("file", segment.file().toString());
            index("first", segment.index(), json);
            json.writeNumberField("records", shard.records(i));
            json.writeNumberField("bytes", segment.bytes());
            json.writeStringField("time", times.of(segment.openedMicros()));
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("snapshots");
        for (SnapshotFile snapshot : shard.snapshots()) {
            write(snapshot, json);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("kept");
        for (Path kept : shard.kept()) {
            json.writeString(kept.toString());
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void write(SnapshotFile snapshot, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("file", snapshot.path().toString());
        index("begin", snapshot.beginIndex(), json);
        if (snapshot.isValid()) {
            index("end", snapshot.trailer().endIndex(), json);
            json.writeNumberField("keys", snapshot.trailer().entryCount());
            json.writeNumberField("bytes", snapshot.trailer().fileLength());
            json.writeStringField("created", times.of(snapshot.header().createdMicros()));
        }
        json.writeStringField("problem", snapshot.problem());
        json.writeEndObject();
    }

    private static void index(String name, long index, JsonGenerator json) throws IOException {
        json.writeNumberField(name + "_index", index);
        json.writeStringField(name, QueueIndex.toString(index));
    }
}
