package io.tailrace.tools.system;

import static io.tailrace.tools.system.Operation.ANY;
import static io.tailrace.tools.system.Operation.change;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Makes one client's mixed load: most of it on keys of its own (all of one shard), of which it always knows what they
 * must hold, a third on collections; some on keys that all clients write to, and on keys that expire soon.
 */
final class OperationGenerator {
    /** A pattern for the keys that vanish by themselves within a second. */
    static final String SOON_EXPIRED = "shared:soon:*";

    private static final int OWN_STRINGS = 1_000;
    private static final int OWN_COUNTERS = 100;
    private static final int SHARED_KEYS = 500;
    private static final int OWN_LARGE = 10;
    private static final int LARGE = 60_000;
    private static final int LARGE_EVERY = 300;
    private static final int MAX_GROWN = 4_000;
    private static final String FAR_SECONDS = "100000";

    private final String tag;
    private final Random random;
    private final CollectionOperations collections;
    private Map<String, byte[]> model = new HashMap<>();

    /** The client's name is the tag of its keys; no other may have had it. */
    OperationGenerator(String client, long seed) {
        tag = "{" + client + "}:";
        random = new Random(seed + client.hashCode());
        collections = new CollectionOperations(tag, random, key -> model.get(key));
    }

    String tag() {
        return tag;
    }

    /** Continues from what the keys really hold. */
    void restart(Map<String, byte[]> actual) {
        model = new HashMap<>(actual);
    }

    Operation next() {
        Operation next = generate();
        next.applyTo(model);
        return next;
    }

    private Operation generate() {
        if (random.nextInt(LARGE_EVERY) == 0) {
            return setLarge();
        }
        if (random.nextInt(3) == 0) {
            return collections.next();
        }
        return switch (random.nextInt(22)) {
            case 0, 1, 2, 3, 4 -> set();
            case 5 -> setWithDeadline();
            case 6 -> del();
            case 7, 8 -> incr();
            case 9, 10 -> append();
            case 11 -> setRange();
            case 12 -> expire();
            case 13 -> persist();
            case 14 -> mset();
            case 15 -> multi();
            case 16 -> rename();
            case 17 -> getDel();
            case 18 -> Operation.unchecked("SET", shared("s"), value());
            case 19 -> Operation.unchecked("INCR", shared("n"));
            case 20 -> Operation.unchecked("DEL", shared("s"), shared("n"));
            default -> Operation.unchecked("SET", shared("soon"), value(), "PX", 20 + random.nextInt(480));
        };
    }

    private Operation set() {
        String key = string();
        byte[] value = value();
        return Operation.of("OK", change(key, value), "SET", key, value);
    }

    /** Most are too long for the store's map, and lie outside of it. */
    private Operation setLarge() {
        String key = tag + "l:" + random.nextInt(OWN_LARGE);
        byte[] value = new byte[random.nextInt(LARGE)];
        random.nextBytes(value);
        return Operation.of("OK", change(key, value), "SET", key, value);
    }

    private Operation setWithDeadline() {
        String key = string();
        byte[] value = value();
        return Operation.of("OK", change(key, value), "SET", key, value, "EX", FAR_SECONDS);
    }

    private Operation del() {
        String one = string();
        String other = counter();
        long found = (model.containsKey(one) ? 1 : 0) + (model.containsKey(other) ? 1 : 0);
        Map<String, byte[]> changes = change(one, null);
        changes.put(other, null);
        return Operation.of(found, changes, "DEL", one, other);
    }

    private Operation incr() {
        String key = counter();
        long next = counted(key) + 1;
        return Operation.of(next, change(key, text(next)), "INCR", key);
    }

    private long counted(String key) {
        byte[] held = model.get(key);
        return held == null ? 0 : Long.parseLong(new String(held, StandardCharsets.US_ASCII));
    }

    private Operation append() {
        String key = string();
        byte[] old = held(key);
        if (old.length > MAX_GROWN) {
            return set();
        }
        byte[] more = value();
        byte[] whole = Arrays.copyOf(old, old.length + more.length);
        System.arraycopy(more, 0, whole, old.length, more.length);
        return Operation.of((long) whole.length, change(key, whole), "APPEND", key, more);
    }

    private Operation setRange() {
        String key = string();
        byte[] old = held(key);
        byte[] part = new byte[1 + random.nextInt(50)];
        random.nextBytes(part);
        int offset = random.nextInt(old.length + 50);
        byte[] whole = Arrays.copyOf(old, Math.max(old.length, offset + part.length));
        System.arraycopy(part, 0, whole, offset, part.length);
        return Operation.of((long) whole.length, change(key, whole), "SETRANGE", key, offset, part);
    }

    private Operation expire() {
        String key = string();
        return Operation.of(model.containsKey(key) ? 1L : 0L, Map.of(), "EXPIRE", key, FAR_SECONDS);
    }

    private Operation persist() {
        return Operation.of(ANY, Map.of(), "PERSIST", string());
    }

    private Operation mset() {
        Map<String, byte[]> changes = new LinkedHashMap<>();
        List<Object> request = new ArrayList<>(List.of("MSET"));
        for (int i = 0; i < 3; i++) {
            String key = string();
            byte[] value = value();
            changes.put(key, value);
            request.add(key);
            request.add(value);
        }
        return Operation.of("OK", changes, request.toArray());
    }

    private Operation multi() {
        String key = string();
        byte[] value = value();
        String counter = counter();
        long next = counted(counter) + 1;
        Map<String, byte[]> changes = change(key, value);
        changes.put(counter, text(next));
        return new Operation(
                List.of(
                        new Object[] {"MULTI"},
                        new Object[] {"SET", key, value},
                        new Object[] {"INCR", counter},
                        new Object[] {"EXEC"}),
                List.of("OK", "QUEUED", "QUEUED", List.of("OK", next)),
                changes);
    }

    private Operation rename() {
        String from = string();
        String to = string();
        byte[] value = model.get(from);
        if (value == null) {
            return set();
        }
        Map<String, byte[]> changes = change(from, null);
        changes.put(to, value);
        return Operation.of("OK", changes, "RENAME", from, to);
    }

    private Operation getDel() {
        String key = string();
        return Operation.of(model.get(key), change(key, null), "GETDEL", key);
    }

    private byte[] held(String key) {
        return model.getOrDefault(key, new byte[0]);
    }

    private String string() {
        return tag + "s:" + random.nextInt(OWN_STRINGS);
    }

    private String counter() {
        return tag + "n:" + random.nextInt(OWN_COUNTERS);
    }

    private String shared(String kind) {
        return "shared:" + kind + ":" + random.nextInt(SHARED_KEYS);
    }

    private byte[] value() {
        byte[] value = new byte[random.nextInt(50) == 0 ? random.nextInt(8_000) : 1 + random.nextInt(100)];
        random.nextBytes(value);
        return value;
    }

    private static byte[] text(long number) {
        return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
    }
}
