package io.tailrace.node.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Makes up commands on hashes, sets, sorted sets, lists and streams, and scripts over several of them. There are few keys of each, and
 * elements come and go, so that collections become large, small again and nothing.
 */
final class CollectionWorkload {
    private static final int KEYS = 3;
    private static final int NAMES = 8;
    private static final String WRITE_ALL =
            "redis.call('HSET', KEYS[1], 'f', ARGV[1]) redis.call('RPUSH', KEYS[2], ARGV[2])"
                    + " redis.call('XADD', KEYS[3], '*', 'f', ARGV[3]) return redis.status_reply('OK')";
    private static final String DELETE_FIRST = "local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)"
            + " if first[1] then return redis.call('XDEL', KEYS[1], first[1][1]) end return 0";
    private static final String ACKNOWLEDGE = "local pending = redis.pcall('XPENDING', KEYS[1], 'g', '-', '+', 1)"
            + " if pending[1] then return redis.call('XACK', KEYS[1], 'g', pending[1][1]) end return 0";

    private final SplittableRandom random;
    private final Supplier<String> marks;

    /** @param marks the next one of the client each time */
    CollectionWorkload(SplittableRandom random, Supplier<String> marks) {
        this.random = random;
        this.marks = marks;
    }

    private String key(String type) {
        return (random.nextBoolean() ? "{t}" : "") + type + random.nextInt(KEYS);
    }

    /** One of a shard that others of the same type are in, too. */
    private String near(String type) {
        return "{t}" + type + random.nextInt(KEYS);
    }

    private String name(String prefix) {
        return prefix + random.nextInt(NAMES);
    }

    private String number(int bound) {
        return Integer.toString(random.nextInt(bound));
    }

    private String element(List<String> told) {
        String mark = marks.get();
        told.add(mark);
        int length = random.nextInt(random.nextInt(10) == 0 ? 3_000 : 60);
        return mark + String.valueOf((char) ('a' + random.nextInt(26))).repeat(length);
    }

    Request next() {
        int kind = random.nextInt(20);
        if (kind < 8) {
            return write();
        }
        if (kind < 12) {
            return read();
        }
        return new Request(Request.Kind.OTHER, List.of(kind < 15 ? removal() : other()), List.of(), List.of());
    }

    private Request write() {
        List<String> told = new ArrayList<>();
        List<List<String>> commands = new ArrayList<>();
        switch (random.nextInt(8)) {
            case 0 -> {
                commands.add(List.of("MULTI"));
                commands.add(List.of("HSET", near("h"), name("f"), element(told), name("f"), element(told)));
                commands.add(List.of("SADD", near("s"), element(told)));
                commands.add(List.of("EXEC"));
                told.remove(0); // both fields may be one
            }
            case 1 ->
                commands.add(List.of(
                        "EVAL",
                        WRITE_ALL,
                        "3",
                        near("h"),
                        near("l"),
                        near("x"),
                        element(told),
                        element(told),
                        element(told)));
            case 2 -> commands.add(List.of("HSET", key("h"), name("f"), element(told)));
            case 3 ->
                commands.add(List.of(
                        random.nextBoolean() ? "LPUSH" : "RPUSH", key("l"), element(told), name("e"), element(told)));
            case 4 -> commands.add(List.of("SADD", key("s"), element(told), name("e")));
            case 5 -> commands.add(List.of("ZADD", key("z"), number(9) + ".5", element(told), number(9), name("e")));
            default -> commands.add(List.of("XADD", key("x"), "*", name("f"), element(told), "f", name("e")));
        }
        return new Request(Request.Kind.WRITE, commands, List.of(), told);
    }

    private Request read() {
        String type = List.of("h", "s", "z", "l", "x").get(random.nextInt(5));
        String key = key(type);
        List<String> command =
                switch (type) {
                    case "h" -> List.of("HGETALL", key);
                    case "s" -> List.of("SMEMBERS", key);
                    case "z" -> List.of("ZRANGE", key, "0", "-1");
                    case "l" -> List.of("LRANGE", key, "0", "-1");
                    default -> List.of("XRANGE", key, "-", "+");
                };
        return new Request(Request.Kind.ELEMENTS, List.of(command), List.of(key), List.of());
    }

    private List<String> removal() {
        return switch (random.nextInt(12)) {
            case 0 -> List.of("HDEL", key("h"), name("f"), name("f"), name("f"));
            case 1 -> List.of("LPOP", key("l"), number(6));
            case 2 -> List.of("RPOP", key("l"), number(6));
            case 3 -> List.of("LTRIM", key("l"), number(3), number(8));
            case 4 -> List.of("LREM", key("l"), Integer.toString(random.nextInt(5) - 2), name("e"));
            case 5 -> List.of("SPOP", key("s"), number(4));
            case 6 -> List.of("SREM", key("s"), name("e"), name("e"));
            case 7 -> List.of("ZPOPMIN", key("z"), number(4));
            case 8 -> List.of("ZREMRANGEBYRANK", key("z"), "6", "-1");
            case 9 -> List.of("XTRIM", key("x"), "MAXLEN", number(8));
            case 10 -> List.of("EVAL", DELETE_FIRST, "1", key("x"));
            default -> List.of("DEL", key(List.of("h", "s", "z", "l", "x").get(random.nextInt(5))));
        };
    }

    private List<String> other() {
        return switch (random.nextInt(18)) {
            case 0 -> List.of("LSET", key("l"), Integer.toString(random.nextInt(4) - 2), name("e"));
            case 1 -> List.of("LINSERT", key("l"), random.nextBoolean() ? "BEFORE" : "AFTER", name("e"), name("e"));
            case 2 -> List.of("LMOVE", near("l"), near("l"), "LEFT", "RIGHT");
            case 3 -> List.of("ZINCRBY", key("z"), "1.5", name("e"));
            case 4 -> List.of("ZUNIONSTORE", near("z"), "2", near("z"), near("s"));
            case 5 -> List.of("SDIFFSTORE", near("s"), near("s"), near("s"));
            case 6 -> List.of("SMOVE", near("s"), near("s"), name("e"));
            case 7 -> List.of("HINCRBY", key("h"), "n", number(100));
            case 8, 9 -> List.of("XGROUP", "CREATE", key("x"), "g", "0", "MKSTREAM");
            case 10, 11 -> List.of("XREADGROUP", "GROUP", "g", name("c"), "COUNT", "3", "STREAMS", key("x"), ">");
            case 12 -> List.of("EVAL", ACKNOWLEDGE, "1", key("x"));
            case 13 -> List.of("XAUTOCLAIM", key("x"), "g", name("c"), "0", "0", "COUNT", "2");
            case 14 ->
                random.nextInt(3) == 0
                        ? List.of("XGROUP", "DESTROY", key("x"), "g")
                        : List.of("XGROUP", "DELCONSUMER", key("x"), "g", name("c"));
            case 15 -> {
                String type = List.of("h", "s", "z", "l", "x").get(random.nextInt(5));
                yield random.nextBoolean()
                        ? List.of("RENAME", near(type), near(type))
                        : List.of("COPY", near(type), near(type), "REPLACE");
            }
            case 16 -> {
                String key = key(List.of("h", "s", "z", "l", "x").get(random.nextInt(5)));
                yield random.nextBoolean() ? List.of("PEXPIRE", key, number(5_000)) : List.of("MOVE", key, number(2));
            }
            default -> List.of("SORT", near("l"), "ALPHA", "STORE", near("l"));
        };
    }
}
