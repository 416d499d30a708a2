package io.tailrace.node.command;

import java.util.List;
import java.util.Random;

/** Random commands on streams and their groups: mostly such as find something to do. IDs grow, so that streams do. */
final class StreamGenerator {
    private static final long LONG_AGO = 1_000_000_000_000L;

    private final Random random;
    private final int keys;
    private final int entries;
    private boolean isInexact;
    private int last = 1;

    /** @param entries of each stream, about */
    StreamGenerator(Random random, int keys, int entries) {
        this.random = random;
        this.keys = keys;
        this.entries = entries;
    }

    /** Trims as it likes to too; where Redis does then is not known when it has deleted entries or copied streams. */
    StreamGenerator inexact() {
        isInexact = true;
        return this;
    }

    private String trim() {
        return isInexact ? "~" : "=";
    }

    /** Adds the words of a command that adds entries or trims. */
    void addOrTrim(List<String> words) {
        String trim = pick("~", "~", "=");
        switch (random.nextInt(12)) {
            case 0 -> words.addAll(List.of("XTRIM", key(), "MAXLEN", trim, number(entries)));
            case 1 -> words.addAll(List.of("XTRIM", key(), "MINID", trim, id()));
            case 2 -> words.addAll(List.of("XTRIM", key(), "MAXLEN", "~", number(entries), "LIMIT", number(300)));
            case 3 -> {
                words.addAll(List.of("XADD", key(), "MAXLEN", trim, number(entries)));
                entry(words);
            }
            default -> {
                words.addAll(List.of("XADD", key()));
                entry(words);
            }
        }
    }

    /** Adds the words of a command that may write. */
    void add(List<String> words) {
        switch (random.nextInt(30)) {
            case 0 -> words.addAll(List.of("XTRIM", key(), "MAXLEN", trim(), number(entries)));
            case 1 -> words.addAll(List.of("XTRIM", key(), "MINID", trim(), id()));
            case 2 -> words.addAll(List.of("XDEL", key(), id(), id(), id()));
            case 3 -> words.addAll(List.of("XGROUP", "CREATE", key(), group(), pick("$", "0", id()), "MKSTREAM"));
            case 4 -> words.addAll(List.of("XGROUP", "CREATECONSUMER", key(), group(), consumer()));
            case 5 -> rare(words);
            case 6, 7 -> words.addAll(List.of("XACK", key(), group(), id(), id(), id(), id()));
            case 8 -> claim(words);
            case 9 ->
                words.addAll(
                        List.of("XAUTOCLAIM", key(), group(), consumer(), pick("0", "100000000"), pick("0", id())));
            case 10 ->
                words.addAll(
                        List.of("XAUTOCLAIM", key(), group(), consumer(), "0", id(), "COUNT", number(5), "JUSTID"));
            case 11, 12, 13, 14 ->
                words.addAll(List.of(
                        "XREADGROUP",
                        "GROUP",
                        group(),
                        consumer(),
                        "COUNT",
                        number(entries / 5 + 2),
                        "STREAMS",
                        key(),
                        ">"));
            case 15 ->
                words.addAll(List.of(
                        "XREADGROUP", "GROUP", group(), consumer(), "NOACK", "COUNT", "2", "STREAMS", key(), ">"));
            case 16 ->
                words.addAll(List.of(
                        "XREADGROUP", "GROUP", group(), consumer(), "COUNT", "3", "STREAMS", key(), pick("0", id())));
            case 17 ->
                words.addAll(List.of(
                        "XREADGROUP", "GROUP", group(), consumer(), "STREAMS", key(), key(), ">", pick(">", id())));
            case 18, 19 -> {
                words.addAll(List.of("XADD", key(), "MAXLEN", trim(), number(entries)));
                entry(words);
            }
            default -> {
                words.addAll(List.of("XADD", key()));
                if (random.nextInt(20) == 0) {
                    words.add("NOMKSTREAM");
                }
                entry(words);
            }
        }
    }

    private void entry(List<String> words) {
        last += random.nextInt(3);
        int millis = random.nextInt(50) == 0 ? random.nextInt(last + 1) : last;
        words.add(millis + pick("-*", "-*", "-" + random.nextInt(5), ""));
        int fields = random.nextInt(10) == 0 ? 1 + random.nextInt(6) : 2;
        for (int i = 0; i < fields; i++) {
            words.add(pick("field", "field", "field", "other") + i);
            words.add(value());
        }
    }

    private String value() {
        return switch (random.nextInt(6)) {
            case 0 -> Integer.toString(random.nextInt(1_000_000) - 500_000);
            case 1 -> Long.toString(random.nextLong());
            case 2 -> "v".repeat(random.nextInt(random.nextInt(40) == 0 ? 3_000 : 60));
            default -> "value" + random.nextInt(100);
        };
    }

    private void rare(List<String> words) {
        switch (random.nextInt(5)) {
            case 0 -> words.addAll(List.of("XGROUP", "DESTROY", key(), group()));
            case 1 -> words.addAll(List.of("XGROUP", "DELCONSUMER", key(), group(), consumer()));
            case 2 -> words.addAll(List.of("XGROUP", "SETID", key(), group(), pick("$", id())));
            case 3 -> words.addAll(List.of("XGROUP", "SETID", key(), group(), id(), "ENTRIESREAD", number(entries)));
            default -> words.addAll(List.of("XSETID", key(), (last + random.nextInt(3)) + "-" + random.nextInt(9)));
        }
    }

    private void claim(List<String> words) {
        words.addAll(List.of("XCLAIM", key(), group(), consumer(), pick("0", "0", "100000000"), id(), id(), id()));
        switch (random.nextInt(7)) {
            case 0 -> words.add("FORCE");
            case 1 -> words.addAll(List.of("FORCE", "JUSTID"));
            case 2 -> words.addAll(List.of("TIME", Long.toString(LONG_AGO + random.nextInt(1_000))));
            case 3 -> words.addAll(List.of("RETRYCOUNT", number(9), "FORCE", "TIME", Long.toString(LONG_AGO)));
            case 4 -> words.addAll(List.of("LASTID", id(), "FORCE"));
            case 5 -> words.add("JUSTID");
            default -> words.addAll(List.of("IDLE", "200000000"));
        }
    }

    /** A command that only reads. */
    String[] read() {
        return switch (random.nextInt(14)) {
            case 0 -> new String[] {"XLEN", key()};
            case 1 -> new String[] {"XRANGE", key(), "-", "+"};
            case 2 -> new String[] {"XREVRANGE", key(), "+", "-", "COUNT", number(10)};
            case 3 -> new String[] {"XRANGE", key(), pick("(", "") + id(), id(), "COUNT", number(10)};
            case 4 -> new String[] {"XREVRANGE", key(), id(), pick("(", "") + id()};
            case 5 -> new String[] {"XREAD", "COUNT", number(10), "STREAMS", key(), key(), id(), id()};
            case 6 -> new String[] {"XREAD", "STREAMS", key(), pick("$", "0", id())};
            case 7 -> new String[] {"XPENDING", key(), group()};
            case 8 -> new String[] {"XPENDING", key(), group(), "-", "+", number(20)};
            case 9 -> new String[] {"XPENDING", key(), group(), "IDLE", "100000000", id(), "+", "10", consumer()};
            case 10 -> new String[] {"XINFO", "STREAM", key()};
            case 11 -> new String[] {"XINFO", "GROUPS", key()};
            case 12 -> new String[] {"XINFO", "CONSUMERS", key(), group()};
            default -> new String[] {"XINFO", "STREAM", key(), "FULL", "COUNT", number(5)};
        };
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private String key() {
        return "x" + random.nextInt(keys);
    }

    private String group() {
        return "group" + random.nextInt(2);
    }

    private String consumer() {
        return "consumer" + random.nextInt(3);
    }

    /** Most often one of the newest. */
    private String id() {
        int back = random.nextInt(4) == 0 ? random.nextInt(last) : random.nextInt(Math.min(last, 2 * entries));
        return (last - back) + pick("", "-0", "-1");
    }

    private String number(int most) {
        return Integer.toString(random.nextInt(most + 1));
    }
}
