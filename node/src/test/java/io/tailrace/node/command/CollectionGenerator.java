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

    public String[] next() {
        List<String> words = new ArrayList<>();
        switch (random.nextInt(12)) {
            case 0 -> add(words, pick("DEL", "UNLINK", "PERSIST"), key());
            case 1 -> add(words, pick("PEXPIRE", "EXPIRE"), key(), pick("100000", "200000"));
            case 2 -> {
                if (random.nextBoolean()) {
                    add(words, pick("RENAME", "RENAMENX"), key(), key());
                } else {
                    add(words, "COPY", key(), key(), "REPLACE");
                }
            }
            case 3 -> add(words, "SET", key(), value());
            case 4, 5, 6, 7 -> lists.add(words);
            default -> hash(words);
        }
        return words.toArray(String[]::new);
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

    private static void add(List<String> words, String... more) {
        words.addAll(List.of(more));
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private String key() {
        return pick("h", "s", "l") + random.nextInt(keys);
    }

    private String hashKey() {
        return "h" + random.nextInt(keys);
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
