package io.tailrace.tools.feed;

import io.tailrace.node.feed.FeedGap;
import io.tailrace.node.feed.HistoryChange;
import io.tailrace.tools.output.ByteOutput;
import io.tailrace.tools.output.JsonText;
import io.tailrace.tools.output.TimeText;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.ShardIndexes;
import io.tailrace.wire.resp.Arguments;
import java.io.IOException;
import java.util.Locale;

/**
 * One object per line. {@code type} is {@code change}, {@code gap} or {@code history}; bytes that are no UTF-8 are {@code
 * {"base64":".."}}.
 */
final class JsonFeed implements FeedFormat {
    private final ByteOutput out;
    private final JsonText json;
    private final TimeText times = new TimeText();

    JsonFeed(ByteOutput out) {
        this.out = out;
        json = new JsonText(out);
    }

    private void begin(String type, int shard) throws IOException {
        json.name("type", true);
        json.string(type);
        json.name("shard", false);
        out.number(shard);
    }

    private void index(String name, long index) throws IOException {
        json.name(name, false);
        json.string(index == QueueIndex.NONE ? null : QueueIndex.toString(index));
    }

    private void text(String name, String value) throws IOException {
        json.name(name, false);
        json.string(value);
    }

    @Override
    public void change(ChangeView change, String token) throws IOException {
        begin("change", change.shard());
        index("position", change.index());
        out.ascii(",\"time\":\"");
        times.write(change.commitMicros(), out);
        out.write('"');
        text("token", token);
        json.name("effects", false);
        boolean isFirst = true;
        while (change.next()) {
            out.write(isFirst ? '[' : ',');
            isFirst = false;
            effect(change);
        }
        out.ascii(isFirst ? "[]" : "]");
        if (!change.parts().isEmpty()) {
            parts(change.parts());
        }
        out.ascii("}\n");
    }

    private void effect(ChangeView change) throws IOException {
        json.name("database", true);
        out.number(change.database());
        text("command", change.effect().name());
        Arguments arguments = change.arguments();
        int key = change.effect().key();
        if (key > 0) {
            json.name("key", false);
            json.bytes(arguments.address(key), arguments.length(key));
        }
        json.name("arguments", false);
        out.write('[');
        for (int i = 1; i < arguments.count(); i++) {
            if (i > 1) {
                out.write(',');
            }
            json.bytes(arguments.address(i), arguments.length(i));
        }
        out.ascii("]}");
    }

    private void parts(ShardIndexes parts) throws IOException {
        json.name("parts", false);
        for (int i = 0; i < parts.count(); i++) {
            out.ascii(i == 0 ? "[" : ",");
            json.name("shard", true);
            out.number(parts.shard(i));
            index("position", parts.index(i));
            out.write('}');
        }
        out.write(']');
    }

    @Override
    public void heldBack(int shard, long index) throws IOException {
        begin("held_back", shard);
        index("position", index);
        out.ascii("}\n");
    }

    @Override
    public void gap(int shard, FeedGap gap) throws IOException {
        begin("gap", shard);
        index("after", gap.after());
        index("last_missing", gap.lastMissing());
        index("next", gap.next());
        out.ascii("}\n");
    }

    @Override
    public void history(int shard, HistoryChange change) throws IOException {
        begin("history", shard);
        text("kind", change.kind().name().toLowerCase(Locale.ROOT));
        text("before", change.before());
        text("now", change.now());
        index("read_up_to", change.readUpTo());
        index("common", change.common());
        out.ascii("}\n");
    }
}
