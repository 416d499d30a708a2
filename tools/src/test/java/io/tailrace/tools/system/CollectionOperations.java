package io.tailrace.tools.system;

import static io.tailrace.tools.system.Operation.ANY;
import static io.tailrace.tools.system.Operation.change;

import io.tailrace.tools.demo.ValueImage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The part of one client's load that is on hashes, lists, sets, sorted sets and streams. Of each type there are some keys that stay
 * small and one that is large; what they must hold is known as their {@link ValueImage}.
 */
final class CollectionOperations {
    private static final int SMALL_KEYS = 20;
    private static final int SMALL = 12;
    private static final int LARGE = 400;
    private static final String SCRIPT =
            "redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) redis.call('SADD', KEYS[2], ARGV[1])"
                    + " return redis.call('RPUSH', KEYS[3], ARGV[2])";
    private static final byte[] ZERO_ID = bytes("0-0");

    private final String tag;
    private final Random random;
    private final Function<String, byte[]> held;
    private long entries;

    /** @param held what the client's keys hold, as images; null for nothing */
    CollectionOperations(String tag, Random random, Function<String, byte[]> held) {
        this.tag = tag;
        this.random = random;
        this.held = held;
    }

    Operation next() {
        int which = random.nextInt(SMALL_KEYS + 5);
        boolean isLarge = which >= SMALL_KEYS;
        String name = isLarge ? "large" : Integer.toString(which);
        int names = isLarge ? LARGE : SMALL;
        return switch (random.nextInt(12)) {
            case 0, 1 -> hash(tag + "h:" + name, names);
            case 2, 3 -> list(tag + "q:" + name, names);
            case 4, 5 -> set(tag + "m:" + name, names);
            case 6, 7 -> sortedSet(tag + "z:" + name, names);
            case 8, 9 -> stream(tag + "x:" + name, isLarge ? LARGE / 4 : SMALL);
            case 10 -> script(name, names);
            default -> move(tag + List.of("h:", "q:", "m:", "z:", "x:").get(random.nextInt(5)));
        };
    }

    private byte[] name(int names) {
        return bytes("name" + random.nextInt(names));
    }

    private byte[] value() {
        byte[] value = new byte[random.nextInt(40) == 0 ? random.nextInt(2_000) : 1 + random.nextInt(60)];
        random.nextBytes(value);
        return value;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<byte[]> parts(String key) {
        return ValueImage.parts(held.apply(key));
    }

    private TreeMap<byte[], byte[]> fields(String key) {
        TreeMap<byte[], byte[]> fields = new TreeMap<>(Arrays::compareUnsigned);
        List<byte[]> parts = parts(key);
        for (int i = 0; i < parts.size(); i += 2) {
            fields.put(parts.get(i), parts.get(i + 1));
        }
        return fields;
    }

    private Operation hash(String key, int names) {
        TreeMap<byte[], byte[]> fields = fields(key);
        if (random.nextInt(3) == 0) {
            byte[] one = name(names);
            byte[] other = name(names);
            fields.remove(one);
            fields.remove(other);
            return Operation.of(ANY, change(key, ValueImage.hash(fields)), "HDEL", key, one, other);
        }
        byte[] one = name(names);
        byte[] value = value();
        boolean isNew = fields.put(one, value) == null;
        return Operation.of(isNew ? 1L : 0L, change(key, ValueImage.hash(fields)), "HSET", key, one, value);
    }

    private Operation list(String key, int names) {
        List<byte[]> items = parts(key);
        if (items.size() > names || !items.isEmpty() && random.nextInt(3) == 0) {
            int count = Math.min(items.size(), 1 + random.nextInt(Math.max(1, names / 4)));
            boolean isLeft = random.nextBoolean();
            List<byte[]> kept = isLeft ? items.subList(count, items.size()) : items.subList(0, items.size() - count);
            return random.nextBoolean()
                    ? Operation.of(ANY, listed(key, kept), isLeft ? "LPOP" : "RPOP", key, count)
                    : Operation.of("OK", listed(key, kept), "LTRIM", key, isLeft ? count : 0, isLeft ? -1 : -1 - count);
        }
        byte[] value = value();
        if (!items.isEmpty() && random.nextInt(4) == 0) {
            int at = random.nextInt(items.size());
            items.set(at, value);
            return Operation.of("OK", listed(key, items), "LSET", key, at, value);
        }
        boolean isLeft = random.nextBoolean();
        items.add(isLeft ? 0 : items.size(), value);
        return Operation.of((long) items.size(), listed(key, items), isLeft ? "LPUSH" : "RPUSH", key, value);
    }

    private static Map<String, byte[]> listed(String key, List<byte[]> items) {
        return change(key, ValueImage.collection('l', items));
    }

    private Operation set(String key, int names) {
        TreeSet<byte[]> members = new TreeSet<>(Arrays::compareUnsigned);
        members.addAll(parts(key));
        byte[] one = name(names);
        boolean isChanged;
        boolean isAdded = random.nextInt(5) < 3;
        isChanged = isAdded ? members.add(one) : members.remove(one);
        return Operation.of(
                isChanged ? 1L : 0L,
                change(key, ValueImage.collection('s', members)),
                isAdded ? "SADD" : "SREM",
                key,
                one);
    }

    private Operation sortedSet(String key, int names) {
        TreeMap<byte[], byte[]> scores = fields(key);
        byte[] one = name(names);
        if (random.nextInt(3) == 0) {
            boolean isThere = scores.remove(one) != null;
            return Operation.of(isThere ? 1L : 0L, scored(key, scores), "ZREM", key, one);
        }
        byte[] score = bytes(Integer.toString(random.nextInt(100) - 50));
        boolean isNew = scores.put(one, score) == null;
        return Operation.of(isNew ? 1L : 0L, scored(key, scores), "ZADD", key, score, one);
    }

    private static Map<String, byte[]> scored(String key, TreeMap<byte[], byte[]> scores) {
        List<byte[]> ordered = new ArrayList<>();
        scores.entrySet().stream()
                .sorted((one, other) -> {
                    int byScore = Integer.compare(number(one.getValue()), number(other.getValue()));
                    return byScore != 0 ? byScore : Arrays.compareUnsigned(one.getKey(), other.getKey());
                })
                .forEach(each -> Collections.addAll(ordered, each.getKey(), each.getValue()));
        return change(key, ValueImage.collection('z', ordered));
    }

    private static int number(byte[] text) {
        return Integer.parseInt(new String(text, StandardCharsets.US_ASCII));
    }

    /** A stream without groups: entries, last ID, entries added, greatest deleted ID. */
    private Operation stream(String key, int most) {
        List<byte[]> parts = parts(key);
        int count = Math.max(0, parts.size() - 3) / 4;
        List<byte[]> tail = count == 0 && parts.isEmpty()
                ? new ArrayList<>(List.of(ZERO_ID, bytes("0"), ZERO_ID))
                : new ArrayList<>(parts.subList(4 * count, parts.size()));
        List<byte[]> kept = new ArrayList<>(parts.subList(0, 4 * count));
        if (count > 0 && random.nextInt(4) == 0) {
            int at = 4 * random.nextInt(count);
            byte[] id = kept.get(at);
            kept.subList(at, at + 4).clear();
            tail.set(2, later(id, tail.get(2)));
            return Operation.of(1L, streamed(key, kept, tail), "XDEL", key, id);
        }
        if (count > most) {
            int left = random.nextInt(most);
            kept.subList(0, 4 * (count - left)).clear();
            return Operation.of((long) count - left, streamed(key, kept, tail), "XTRIM", key, "MAXLEN", left);
        }
        byte[] value = value();
        byte[] id = bytes(Math.max(++entries, millis(tail.get(0)) + 1) + "-1");
        Collections.addAll(kept, id, bytes("2"), bytes("field"), value);
        tail.set(0, id);
        tail.set(1, bytes(Integer.toString(number(tail.get(1)) + 1)));
        return Operation.of(id, streamed(key, kept, tail), "XADD", key, id, "field", value);
    }

    private static Map<String, byte[]> streamed(String key, List<byte[]> kept, List<byte[]> tail) {
        kept.addAll(tail);
        return change(key, ValueImage.collection('x', kept));
    }

    private static long millis(byte[] id) {
        String text = new String(id, StandardCharsets.US_ASCII);
        return Long.parseLong(text.substring(0, text.indexOf('-')));
    }

    private static byte[] later(byte[] one, byte[] other) {
        return millis(one) > millis(other) ? one : other;
    }

    /** Three keys in one record. */
    private Operation script(String name, int names) {
        String hash = tag + "h:" + name;
        String set = tag + "m:" + name;
        String list = tag + "q:" + name;
        byte[] field = name(names);
        byte[] value = value();
        TreeMap<byte[], byte[]> fields = fields(hash);
        fields.put(field, value);
        TreeSet<byte[]> members = new TreeSet<>(Arrays::compareUnsigned);
        members.addAll(parts(set));
        members.add(field);
        List<byte[]> items = parts(list);
        items.add(value);
        Map<String, byte[]> changes = change(hash, ValueImage.hash(fields));
        changes.put(set, ValueImage.collection('s', members));
        changes.putAll(listed(list, items));
        return Operation.of((long) items.size(), changes, "EVAL", SCRIPT, 3, hash, set, list, field, value);
    }

    /** A collection to another key, or away; a large one is moved where it is. */
    private Operation move(String keys) {
        String from = keys + (random.nextInt(3) == 0 ? "large" : "" + random.nextInt(SMALL_KEYS));
        String to = keys + random.nextInt(SMALL_KEYS);
        byte[] value = held.apply(from);
        if (value == null || from.equals(to) || random.nextInt(3) == 0) {
            return Operation.of(value == null ? 0L : 1L, change(from, null), "UNLINK", from);
        }
        Map<String, byte[]> changes = change(to, value);
        if (random.nextBoolean()) {
            return Operation.of(1L, changes, "COPY", from, to, "REPLACE");
        }
        changes.put(from, null);
        return Operation.of("OK", changes, "RENAME", from, to);
    }
}
