package io.tailrace.node.command;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Random commands on a few keys, valid and not. Times are so far apart that two servers whose clocks differ by seconds
 * agree on which is later, unless they are the same absolute time.
 */
public final class CommandGenerator {
    static final List<String> KEYS = List.of("a", "b", "c", "key:1", "key:2", "", "k\0\r\n\u00ff", "[x]");

    private static final List<String> VALUES =
            split("|0|1|-1|10|007|+5| 3|3 |1.5|-0.25|1e3|0x1f|inf|nan|abc|9223372036854775807|"
                    + "-9223372036854775808|9223372036854775800|3.0e-5|\0\1\r\n\u00fe|hello world|"
                    + "99999999999999999999|0.1|5.000|1e5000|-0");
    private static final List<String> NUMBERS =
            split("0|1|-1|2|5|-3|100|-100|9223372036854775807|-9223372036854775808|9223372036854775808|4294967296|"
                    + "abc||1.0|01|+1| 1|1 |-0");
    private static final List<String> FLOATS =
            split("0|1|0.1|-0.1|1.5e2|3.14159265358979|1e-17|1e-18|1e17|123456789.987654321|inf|-inf|nan|0x10|"
                    + "0x.8p1|.5|5.|.||1e| 1|1 |abc|1e400|1e4932|1e5000|1e-4940|1e-5000|9223372036854775807|"
                    + "0.30000000000000004|-5e-18|1.0000000000000000000001");
    private static final List<String> BAD_TIMES =
            split("0|-1|abc||1.5|9223372036854775807|-9223372036854775808|9223372036854775|9223372036854776|"
                    + "-9223372036854775|-9223372036854776|99999999999999999999");
    private static final List<String> PATTERNS = split(
            "*|?|k*|*:1|key:[12]|[^a]|[a-b]|[b-a]|\\[x\\]|[[]x]|**||[|[^|[a|k*y*?|\\|[\\a-b]|k?\r\n\u00ff|" + "*\0*|A");

    private final Random random;
    private final List<Integer> relativeSteps = new ArrayList<>();
    private final long startSeconds;
    private final boolean isOfDatabases;

    public CommandGenerator(long seed, long startEpochMs) {
        this(seed, startEpochMs, false);
    }

    /** @param isOfDatabases whether there are commands about databases among them */
    CommandGenerator(long seed, long startEpochMs, boolean isOfDatabases) {
        this.isOfDatabases = isOfDatabases;
        random = new Random(seed);
        startSeconds = startEpochMs / 1_000;
        for (int i = 0; i < 40_000; i++) {
            relativeSteps.add(i);
        }
        Collections.shuffle(relativeSteps, random);
    }

    public String[] next() {
        List<String> words = new ArrayList<>();
        if (isOfDatabases && random.nextInt(6) == 0) {
            addOfDatabases(words);
            return words.toArray(String[]::new);
        }
        switch (random.nextInt(25)) {
            case 0 -> add(words, pick("GET", "STRLEN", "TYPE", "GETDEL", "get", "PERSIST"), key());
            case 1 -> addSet(words);
            case 2 -> add(words, pick("SETNX", "GETSET", "APPEND"), key(), value());
            case 3 -> addTime(words, pick("SETEX", "PSETEX"), value());
            case 4 -> addGetex(words);
            case 5 -> addKeys(words, pick("MGET", "EXISTS", "TOUCH", "DEL", "UNLINK"), 1);
            case 6 -> addKeys(words, pick("MSET", "MSETNX", "MSET"), 2);
            case 7 -> add(words, pick("GETRANGE", "SUBSTR"), key(), number(), number());
            case 8 ->
                add(words, "SETRANGE", key(), random.nextInt(20) == 0 ? pick("1048570", "1048577") : number(), value());
            case 9, 10 -> add(words, pick("INCR", "DECR"), key());
            case 11, 12 -> add(words, pick("INCRBY", "DECRBY"), key(), number());
            case 13, 14 -> add(words, "INCRBYFLOAT", key(), FLOATS.get(random.nextInt(FLOATS.size())));
            case 15 -> add(words, pick("RENAME", "RENAMENX"), key(), key());
            case 16 -> add(words, "KEYS", pattern());
            case 17 -> addScan(words);
            case 18, 20, 21 -> addTime(words, pick("EXPIRE", "PEXPIRE", "EXPIREAT", "PEXPIREAT"), null);
            case 22 -> add(words, "SETRANGE", key(), pick("0", "1", "3"), pick("x", "yz", "\0"));
            case 23 -> add(words, "APPEND", key(), pick("x", "yz", "5"));
            case 19 -> add(words, pick("TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME"), key());
            default -> addWhole(words);
        }
        return words.toArray(String[]::new);
    }

    private void addOfDatabases(List<String> words) {
        switch (random.nextInt(8)) {
            case 0 -> add(words, "SWAPDB", database(), database());
            case 1, 2 -> add(words, "MOVE", key(), database());
            case 3, 4 -> {
                add(words, "COPY", key(), key());
                for (int i = random.nextInt(3); i > 0; i--) {
                    add(words, pick("DB", "db", "DB", "REPLACE", "replace", "NX"));
                    if (random.nextInt(4) > 0) {
                        words.add(database());
                    }
                }
            }
            default -> add(words, "SELECT", database());
        }
    }

    private String database() {
        return random.nextInt(12) == 0
                ? pick("-1", "15", "16", "x", "", "1.5", "01", "2147483648", "-2147483649", "9223372036854775808")
                : pick("0", "1", "2");
    }

    private static List<String> split(String joined) {
        return List.of(joined.split("\\|", -1));
    }

    private static void add(List<String> words, String... more) {
        Collections.addAll(words, more);
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private String key() {
        return KEYS.get(random.nextInt(KEYS.size()));
    }

    private String value() {
        return random.nextInt(200) == 0 ? "v".repeat(20_000) : VALUES.get(random.nextInt(VALUES.size()));
    }

    private String number() {
        return NUMBERS.get(random.nextInt(NUMBERS.size()));
    }

    private String pattern() {
        return PATTERNS.get(random.nextInt(PATTERNS.size()));
    }

    private String time(boolean isSeconds, boolean isRelative) {
        if (random.nextInt(5) == 0) {
            return BAD_TIMES.get(random.nextInt(BAD_TIMES.size()));
        }
        long seconds = isRelative
                ? 1_000 + 20L * relativeSteps.remove(relativeSteps.size() - 1)
                : random.nextInt(8) == 0 ? 1 + random.nextInt(1_000) : startSeconds + 1_000_000 + random.nextInt(2);
        return Long.toString(isSeconds ? seconds : seconds * 1_000 + 250);
    }

    private void addTime(List<String> words, String command, String value) {
        add(words, command, key(), time(!command.startsWith("P"), !command.endsWith("AT")));
        if (value != null) {
            words.add(value);
            return;
        }
        for (int i = random.nextInt(2) == 0 ? 0 : 1 + random.nextInt(2); i > 0; i--) {
            words.add(pick("NX", "XX", "GT", "LT", "gt", "lt", random.nextInt(4) == 0 ? "QX\r\n" : "XX"));
        }
    }

    private void addSet(List<String> words) {
        add(words, "SET", key(), value());
        for (int i = random.nextInt(4); i > 0; i--) {
            addOption(words, pick("NX", "XX", "GET", "KEEPTTL", "EX", "PX", "EXAT", "PXAT", "xx", "nx", "get", "px"));
        }
    }

    private void addGetex(List<String> words) {
        add(words, "GETEX", key());
        for (int i = random.nextInt(3); i > 0; i--) {
            addOption(words, pick("PERSIST", "EX", "PX", "EXAT", "PXAT", "persist", "ex", "NX"));
        }
    }

    private void addOption(List<String> words, String option) {
        words.add(option);
        boolean hasTime = option.length() > 1 && "EX PX EXAT PXAT ex px".contains(option);
        if (hasTime && random.nextInt(15) > 0) {
            words.add(time(option.toUpperCase(Locale.ROOT).startsWith("E"), option.length() == 2));
        }
    }

    private void addKeys(List<String> words, String command, int step) {
        words.add(command);
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            add(words, key(), value());
            if (step == 1) {
                words.remove(words.size() - 1);
            }
        }
        if (step == 2 && random.nextInt(8) == 0 && words.size() > 3) {
            words.remove(words.size() - 1);
        }
    }

    /** Complete walks, as cursors differ; and cursors and options that are refused. */
    private void addScan(List<String> words) {
        if (random.nextInt(3) == 0) {
            add(words, "SCAN", pick("abc", "1x", " 1", "-", "99999999999999999999", "0", "+0", "-0", "", "00"));
            add(words, "COUNT", pick("0", "-1", "abc", "9223372036854775808", "1000000", "1000000"));
        } else {
            add(words, "SCAN", "0", "count", "1000000");
        }
        switch (random.nextInt(6)) {
            case 0, 1 -> add(words, "MATCH", pattern());
            case 2 -> add(words, "TYPE", pick("string", "STRING", "list", "nothing"));
            case 3 -> add(words, pick("MATCH", "COUNT", "TYPE", "LIMIT"));
            default -> {}
        }
    }

    /** Redis counts keys past their deadline until it meets them, so they are met first. */
    private void addWhole(List<String> words) {
        switch (random.nextInt(20)) {
            case 0 -> add(words, pick("FLUSHALL", "FLUSHDB"));
            case 1 -> add(words, "FLUSHALL", pick("ASYNC", "sync", "abc", "abc", "abc"));
            case 2 -> add(words, "FLUSHDB", "SYNC", "ASYNC");
            case 3, 4, 5, 6 -> add(words, "RANDOMKEY");
            default -> add(words, "DBSIZE");
        }
    }
}
