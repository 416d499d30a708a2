package io.tailrace.node.command;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.node.value.CollectionLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams and their groups, against a real Redis: random commands at all sizes, and every error. */
class RedisStreamTest {
    private static final long SEED = Long.getLong("tailrace.seed", System.nanoTime());
    private static final List<String> KEYS = List.of("x0", "x1", "x2", "x3");
    /** What is above is a time. */
    private static final long TIMES = 1_600_000_000_000L;

    private static final CollectionBench.Family STREAMS = new CollectionBench.Family() {
        @Override
        public Set<String> unordered() {
            return Set.of();
        }

        @Override
        public Set<String> byChance() {
            return Set.of();
        }

        @Override
        public String[] contents(String key) {
            return new String[] {"XINFO", "STREAM", key, "FULL", "COUNT", "0"};
        }

        @Override
        public Reply compared(String[] command, Reply reply) {
            boolean isPending = command[0].equals("XPENDING") && command.length > 3;
            return withoutTimes(reply, isPending);
        }

        @Override
        public Reply replayed(Reply reply) {
            int at = bodies(reply).indexOf("entries");
            List<String> ids = new ArrayList<>();
            if (at >= 0) {
                reply.elements()
                        .get(at + 1)
                        .elements()
                        .forEach(entry -> ids.add(bodies(entry).get(0)));
            }
            return withoutDeleted(reply, ids);
        }
    };

    /** Times differ by some milliseconds, and so do idle times; how many nodes a radix tree has is not known here. */
    private static Reply withoutTimes(Reply reply, boolean isPending) {
        List<Reply> elements = new ArrayList<>();
        String before = "";
        for (int i = 0; i < reply.elements().size(); i++) {
            Reply element = reply.elements().get(i);
            boolean isIdle = before.equals("idle")
                    || before.startsWith("radix-tree")
                    || isPending && i == 2 && element.isInteger()
                    || element.isInteger() && element.integer() > TIMES;
            elements.add(isIdle ? new Reply(":some", null, List.of()) : withoutTimes(element, isPending));
            before = element.body() == null ? "" : element.body();
        }
        return new Reply(reply.line(), reply.body(), elements);
    }

    private static List<String> bodies(Reply reply) {
        List<String> bodies = new ArrayList<>();
        reply.elements().forEach(element -> bodies.add(String.valueOf(element.body())));
        return bodies;
    }

    /** XCLAIM makes nothing pending of an entry that is deleted, so a copy that is written out lacks that in Redis. */
    private static Reply withoutDeleted(Reply reply, List<String> ids) {
        List<Reply> elements = new ArrayList<>();
        String before = "";
        for (Reply element : reply.elements()) {
            Reply kept = element;
            if (before.equals("pel-count") || before.equals("pending") && element.isInteger()) {
                kept = new Reply(":some", null, List.of());
            } else if (before.equals("pending")) {
                List<Reply> pending = new ArrayList<>(element.elements());
                pending.removeIf(one -> !ids.contains(bodies(one).get(0)));
                kept = new Reply("*" + pending.size(), null, pending);
            } else {
                kept = withoutDeleted(element, ids);
            }
            elements.add(kept);
            before = element.body() == null ? "" : element.body();
        }
        return new Reply(reply.line(), reply.body(), elements);
    }

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);

    private CollectionBench bench(int maxPacked) throws IOException {
        assumeTrue(RedisServer.isInstalled(), "redis-server is not installed (Debian: redis-server)");
        return new CollectionBench(directory, new CollectionLimits(maxPacked, 4 << 10), STREAMS, KEYS);
    }

    @ParameterizedTest
    @CsvSource({"2, 2, 12", "3, 3, 60", "128, 2, 40", "128, 3, 300", "8, 2, 900"})
    void shouldReplyAsRedisDoesToRandomCommands(int maxPacked, int protocol, int entries) throws IOException {
        try (CollectionBench bench = bench(maxPacked)) {
            bench.protocol(protocol);
            StreamGenerator streams = new StreamGenerator(random, KEYS.size(), entries);
            String context = "seed " + SEED + ", " + maxPacked + " packed";
            bench.run(context, 60, 200, () -> random.nextInt(4) > 0 ? write(streams) : streams.read());
        }
    }

    /** Where Redis begins its nodes, which is where it trims when it need not be exact. */
    @ParameterizedTest
    @CsvSource({"2, 30", "128, 100", "128, 400", "4, 1500"})
    void shouldTrimInexactlyWhereRedisDoes(int maxPacked, int entries) throws IOException {
        try (CollectionBench bench = bench(maxPacked)) {
            StreamGenerator streams = new StreamGenerator(random, KEYS.size(), entries);
            bench.run("seed " + SEED + ", " + maxPacked + " packed", 40, 300, () -> {
                List<String> words = new ArrayList<>();
                streams.addOrTrim(words);
                return words.toArray(String[]::new);
            });
        }
    }

    private String[] write(StreamGenerator streams) {
        if (random.nextInt(150) == 0) {
            String key = KEYS.get(random.nextInt(KEYS.size()));
            String other = KEYS.get(random.nextInt(KEYS.size()));
            return switch (random.nextInt(4)) {
                case 0 -> new String[] {"DEL", key};
                case 1 -> new String[] {"RENAME", key, other};
                case 2 -> new String[] {"PEXPIRE", key, "100000000"};
                default -> new String[] {"COPY", key, other, "REPLACE"};
            };
        }
        List<String> words = new ArrayList<>();
        streams.add(words);
        return words.toArray(String[]::new);
    }

    @Test
    void shouldAnswerAtTheEdgesAsRedisDoes() throws IOException {
        for (int maxPacked : new int[] {1, 128}) {
            for (int protocol : new int[] {2, 3}) {
                try (CollectionBench bench = bench(maxPacked)) {
                    bench.protocol(protocol);
                    List<String[]> commands = new ArrayList<>();
                    StreamEdges.COMMANDS.lines().forEach(line -> commands.add(line.split(" ", -1)));
                    bench.compare(commands);
                }
                directory
                        .resolve("shard")
                        .toFile()
                        .renameTo(
                                directory.resolve("was" + maxPacked + protocol).toFile());
            }
        }
    }
}
