package io.tailrace.tools.verify;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tailrace.node.shard.KeySlot;
import io.tailrace.node.store.DatabasePlaces;
import io.tailrace.tools.output.QuotedText;
import io.tailrace.tools.verify.NodeDigests.Keys;
import io.tailrace.tools.verify.NodeDigests.Name;
import io.tailrace.tools.verify.NodeDigests.State;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a comparison finds: told line by line as it is found, or as one object at the end. One thread. */
public final class VerifyReport {
    private static final int SHOWN_UNSETTLED = 10;

    private record Difference(int shard, int database, Name key, int slot, List<String> states) {}

    private final PrintWriter out;
    private final boolean isJson;
    private final long limit;
    private final List<LogComparison.Outcome> logs = new ArrayList<>();
    private final List<Difference> shown = new ArrayList<>();
    private final List<String> states = new ArrayList<>();
    private final List<String> unsettledStates = new ArrayList<>();
    private final List<Name> unsettledKeys = new ArrayList<>();
    private DatabasePlaces places = new DatabasePlaces();
    private long different;
    private long unsettled;
    private long compared;

    /** @param limit how many keys are named at most */
    public VerifyReport(PrintWriter out, boolean isJson, long limit) {
        this.out = out;
        this.isJson = isJson;
        this.limit = limit;
    }

    /** Whether everything that was compared is the same. */
    public boolean isSame() {
        return different == 0 && states.isEmpty() && logs.stream().allMatch(log -> log.difference() == null);
    }

    private void line(String text) {
        if (!isJson) {
            out.println(text);
            out.flush();
        }
    }

    void log(int shard, LogComparison.Outcome log) {
        logs.add(log);
        line("shard " + shard + ": "
                + (log.difference() == null
                        ? "the logs are the same up to " + QueueIndex.toString(log.index()) + ", chain " + log.chain()
                        : log.difference()));
    }

    /** Tells which database is in which place, from here on. */
    void databases(String swapped) {
        places = new DatabasePlaces();
        places.arrange(swapped);
    }

    void stateDifferent(int shard, String what) {
        states.add("shard " + shard + ": the " + what + " differ");
        line(states.get(states.size() - 1));
    }

    void stateUnsettled(int shard, String what) {
        unsettledStates.add("shard " + shard + ": the " + what + " change too often to be compared");
        line(unsettledStates.get(unsettledStates.size() - 1));
    }

    void keys(int shard, long count) {
        compared += count;
        line(String.format(Locale.ROOT, "shard %d: %,d keys compared", shard, count));
    }

    void different(int shard, Name key, List<Keys> seen, List<NodeDigests> nodes) {
        if (++different > limit) {
            return;
        }
        List<String> each = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            State state = seen.get(i).states().get(key);
            each.add(nodes.get(i).node() + " at "
                    + QueueIndex.toString(seen.get(i).index()) + " has "
                    + (state == null
                            ? "none"
                            : "what " + QueueIndex.toString(state.version()) + " wrote, digest " + state.digest()));
        }
        Difference difference = new Difference(shard, places.databaseAt(key.place()), key, slot(key), each);
        shown.add(difference);
        line("shard " + shard + ": database " + difference.database() + " slot " + difference.slot() + " key "
                + quoted(key) + " differs: " + String.join("; ", each));
    }

    void unsettled(int shard, Name key) {
        if (++unsettled <= SHOWN_UNSETTLED) {
            unsettledKeys.add(key);
            line("shard " + shard + ": key " + quoted(key) + " changes too often to be compared");
        }
    }

    private static int slot(Name key) {
        byte[] bytes = key.bytes();
        try (NativeBuffer copy = new NativeBuffer(Math.max(1, bytes.length))) {
            Memory.copyIn(bytes, 0, copy.address(), bytes.length);
            return KeySlot.slotOf(copy.address(), bytes.length);
        }
    }

    private static String quoted(Name key) {
        return QuotedText.of(key.bytes());
    }

    /** Sums up. */
    public void end() throws IOException {
        if (isJson) {
            json();
            return;
        }
        String rest = (different > limit ? ", of which " + limit + " are named" : "")
                + (unsettled > 0 ? "; " + unsettled + " keys changed too often to be compared" : "");
        line(String.format(
                Locale.ROOT,
                "%s: %,d keys compared, %,d differ%s",
                isSame() ? "good" : "NOT the same",
                compared,
                different,
                rest));
    }

    private void json() throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactoryBuilder().build().createGenerator(text)) {
            json.writeStartObject();
            json.writeBooleanField("same", isSame());
            json.writeNumberField("keys", compared);
            json.writeNumberField("different", different);
            json.writeNumberField("unsettled", unsettled);
            json.writeArrayFieldStart("logs");
            for (LogComparison.Outcome log : logs) {
                json.writeStartObject();
                json.writeStringField("last", QueueIndex.toString(log.index()));
                json.writeStringField("chain", log.chain());
                json.writeStringField("difference", log.difference());
                json.writeEndObject();
            }
            json.writeEndArray();
            texts("states", states, json);
            texts("unsettled_states", unsettledStates, json);
            json.writeArrayFieldStart("different_keys");
            for (Difference each : shown) {
                json.writeStartObject();
                json.writeNumberField("shard", each.shard());
                json.writeNumberField("database", each.database());
                json.writeNumberField("slot", each.slot());
                json.writeStringField("key", quoted(each.key()));
                json.writeArrayFieldStart("nodes");
                for (String state : each.states()) {
                    json.writeString(state);
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("unsettled_keys");
            for (Name each : unsettledKeys) {
                json.writeString(quoted(each));
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        out.println(text);
        out.flush();
    }

    private static void texts(String name, List<String> texts, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart(name);
        for (String each : texts) {
            json.writeString(each);
        }
        json.writeEndArray();
    }
}
