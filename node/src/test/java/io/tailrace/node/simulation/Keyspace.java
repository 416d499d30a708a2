package io.tailrace.node.simulation;

import io.tailrace.wire.memory.Memory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The state that a log's records lead to, computed a second time and in another way than the node does. */
final class Keyspace {
    /**
     * @param bytes of a string
     * @param elements null for a string
     * @param deadline epoch milliseconds, 0 for none
     */
    record Value(byte[] bytes, Elements elements, long deadline) {
        private static final byte[] NO_STRING = {};

        static Value of(byte[] bytes, long deadline) {
            return new Value(bytes, null, deadline);
        }

        static Value of(Elements elements, long deadline) {
            return new Value(NO_STRING, elements, deadline);
        }

        boolean isString(long address, int length, long otherDeadline) {
            return elements == null && deadline == otherDeadline && Memory.equals(address, length, bytes);
        }

        private Value until(long otherDeadline) {
            return new Value(bytes, elements, otherDeadline);
        }

        String text() {
            String until = deadline == 0 ? "" : ", until " + deadline;
            if (elements != null) {
                return elements.type() + " " + elements.text() + until;
            }
            String text = new String(bytes, 0, Math.min(bytes.length, 20), StandardCharsets.ISO_8859_1);
            return "'" + text + "' (" + bytes.length + " bytes" + until + ")";
        }
    }

    /** By the number of the database, a colon and the key. */
    private TreeMap<String, Value> values = new TreeMap<>();

    /** Of the effects of a record: the one of its last SELECT. */
    private String database = "0";

    /** The state at a record. */
    static Keyspace at(LoggedRecord last) {
        ArrayDeque<LoggedRecord> path = new ArrayDeque<>();
        for (LoggedRecord each = last; each != null; each = each.before()) {
            path.push(each);
        }
        Keyspace state = new Keyspace();
        path.forEach(state::apply);
        return state;
    }

    Value get(int ofDatabase, String key) {
        return values.get(ofDatabase + ":" + key);
    }

    private String name(byte[] key) {
        return database + ":" + text(key);
    }

    int size() {
        return values.size();
    }

    TreeMap<String, Value> values() {
        return values;
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    static long number(byte[] bytes) {
        return Long.parseLong(text(bytes));
    }

    void apply(LoggedRecord record) {
        database = "0";
        for (byte[][] effect : record.effects()) {
            apply(effect);
        }
    }

    private void apply(byte[][] effect) {
        switch (text(effect[0])) {
            case "ECHO":
                break;
            case "SELECT":
                database = text(effect[1]);
                break;
            case "SWAPDB":
                swap(text(effect[1]) + ":", text(effect[2]) + ":");
                break;
            case "FLUSHDB":
                values.keySet().removeIf(name -> name.startsWith(database + ":"));
                break;
            case "SET":
                values.put(name(effect[1]), Value.of(effect[2], effect.length == 5 ? number(effect[4]) : 0));
                break;
            case "DEL":
                values.remove(name(effect[1]));
                break;
            case "RENAME":
                values.put(name(effect[2]), values.remove(name(effect[1])));
                break;
            case "COPY":
                String target = effect.length == 6 ? text(effect[4]) : database;
                values.put(target + ":" + text(effect[2]), values.get(name(effect[1])));
                break;
            case "APPEND":
                writeAt(effect[1], -1, effect[2]);
                break;
            case "SETRANGE":
                writeAt(effect[1], (int) number(effect[2]), effect[3]);
                break;
            case "PEXPIREAT":
                values.computeIfPresent(name(effect[1]), (key, old) -> old.until(number(effect[2])));
                break;
            case "PERSIST":
                values.computeIfPresent(name(effect[1]), (key, old) -> old.until(0));
                break;
            case "FLUSHALL":
                values.clear();
                break;
            default:
                applyToElements(effect);
        }
    }

    private void applyToElements(byte[][] effect) {
        List<String> words = Stream.of(effect).map(Keyspace::text).toList();
        String command = words.get(0);
        String name = database + ":" + words.get(command.equals("XGROUP") ? 2 : 1);
        Value old = values.get(name);
        Elements before = old == null ? Elements.empty(command) : old.elements;
        Elements now = before.after(command, StreamElements.withoutKey(command, words));
        if (now.isGone()) {
            values.remove(name);
        } else {
            values.put(name, Value.of(now, old == null ? 0 : old.deadline));
        }
    }

    private void swap(String one, String other) {
        TreeMap<String, Value> swapped = new TreeMap<>();
        values.forEach((name, value) -> {
            String rest = name.substring(name.indexOf(':') + 1);
            swapped.put(name.startsWith(one) ? other + rest : name.startsWith(other) ? one + rest : name, value);
        });
        values = swapped;
    }

    private void writeAt(byte[] key, int offset, byte[] bytes) {
        Value old = values.getOrDefault(name(key), Value.of(Value.NO_STRING, 0));
        int at = offset < 0 ? old.bytes.length : offset;
        byte[] target = Arrays.copyOf(old.bytes, Math.max(old.bytes.length, at + bytes.length));
        System.arraycopy(bytes, 0, target, at, bytes.length);
        values.put(name(key), Value.of(target, old.deadline));
    }
}
