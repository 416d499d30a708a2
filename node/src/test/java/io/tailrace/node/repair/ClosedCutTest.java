package io.tailrace.node.repair;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.ShardIndexes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ClosedCutTest {
    private static final ShardIndexes NOTHING = new ShardIndexes();

    /** The logs of some shards: of each record what it names, null for one that names nothing. Record 0 opens the segment. */
    private static final class Logs {
        private final List<List<ShardParts.Naming>> logs = new ArrayList<>();

        private Logs(int shards) {
            for (int shard = 0; shard < shards; shard++) {
                logs.add(new ArrayList<>());
                write(shard);
            }
        }

        private void write(int shard) {
            logs.get(shard).add(null);
        }

        private void transact(ShardIndexes needs, int... shards) {
            ShardIndexes parts = new ShardIndexes();
            for (int shard : shards) {
                parts.add(shard, last(shard) + 1);
            }
            for (int shard : shards) {
                long index = last(shard) + 1;
                logs.get(shard).add(new ShardParts.Naming(index, index - 1, parts, needs));
            }
        }

        private long last(int shard) {
            return logs.get(shard).size() - 1;
        }

        private ShardParts parts(int shard) {
            return ShardParts.of(
                    shard,
                    0,
                    logs.get(shard).stream().filter(naming -> naming != null).toList());
        }

        private long[] cut(long[] ends) {
            List<ShardParts> parts = new ArrayList<>();
            for (int shard = 0; shard < ends.length; shard++) {
                parts.add(parts(shard));
            }
            ClosedCut cut = new ClosedCut(parts, ends);
            long[] found = new long[ends.length];
            Arrays.setAll(found, cut::upTo);
            return found;
        }

        private boolean isClosed(long[] cut) {
            for (int shard = 0; shard < cut.length; shard++) {
                for (int i = 0; i <= cut[shard]; i++) {
                    ShardParts.Naming naming = logs.get(shard).get(i);
                    for (int other = 0; naming != null && other < cut.length; other++) {
                        if (naming.lackOf(other, cut[other]) != QueueIndex.NONE) {
                            return false;
                        }
                    }
                }
            }
            return true;
        }

        /** Looks at every cut there is. */
        private long[] greatestOf(long[] ends) {
            long[] greatest = new long[ends.length];
            long[] tried = new long[ends.length];
            do {
                if (isClosed(tried)) {
                    for (int shard = 0; shard < ends.length; shard++) {
                        greatest[shard] = Math.max(greatest[shard], tried[shard]);
                    }
                }
            } while (next(tried, ends));
            return greatest;
        }

        private static boolean next(long[] tried, long[] ends) {
            for (int shard = 0; shard < ends.length; shard++) {
                if (tried[shard] < ends[shard]) {
                    tried[shard]++;
                    return true;
                }
                tried[shard] = 0;
            }
            return false;
        }
    }

    private static long[] of(long... cut) {
        return cut;
    }

    @Test
    void shouldLeaveWhatIsClosed() {
        Logs logs = new Logs(2);
        logs.transact(NOTHING, 0, 1);
        logs.write(0);
        assertArrayEquals(of(2, 1), logs.cut(of(2, 1)));
        assertArrayEquals(of(0, 0), logs.cut(of(0, 0)));
    }

    @Test
    void shouldCutBeforeAPartThatLacksAnother() {
        Logs logs = new Logs(2);
        logs.write(0);
        logs.transact(NOTHING, 0, 1);
        logs.write(0);
        assertArrayEquals(of(1, 0), logs.cut(of(3, 0)));
    }

    /** 1 has lost its part with 2, so 2 is cut before it, so 0 is cut before what it has with 2 behind that. */
    @Test
    void shouldCutWhatDependedOnThat() {
        Logs logs = new Logs(3);
        logs.transact(NOTHING, 0, 1);
        logs.write(0);
        logs.transact(NOTHING, 1, 2);
        logs.write(2);
        logs.transact(NOTHING, 0, 2);
        logs.write(1);
        assertArrayEquals(of(2, 1, 0), logs.cut(of(3, 1, 3)));
    }

    @Test
    void shouldCutWhatWasDerivedFromALostRecord() {
        Logs logs = new Logs(2);
        logs.write(0);
        logs.transact(new ShardIndexes().add(0, 1), 1);
        assertArrayEquals(of(1, 1), logs.cut(of(1, 1)));
        assertArrayEquals(of(0, 0), logs.cut(of(0, 1)));
    }

    @Test
    void shouldNotTakeAnotherRecordForThePart() {
        ShardIndexes ours = new ShardIndexes().add(0, 1).add(1, 1);
        ShardIndexes theirs = new ShardIndexes().add(0, 1).add(1, 2);
        ShardParts one = ShardParts.of(1, 0, List.of(new ShardParts.Naming(1, 0, ours, NOTHING)));
        ShardParts rewound = ShardParts.of(0, 0, List.of(new ShardParts.Naming(1, 0, theirs, NOTHING)));
        ClosedCut cut = new ClosedCut(List.of(rewound, one), of(5, 5));
        assertEquals(0, cut.upTo(1));
        assertEquals(0, cut.upTo(0), "and its own other part is none either");
        ClosedCut unread = new ClosedCut(List.of(ShardParts.of(0, 2, List.of()), one), of(5, 5));
        assertEquals(5, unread.upTo(1), "what was not read was closed before");
        assertNull(unread.reason(1));
    }

    @Test
    void shouldSayWhy() {
        Logs logs = new Logs(2);
        logs.transact(NOTHING, 0, 1);
        ClosedCut cut = new ClosedCut(List.of(logs.parts(0), logs.parts(1)), of(1, 0));
        assertEquals("record 0:1 of shard 0 needs record 0:1 of shard 1, which it has not", cut.reason(0));
    }

    @Test
    void shouldFindTheGreatestClosedCutWhereverLogsEnd() {
        for (long seed = 0; seed < 400; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int shards = 2 + random.nextInt(3);
            Logs logs = new Logs(shards);
            for (int step = random.nextInt(14); step >= 0; step--) {
                int one = random.nextInt(shards);
                int other = (one + 1 + random.nextInt(shards - 1)) % shards;
                switch (random.nextInt(6)) {
                    case 0, 1 -> logs.write(one);
                    case 2 -> logs.transact(new ShardIndexes().add(other, random.nextLong(logs.last(other) + 1)), one);
                    default -> logs.transact(NOTHING, Math.min(one, other), Math.max(one, other));
                }
            }
            long[] ends = new long[shards];
            for (int tries = 0; tries < 8; tries++) {
                for (int shard = 0; shard < shards; shard++) {
                    ends[shard] = random.nextLong(logs.last(shard) + 1);
                }
                long[] expected = logs.greatestOf(ends);
                assertArrayEquals(expected, logs.cut(ends), "seed " + seed + " ends " + Arrays.toString(ends));
                long[] half = ends.clone();
                for (int shard = 0; shard < shards; shard++) {
                    half[shard] = random.nextBoolean() ? ends[shard] : expected[shard];
                }
                assertArrayEquals(expected, logs.cut(half), "begun again, seed " + seed);
            }
        }
    }
}
