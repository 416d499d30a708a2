package io.tailrace.node.backlog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.ShardIndexes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ClosedDurableTest {
    private static final ShardIndexes NOTHING_READ = new ShardIndexes();

    /** Several shards' logs in one history, each record its parts or null. */
    private static final class Model {
        private final int shards;
        private final List<List<ShardIndexes>> logs = new ArrayList<>();
        private final ShardNeeds[] needs;
        private final ClosedDurable[] closed;
        private final long[] forced;

        private Model(int shards) {
            this.shards = shards;
            needs = new ShardNeeds[shards];
            closed = new ClosedDurable[shards];
            forced = new long[shards];
            Arrays.fill(forced, QueueIndex.NONE);
            for (int shard = 0; shard < shards; shard++) {
                logs.add(new ArrayList<>(Arrays.asList((ShardIndexes) null)));
                needs[shard] = new ShardNeeds(shards);
                closed[shard] = new ClosedDurable(shards);
            }
        }

        private void write(int shard) {
            logs.get(shard).add(null);
        }

        private void transact(int... involved) {
            ShardIndexes parts = new ShardIndexes();
            ShardNeeds[] written = new ShardNeeds[involved.length];
            for (int i = 0; i < involved.length; i++) {
                parts.add(involved[i], logs.get(involved[i]).size());
                written[i] = needs[involved[i]];
            }
            ShardNeeds.join(written, involved.length, parts, NOTHING_READ);
            for (int shard : involved) {
                logs.get(shard).add(parts);
                closed[shard].part(parts.of(shard), needs[shard]);
            }
        }

        private long closed(int shard) {
            return closed[shard].upTo(forced[shard], each -> forced[each]);
        }

        /** What a start leaves of what is forced: cut before each part that lacks another until none does. */
        private long[] cut() {
            long[] cut = forced.clone();
            boolean hasMoved = true;
            while (hasMoved) {
                hasMoved = false;
                for (int shard = 0; shard < shards; shard++) {
                    for (int i = 0; i <= cut[shard]; i++) {
                        if (lacks(logs.get(shard).get(i), cut)) {
                            cut[shard] = i - 1;
                            hasMoved = true;
                        }
                    }
                }
            }
            return cut;
        }

        private boolean lacks(ShardIndexes parts, long[] cut) {
            for (int i = 0; parts != null && i < parts.count(); i++) {
                if (cut[parts.shard(i)] < parts.index(i)) {
                    return true;
                }
            }
            return false;
        }
    }

    @Test
    void shouldBeWhatIsForcedWithoutParts() {
        ClosedDurable closed = new ClosedDurable(2);
        assertEquals(QueueIndex.NONE, closed.upTo(QueueIndex.NONE, shard -> QueueIndex.NONE));
        assertEquals(7, closed.upTo(7, shard -> QueueIndex.NONE));
    }

    @Test
    void shouldNotCountRecordsBehindAPartThatLacksAnother() {
        Model model = new Model(2);
        model.write(0);
        model.transact(0, 1);
        model.write(0);
        model.forced[0] = 3;
        assertEquals(1, model.closed(0));
        model.forced[1] = 1;
        assertEquals(3, model.closed(0));
        assertEquals(1, model.closed(1));
    }

    /** T1 is of b and c, T2 of a and c: c's loss of T1 takes T2 from a, although a and all that T2 names are forced. */
    @Test
    void shouldCountWhatOtherPartsDependOn() {
        Model model = new Model(3);
        model.transact(1, 2);
        model.transact(0, 2);
        model.forced[0] = 1;
        model.forced[2] = 2;
        assertEquals(0, model.closed(0));
        assertEquals(0, model.closed(2));
        model.forced[1] = 1;
        assertEquals(1, model.closed(0));
        assertEquals(2, model.closed(2));
    }

    @Test
    void shouldDependOnWhatWasOnlyRead() {
        ShardNeeds needs = new ShardNeeds(3);
        ShardNeeds.join(
                new ShardNeeds[] {needs},
                1,
                new ShardIndexes().add(0, 5),
                new ShardIndexes().add(2, QueueIndex.of(1, 3)));
        assertEquals("2:4294967299", needs.text(0));
        assertEquals("0:5 - 1:3", needs.toString());
        assertEquals(2, needs.unmetBy(shard -> shard == 2 ? QueueIndex.of(1, 2) : Long.MAX_VALUE));
        assertTrue(needs.areMetBy(shard -> QueueIndex.of(1, 3)));
    }

    @Test
    void shouldBeWhatAStartWouldLeave() {
        for (long seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Model model = new Model(2 + random.nextInt(4));
            for (int step = 0; step < 60; step++) {
                int shard = random.nextInt(model.shards);
                int kind = random.nextInt(10);
                if (kind < 3) {
                    model.write(shard);
                } else if (kind < 6) {
                    int other = (shard + 1 + random.nextInt(model.shards - 1)) % model.shards;
                    model.transact(Math.min(shard, other), Math.max(shard, other));
                } else if (kind < 7) {
                    model.transact(
                            java.util.stream.IntStream.range(0, model.shards).toArray());
                } else {
                    int all = model.logs.get(shard).size();
                    model.forced[shard] = Math.max(model.forced[shard], random.nextInt(all));
                }
                long[] cut = model.cut();
                for (int each = 0; each < model.shards; each++) {
                    assertEquals(cut[each], model.closed(each), "seed " + seed + " step " + step + " shard " + each);
                }
            }
        }
    }

    @Test
    void shouldStayBelowWhatIsClosedHoweverManyPartsWait() {
        Model model = new Model(2);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 100_000; i++) {
            model.transact(0, 1);
            if (random.nextInt(3_000) == 0) {
                model.forced[0] = model.logs.get(0).size() - 1;
                model.forced[1] = Math.max(model.forced[1], model.forced[0] - random.nextInt(2_000));
                assertTrue(model.closed(0) <= model.forced[1]);
            }
        }
        model.forced[1] = model.logs.get(1).size() - 2;
        model.forced[0] = model.logs.get(0).size() - 1;
        long closed = model.closed(0);
        assertTrue(closed <= model.forced[1], closed + " of " + model.forced[1]);
        assertTrue(closed > model.forced[1] - 100_000 / 10, "closed up to " + closed + " of " + model.forced[1]);
        model.forced[1]++;
        assertEquals(model.forced[0], model.closed(0));
        assertTrue(model.closed[0].isEmpty());
    }
}
