package io.tailrace.node.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Makes up commands and transactions whose keys are of several shards, and reads of such keys at once. Of each type there are two keys
 * of each shard, so that transactions overlap in some of their shards only.
 */
final class SpreadWorkload {
    private static final String STRING = "p";
    private static final int NAMES = 6;

    private final SplittableRandom random;
    private final int shards;
    private final Supplier<String> marks;

    /** @param marks the next one of the client each time */
    SpreadWorkload(SplittableRandom random, int shards, Supplier<String> marks) {
        this.random = random;
        this.shards = shards;
        this.marks = marks;
    }

    private String key(String type, int shard) {
        return KeyPlace.keyOf(type + (random.nextBoolean() ? "a" : "b"), shard, shards);
    }

    private String key(String type) {
        return key(type, random.nextInt(shards));
    }

    /** Some keys, each of another shard than the one before. */
    private List<String> keys(String type) {
        List<String> keys = new ArrayList<>();
        int first = random.nextInt(shards);
        int count = 2 + random.nextInt(shards - 1);
        for (int i = 0; i < count; i++) {
            keys.add(key(type, (first + i) % shards));
        }
        return keys;
    }

    private String name() {
        return "n" + random.nextInt(NAMES);
    }

    private String number(int bound) {
        return Integer.toString(random.nextInt(bound));
    }

    private String value(List<String> told) {
        String mark = marks.get();
        told.add(mark);
        int length = random.nextInt(random.nextInt(10) == 0 ? 4_000 : 40);
        return mark + String.valueOf((char) ('a' + random.nextInt(26))).repeat(length);
    }

    Request next(boolean hasWritten, String token) {
        if (token != null && !hasWritten && random.nextInt(3) == 0) {
            return waitFor(token);
        }
        int kind = random.nextInt(20);
        if (kind < 5) {
            return transaction();
        }
        if (kind < 7) {
            return sets();
        }
        if (kind < 13) {
            return read();
        }
        if (kind < 15 && hasWritten) {
            return token();
        }
        if (kind < 16 && token != null) {
            return waitFor(token);
        }
        return new Request(Request.Kind.OTHER, List.of(other()), List.of(), List.of());
    }

    /** Asks for what the client has written. */
    static Request token() {
        return new Request(Request.Kind.TOKEN, List.of(List.of("TOKEN")), List.of(), List.of());
    }

    private Request waitFor(String token) {
        List<String> command = List.of("WAITTOKEN", token, Integer.toString(1 + random.nextInt(50)));
        return new Request(Request.Kind.WAIT_TOKEN, List.of(command), List.of(), List.of());
    }

    /** Strings and elements of collections on several shards, with a look at some before or not. */
    private Request transaction() {
        List<String> told = new ArrayList<>();
        List<List<String>> commands = new ArrayList<>();
        boolean isWatched = random.nextInt(4) == 0;
        if (isWatched) {
            List<String> watch = new ArrayList<>(List.of("WATCH"));
            watch.addAll(keys(STRING));
            commands.add(watch);
        }
        commands.add(List.of("MULTI"));
        for (String key : keys(STRING)) {
            commands.add(List.of("SET", key, value(told)));
        }
        switch (random.nextInt(6)) {
            case 0 -> commands.add(List.of("DEL", key(STRING + "d")));
            case 1 -> commands.add(List.of("SADD", key("ms"), value(told)));
            case 2 -> commands.add(List.of("RPUSH", key("ml"), name(), name()));
            case 3 -> commands.add(List.of("RENAME", key("ml"), key("ml")));
            case 4 -> commands.add(List.of("INCR", key("mc")));
            default -> commands.add(List.of("GET", key(STRING)));
        }
        commands.add(List.of("EXEC"));
        Request.Kind kind = isWatched ? Request.Kind.WRITE_IF : Request.Kind.WRITE;
        return new Request(kind, commands, List.of(), told);
    }

    private Request sets() {
        List<String> told = new ArrayList<>();
        boolean isIfNone = random.nextInt(3) == 0;
        List<String> command = new ArrayList<>(List.of(isIfNone ? "MSETNX" : "MSET"));
        for (String key : keys(STRING)) {
            command.add(key);
            command.add(value(told));
        }
        Request.Kind kind = isIfNone ? Request.Kind.WRITE_IF : Request.Kind.WRITE;
        return new Request(kind, List.of(command), List.of(), told);
    }

    private Request read() {
        List<String> keys = keys(STRING);
        if (random.nextBoolean()) {
            List<String> command = new ArrayList<>(List.of("MGET"));
            command.addAll(keys);
            return new Request(Request.Kind.READ, List.of(command), keys, List.of());
        }
        List<List<String>> commands = new ArrayList<>(List.of(List.of("MULTI")));
        keys.forEach(key -> commands.add(List.of("GET", key)));
        commands.add(List.of("EXEC"));
        return new Request(Request.Kind.READ, commands, keys, List.of());
    }

    private List<String> other() {
        return switch (random.nextInt(15)) {
            case 0 -> List.of("RENAME", key(STRING), key(STRING));
            case 1 -> List.of("RENAMENX", key(STRING), key(STRING));
            case 2 -> List.of("COPY", key(STRING), key(STRING), "REPLACE");
            case 3 -> {
                List<String> command = new ArrayList<>(List.of(random.nextBoolean() ? "DEL" : "UNLINK"));
                command.addAll(keys(STRING));
                yield command;
            }
            case 4 -> List.of("LMOVE", key("ml"), key("ml"), "LEFT", "RIGHT");
            case 5 -> List.of("RPUSH", key("ml"), name(), name());
            case 6 -> List.of("SADD", key("ms"), name(), name());
            case 7 -> List.of("SMOVE", key("ms"), key("ms"), name());
            case 8 -> List.of(random.nextBoolean() ? "SUNIONSTORE" : "SDIFFSTORE", key("ms"), key("ms"), key("ms"));
            case 9 -> List.of("ZADD", key("mz"), number(9), name(), number(9), name());
            case 10 -> List.of("ZUNIONSTORE", key("mz"), "2", key("mz"), key("ms"));
            case 11 -> List.of("SORT", key("ml"), "ALPHA", "STORE", key("ml"));
            case 12 ->
                random.nextInt(4) == 0
                        ? List.of(random.nextBoolean() ? "FLUSHALL" : "FLUSHDB")
                        : List.of("PEXPIRE", key(STRING), Integer.toString(1 + random.nextInt(3_000)));
            case 13 -> random.nextInt(3) == 0 ? List.of("SWAPDB", "0", "1") : List.of("DBSIZE");
            default -> List.of("COPY", key("ms"), key("ms"), "REPLACE");
        };
    }
}
