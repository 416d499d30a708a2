package io.tailrace.node.value;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tailrace.node.arena.Arena;
import io.tailrace.node.arena.Tree;
import io.tailrace.node.arena.TreeCursor;
import io.tailrace.node.arena.TreeShape;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The order of loaded sorted sets against Java's. */
class OrderLoaderTest {
    private static final double[] ODD_SCORES = {
        0.0,
        -0.0,
        1,
        -1,
        0.5,
        Double.MIN_VALUE,
        -Double.MIN_VALUE,
        Double.MAX_VALUE,
        1e-300,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY
    };

    private final NativeBuffer memory = new NativeBuffer(64 << 10);
    private final Arena arena = new Arena();
    private final SplittableRandom random = new SplittableRandom(5);

    @AfterEach
    void close() {
        arena.close();
        memory.close();
    }

    private Tree tree(int number, TreeShape shape) {
        long header = memory.address() + (long) number * Tree.headerBytes();
        Memory.fill(header, Tree.headerBytes(), (byte) 0);
        return new Tree(arena).create(header, shape);
    }

    private void put(Tree members, String member, double score) {
        byte[] bytes = member.getBytes(StandardCharsets.ISO_8859_1);
        long address = memory.address() + (8 << 10);
        Memory.copyIn(bytes, 0, address, bytes.length);
        members.putNumber(
                Memory.hash64(address, bytes.length), address, bytes.length, Double.doubleToRawLongBits(score));
    }

    private void shouldOrder(Map<String, Double> scores, int runLength) {
        Tree members = tree(0, TreeShape.NUMBERS);
        scores.forEach((member, score) -> put(members, member, score));
        Tree order = tree(1, TreeShape.SET);
        try (OrderLoader loader = new OrderLoader(order, runLength)) {
            loader.load(new TreeCursor().wrap(arena, memory.address()));
        }

        List<Map.Entry<String, Double>> expected = scores.entrySet().stream()
                .sorted(Comparator.<Map.Entry<String, Double>>comparingDouble(entry -> entry.getValue() + 0.0)
                        .thenComparing(Map.Entry::getKey))
                .collect(Collectors.toList());
        assertEquals(expected.size(), order.size());
        for (int i = 0; i < expected.size(); i++) {
            order.select(i);
            assertEquals(expected.get(i).getValue() + 0.0, ScoreKey.score(order.key()), "score at " + i);
            byte[] member = expected.get(i).getKey().getBytes(StandardCharsets.ISO_8859_1);
            assertArrayEquals(member, Memory.toBytes(order.memberAddress(), order.memberLength()), "member at " + i);
        }
    }

    /**
     * Runs of fewer members than there are of one score, of more, of all.
     *
     * @param scores how many different ones
     * @param length of the longest member; longer than 1,024 bytes lie in blocks of their own
     */
    @ParameterizedTest
    @CsvSource({
        "6000, 1000000, 12, 6000",
        "6000, 1000000, 12, 500",
        "6000,       1, 12, 6000",
        "6000,       1, 12, 7",
        "6000,       1, 12, 1000",
        "6000,      20, 40, 1000",
        "2000,      11, 3000, 300",
        "3000,       3,  2, 1000",
        "1,          1, 12, 1"
    })
    void shouldOrderRuns(int count, int scores, int length, int runLength) {
        Map<String, Double> members = new HashMap<>();
        while (members.size() < count) {
            int which = random.nextInt(scores);
            double score = scores <= ODD_SCORES.length ? ODD_SCORES[which] : which - scores / 2.0;
            members.put(member(random.nextInt(length + 1)), score);
        }
        shouldOrder(members, runLength);
    }

    private String member(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Of members that have much in common, one of them all that the others begin with. */
    @Test
    void shouldOrderByWhatMembersHaveNotInCommon() {
        Map<String, Double> members = new HashMap<>();
        members.put("user:session:", 1.0);
        for (int i = 0; i < 3_000; i++) {
            members.put("user:session:" + Integer.toHexString(random.nextInt()), 1.0);
        }
        shouldOrder(members, members.size());
    }

    @Test
    void shouldOrderNone() {
        Tree order = tree(1, TreeShape.SET);
        tree(0, TreeShape.NUMBERS);
        try (OrderLoader loader = new OrderLoader(order, 1)) {
            loader.load(new TreeCursor().wrap(arena, memory.address()));
        }
        assertEquals(0, order.size());
    }
}
