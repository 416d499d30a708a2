package io.tailrace.node.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random commands with keys that lie on any shards: those with several keys above all. Replies don't depend on the order of a hash table,
 * as sets are of integers.
 */
final class SpreadGenerator {
    private static final int KEYS = 7;
    private static final String[] TYPES = {"s", "l", "t", "z", "p", "h"};

    private final Random random;

    SpreadGenerator(long seed) {
        random = new Random(seed);
    }

    /** All keys that there may be. */
    static List<String> keys() {
        List<String> all = new ArrayList<>();
        for (String type : TYPES) {
            for (int i = 0; i < KEYS; i++) {
                all.add(type + i);
            }
        }
        return all;
    }

    private String key(String type) {
        // now and then one of another type
        String of = random.nextInt(25) == 0 ? TYPES[random.nextInt(TYPES.length)] : type;
        return of + random.nextInt(KEYS);
    }

    private String keys(String type, int count) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < count; i++) {
            all.append(i == 0 ? "" : " ").append(key(type));
        }
        return all.toString();
    }

    private String some(String type) {
        return keys(type, 1 + random.nextInt(4));
    }

    private int number(int bound) {
        return random.nextInt(bound);
    }

    private String anyKeys() {
        return keys(TYPES[random.nextInt(TYPES.length)], 1 + random.nextInt(4));
    }

    private String pairs(String type, int count) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < count; i++) {
            all.append(i == 0 ? "" : " ").append(key(type)).append(" v").append(number(100));
        }
        return all.toString();
    }

    private String pick(String... words) {
        return words[random.nextInt(words.length)];
    }

    /** The next command, its words between single spaces. */
    String next() {
        return switch (random.nextInt(12)) {
            case 0, 1 -> strings();
            case 2, 3 -> fill();
            case 4, 5 -> sets();
            case 6, 7 -> sortedSets();
            case 8 -> lists();
            default -> keyspace();
        };
    }

    private String strings() {
        return switch (random.nextInt(12)) {
            case 0, 1 -> "MSET " + pairs("s", 1 + number(4));
            case 2 -> "MSETNX " + pairs("s", 1 + number(3));
            case 3, 4 -> "MGET " + some("s");
            case 5 -> "BITOP " + pick("AND", "OR", "XOR") + " " + key("s") + " " + some("s");
            case 6 -> "LCS " + key("s") + " " + key("s") + pick("", " LEN", " IDX");
            case 7 -> "APPEND " + key("s") + " x" + number(10);
            case 8 -> "SET " + key("s") + " v" + number(100) + pick("", "", " EX 10000", " GET", " NX");
            case 9 -> "GETDEL " + key("s");
            case 10 -> "SETRANGE " + key("s") + " " + number(8) + " q" + number(10);
            default -> "STRLEN " + key("s");
        };
    }

    private String fill() {
        return switch (random.nextInt(6)) {
            case 0 -> "SADD " + key("t") + " " + number(20) + " " + number(20) + " " + number(20);
            case 1 -> "ZADD " + key("z") + " " + number(9) + " m" + number(9) + " " + number(9) + " m" + number(9);
            case 2 -> "RPUSH " + key("l") + " e" + number(99) + " e" + number(99);
            case 3 -> "PFADD " + key("p") + " " + number(50) + " " + number(50);
            case 4 -> "HSET " + key("h") + " f" + number(5) + " v" + number(9);
            default -> "SET " + key("s") + " " + number(1000);
        };
    }

    private String sets() {
        return switch (random.nextInt(9)) {
            case 0 -> pick("SINTER", "SUNION", "SDIFF") + " " + some("t");
            case 1, 2, 3 -> pick("SINTERSTORE", "SUNIONSTORE", "SDIFFSTORE") + " " + key("t") + " " + some("t");
            case 4 -> "SINTERCARD 2 " + keys("t", 2);
            case 5, 6 -> "SMOVE " + keys("t", 2) + " " + number(20);
            case 7 -> "PFMERGE " + key("p") + " " + some("p");
            default -> "PFCOUNT " + some("p");
        };
    }

    private String sortedSets() {
        return switch (random.nextInt(8)) {
            case 0 -> pick("ZUNION", "ZINTER", "ZDIFF") + " 2 " + keys("z", 2) + " WITHSCORES";
            case 1, 2, 3 ->
                pick("ZUNIONSTORE", "ZINTERSTORE") + " " + key("z") + " 2 " + keys("z", 2)
                        + pick("", " WEIGHTS 2 3", " AGGREGATE MAX");
            case 4 -> "ZDIFFSTORE " + key("z") + " 2 " + keys("z", 2);
            case 5 -> "ZRANGESTORE " + key("z") + " " + key("z") + " 0 " + number(4);
            case 6 -> "ZINTERCARD 2 " + keys("z", 2);
            default -> "ZMPOP 3 " + keys("z", 3) + " " + pick("MIN", "MAX");
        };
    }

    private String lists() {
        return switch (random.nextInt(5)) {
            case 0, 1 -> "LMOVE " + keys("l", 2) + " " + pick("LEFT", "RIGHT") + " " + pick("LEFT", "RIGHT");
            case 2 -> "RPOPLPUSH " + keys("l", 2);
            case 3 -> "LMPOP 3 " + keys("l", 3) + " " + pick("LEFT", "RIGHT") + " COUNT " + (1 + number(3));
            default -> "SORT " + key("l") + " ALPHA STORE " + key("l");
        };
    }

    private String keyspace() {
        String type = TYPES[random.nextInt(TYPES.length)];
        return switch (random.nextInt(14)) {
            case 0, 1 -> "RENAME " + keys(type, 2);
            case 2 -> "RENAMENX " + keys(type, 2);
            case 3, 4 -> "COPY " + keys(type, 2) + pick("", " REPLACE", " REPLACE");
            case 5 -> pick("DEL ", "UNLINK ") + anyKeys();
            case 6, 7 -> pick("EXISTS ", "TOUCH ") + anyKeys();
            case 8 -> "DBSIZE";
            case 9 -> random.nextInt(6) == 0 ? pick("FLUSHALL", "FLUSHDB") : "DBSIZE";
            case 10 -> "EXPIRE " + key(type) + " 100000";
            case 11 -> "PERSIST " + key(type);
            case 12 -> "TYPE " + key(type);
            default -> "MOVE " + key(type) + " " + (1 + number(2));
        };
    }
}
