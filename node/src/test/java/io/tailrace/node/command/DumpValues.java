package io.tailrace.node.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Commands that make a value of each type, size and encoding, by the key that it is under. */
final class DumpValues {
    private DumpValues() {}

    /** Commands that make a value each, by the key that it is under. */
    static Map<String, List<String[]>> values(Random random) {
        Map<String, List<String[]>> values = new LinkedHashMap<>();
        for (String number :
                List.of("0", "12", "-1", "127", "-128", "128", "32767", "-32769", "2147483647", "-2147483649")) {
            add(values, "int" + number, "SET", number);
        }
        add(values, "text", "SET", "hello");
        add(values, "almost", "SET", "007");
        add(values, "empty", "SET", "");
        add(values, "bytes", "SET", "\0\1\377 \r\n");
        add(values, "compressed", "SET", "abcabcabc".repeat(1_000));
        add(values, "repeated", "SET", "x".repeat(70_000));
        add(values, "noise", "SET", noise(random, 20_000));
        for (int length : new int[] {63, 64, 16_383, 16_384}) {
            add(values, "length" + length, "SET", noise(random, length));
        }
        for (int size : new int[] {1, 5, 127, 129, 200, 513, 3_000}) {
            collections(random, values, size);
        }
        add(values, "longlist", "RPUSH", noise(random, 60), noise(random, 5_000), noise(random, 70_000), "", "1");
        add(values, "longhash", "HSET", noise(random, 65), "1", "2", noise(random, 4_000));
        add(values, "longzset", "ZADD", "1", noise(random, 65), "2", noise(random, 4_000), "-1", "");
        add(
                values,
                "scores",
                "ZADD",
                "1.5 a -2 b inf c -inf d 1e300 e 3.0000000000000004 f 1e-300 g 9007199254740993 h 0 i 5000000000 j"
                        .split(" "));
        add(values, "ints2", "SADD", "1", "-5", "32767");
        add(values, "ints4", "SADD", "1", "-5", "32768", "-2147483648");
        add(values, "ints8", "SADD", "1", "-2147483649", "9223372036854775807", "-9223372036854775808");
        List<String> numbers = new ArrayList<>();
        for (long bit = 0; bit < 64; bit++) {
            numbers.add(Long.toString(1L << bit));
            numbers.add(Long.toString(-(1L << bit)));
            numbers.add(Long.toString((1L << bit) - 1));
        }
        add(values, "numbers", "RPUSH", numbers.toArray(String[]::new));
        streams(random, values);
        return values;
    }

    private static void streams(Random random, Map<String, List<String[]>> values) {
        values.put("stream", stream(random, "stream", 10));
        values.put("longstream", stream(random, "longstream", 1_000));
        List<String[]> empty = stream(random, "emptystream", 5);
        empty.add(new String[] {"XTRIM", "emptystream", "MAXLEN", "0"});
        values.put("emptystream", empty);
        values.put(
                "unused",
                new ArrayList<>(List.of(
                        new String[] {"XGROUP", "CREATE", "unused", "g", "$", "MKSTREAM"},
                        new String[] {"XGROUP", "CREATECONSUMER", "unused", "g", "c"})));
        values.put("highstream", new ArrayList<>(List.<String[]>of(new String[] {
            "XADD", "highstream", "18446744073709551615-18446744073709551615", "", ""
        })));
    }

    private static List<String[]> stream(Random random, String key, int size) {
        List<String[]> commands = new ArrayList<>();
        for (int i = 1; i <= size; i++) {
            String id = i + "-" + random.nextInt(3);
            commands.add(
                    i % 7 == 0
                            ? new String[] {"XADD", key, id, "other", noise(random, random.nextInt(200)), "x", "-5"}
                            : new String[] {"XADD", key, id, "field", Integer.toString(random.nextInt(100_000)), "", ""
                            });
        }
        commands.add(new String[] {"XADD", key, size + 9 + "-0", "f", "v"});
        commands.add(new String[] {"XDEL", key, size + 9 + "-0", "3-0", "3-1", "3-2"});
        commands.add(new String[] {"XGROUP", "CREATE", key, "readers", "0"});
        commands.add(new String[] {"XGROUP", "CREATE", key, "another", "2-0"});
        commands.add(new String[] {"XGROUP", "CREATECONSUMER", key, "readers", "idle"});
        for (String consumer : List.of("one", "two", "one")) {
            commands.add(new String[] {"XREADGROUP", "GROUP", "readers", consumer, "COUNT", "2", "STREAMS", key, ">"});
        }
        commands.add(new String[] {"XACK", key, "readers", "1-0", "1-1", "1-2"});
        return commands;
    }

    private static void collections(Random random, Map<String, List<String[]>> values, int size) {
        List<String> elements = new ArrayList<>();
        List<String> pairs = new ArrayList<>();
        List<String> scored = new ArrayList<>();
        List<String> integers = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            String element = random.nextBoolean() ? "element-" + i : Integer.toString(i * 37 - 500);
            elements.add(element);
            pairs.add(element);
            pairs.add(random.nextBoolean() ? "value" + i : Integer.toString(i));
            scored.add(random.nextBoolean() ? Integer.toString(i / 2) : Double.toString(random.nextGaussian()));
            scored.add(element);
            integers.add(Integer.toString(i * 100 - 1_000));
        }
        add(values, "list" + size, "RPUSH", elements.toArray(String[]::new));
        add(values, "set" + size, "SADD", elements.toArray(String[]::new));
        add(values, "integers" + size, "SADD", integers.toArray(String[]::new));
        add(values, "hash" + size, "HSET", pairs.toArray(String[]::new));
        add(values, "zset" + size, "ZADD", scored.toArray(String[]::new));
    }

    private static void add(Map<String, List<String[]>> values, String key, String command, String... rest) {
        String[] words = new String[rest.length + 2];
        words[0] = command;
        words[1] = key;
        System.arraycopy(rest, 0, words, 2, rest.length);
        values.put(key, List.<String[]>of(words));
    }

    private static String noise(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return RedisDumpTest.latin(bytes);
    }
}
