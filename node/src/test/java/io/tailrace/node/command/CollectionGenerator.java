package io.tailrace.node.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random commands on collections, and on the keys that hold them: few keys, so that types and sizes change often. */
public final class CollectionGenerator {
    private final Random random;
    private final int keys;
    private final int members;
    private final ListGenerator lists;
    private StreamGenerator streams;

    /**
     * @param keys how many there are
     * @param members of each collection, at most
     */
    public CollectionGenerator(long seed, int keys, int members) {
        random = new Random(seed);
        this.keys = keys;
        this.members = members;
        lists = new ListGenerator(random, keys, members);
    }

    /** Has commands on streams too. */
    public CollectionGenerator withStreams() {
        streams = new StreamGenerator(random, keys, members).inexact();
        return this;
    }

    public String[] next() {
        List<String> words = new ArrayList<>();
        if (streams != null && random.nextInt(3) == 0) {
            streams.add(words);
            return words.toArray(String[]::new);
        }
        switch (random.nextInt(13)) {
            case 0 -> add(words, pick("DEL", "UNLINK", "PERSIST"), key());
            case 1 -> add(words, pick("PEXPIRE", "EXPIRE"), key(), pick("100000", "200000"));
            case 2 -> {
                if (random.nextBoolean()) {
                    add(words, pick("RENAME", "RENAMENX"), key(), key());
                } else {
                    add(words, "COPY", key(), key(), "REPLACE");
                }
            }
            case 3 -> string(words);
            case 4, 5, 6 -> set(words);
            case 7, 8, 9 -> hash(words);
            case 10, 11 -> sortedSet(words);
            default -> lists.add(words);
        }
        return words.toArray(String[]::new);
    }

    private void string(List<String> words) {
        switch (random.nextInt(6)) {
            case 0 -> add(words, "APPEND", stringKey(), value());
            case 1 -> add(words, "SETRANGE", stringKey(), "" + random.nextInt(30_000), value());
            case 2, 3 -> add(words, "SETBIT", stringKey(), "" + random.nextInt(300_000), pick("0", "1"));
            default -> add(words, "SET", key(), value());
        }
    }

    private void hash(List<String> words) {
        switch (random.nextInt(7)) {
            case 0, 1, 2 -> {
                add(words, pick("HSET", "HSET", "HMSET"), hashKey());
                for (int i = random.nextInt(4); i >= 0; i--) {
                    add(words, member(), value());
                }
            }
            case 3 -> add(words, "HSETNX", hashKey(), member(), value());
            case 4 -> add(words, "HINCRBY", hashKey(), member(), pick("1", "0", "-5"));
            default -> {
                add(words, "HDEL", hashKey());
                for (int i = random.nextInt(6); i >= 0; i--) {
                    add(words, member());
                }
            }
        }
    }

    private void sortedSet(List<String> words) {
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> {
                add(words, "ZADD", sortedSetKey());
                for (int i = random.nextInt(4); i >= 0; i--) {
                    add(words, score(), member());
                }
            }
            case 4 -> add(words, "ZADD", sortedSetKey(), pick("NX", "XX", "GT", "LT", "CH"), score(), member());
            case 5 -> add(words, "ZINCRBY", sortedSetKey(), pick("1", "-0.5", "0"), member());
            case 6 -> add(words, pick("ZPOPMIN", "ZPOPMAX"), sortedSetKey(), pick("0", "1", "3"));
            case 9 -> {
                if (random.nextBoolean()) {
                    add(words, pick("ZUNIONSTORE", "ZDIFFSTORE"), key(), "2", sortedSetKey(), sortedSetKey());
                } else {
                    add(words, "ZRANGESTORE", sortedSetKey(), sortedSetKey(), rank(), rank());
                }
            }
            case 7 -> add(words, "ZREMRANGEBYRANK", sortedSetKey(), rank(), rank());
            case 8 -> add(words, "ZREMRANGEBYSCORE", sortedSetKey(), "(" + score(), score());
            default -> {
                add(words, "ZREM", sortedSetKey());
                for (int i = random.nextInt(6); i >= 0; i--) {
                    add(words, member());
                }
            }
        }
    }

    private void set(List<String> words) {
        switch (random.nextInt(9)) {
            case 0, 1, 2, 3 -> {
                add(words, "SADD", setKey());
                for (int i = random.nextInt(6); i >= 0; i--) {
                    add(words, setMember());
                }
            }
            case 4, 5 -> {
                add(words, "SREM", setKey());
                for (int i = random.nextInt(6); i >= 0; i--) {
                    add(words, setMember());
                }
            }
            case 6 -> add(words, "SMOVE", setKey(), setKey(), setMember());
            default -> {
                add(words, pick("SINTERSTORE", "SUNIONSTORE", "SDIFFSTORE", "SDIFFSTORE"), key());
                for (int i = random.nextInt(4); i >= 0; i--) {
                    add(words, setKey());
                }
            }
        }
    }

    private String sortedSetKey() {
        return "z" + random.nextInt(keys);
    }

    private String rank() {
        return Integer.toString(random.nextInt(12) - 6);
    }

    private String score() {
        return switch (random.nextInt(20)) {
            case 0 -> pick("inf", "-inf", "1e300", "-4.9e-324");
            case 1, 2, 3 -> Double.toString(random.nextGaussian() * 1000);
            default -> Integer.toString(random.nextInt(40) - 20);
        };
    }

    private static void add(List<String> words, String... more) {
        words.addAll(List.of(more));
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private String key() {
        String[] types =
                streams == null ? new String[] {"h", "s", "t", "z", "l"} : new String[] {"h", "s", "t", "z", "l", "x"};
        return pick(types) + random.nextInt(keys);
    }

    private String stringKey() {
        return "s" + random.nextInt(keys);
    }

    private String hashKey() {
        return "h" + random.nextInt(keys);
    }

    private String setKey() {
        return "t" + random.nextInt(keys);
    }

    private String setMember() {
        return random.nextInt(40) == 0 ? member() : Integer.toString(random.nextInt(members) - members / 3);
    }

    private String member() {
        int member = random.nextInt(members);
        return random.nextInt(500) == 0 ? "long member ".repeat(150) + member : "m" + member;
    }

    private String value() {
        return switch (random.nextInt(60)) {
            case 0 -> "large ".repeat(300);
            case 1 -> "larger ".repeat(4_000);
            case 2, 3, 4 -> "";
            default -> Integer.toString(random.nextInt(1_000_000));
        };
    }
}
