package io.tailrace.tools.history;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tailrace.node.shard.History;
import io.tailrace.tools.output.TimeText;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;

/** An object for each history and line; what is not known is null. */
final class LineageJson {
    private final TimeText times = new TimeText();

    void print(Lineage lineage, PrintStream out) throws IOException {
        for (int i = 0; i < lineage.terms().size(); i++) {
            StringWriter line = new StringWriter();
            try (JsonGenerator json = new JsonFactoryBuilder().build().createGenerator(line)) {
                write(lineage, i, json);
            }
            out.println(line);
        }
    }

    private void write(Lineage lineage, int n, JsonGenerator json) throws IOException {
        History.Term term = lineage.terms().get(n);
        boolean isCurrent = n == lineage.terms().size() - 1;
        json.writeStartObject();
        json.writeNumberField("shard", lineage.opening().shard());
        json.writeNumberField("shards", lineage.opening().shardCount());
        json.writeNumberField("term", term.term());
        json.writeStringField("history", term.id());
        json.writeBooleanField("current", isCurrent);
        index("first", term.firstIndex(), json);
        json.writeStringField("began", term.beganMicros() == 0 ? null : times.of(term.beganMicros()));
        json.writeNumberField("records_before", term.recordsBefore());
        json.writeNumberField("records", lineage.records(n));
        index("previous", term.previousIndex(), json);
        json.writeStringField("previous_chain", HexText.of(term.previousChain()));
        if (isCurrent) {
            index("last", lineage.lastIndex(), json);
            json.writeStringField("last_chain", HexText.of(lineage.lastChain()));
            json.writeStringField("last_time", times.of(lineage.lastMicros()));
        }
        json.writeEndObject();
    }

    private static void index(String name, long index, JsonGenerator json) throws IOException {
        if (index == QueueIndex.NONE) {
            json.writeNullField(name + "_index");
            json.writeNullField(name);
        } else {
            json.writeNumberField(name + "_index", index);
            json.writeStringField(name, QueueIndex.toString(index));
        }
    }
}
