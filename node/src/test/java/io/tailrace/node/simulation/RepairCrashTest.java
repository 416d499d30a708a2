package io.tailrace.node.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.simulation.LogImages.Fate;
import io.tailrace.node.simulation.LogImages.Page;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Kills a start that repairs a log, or cuts its power, at each of its uses of the disk, and the next start at another one: in the
 * end the log is the one that an undisturbed start makes of it, and what was cut is kept once.
 *
 * <p>{@code -Dtailrace.test.repaircrashes=20} tries each use that many times.
 */
@Tag("long")
class RepairCrashTest {
    private static final int CRASHES = Integer.getInteger("tailrace.test.repaircrashes", 1);

    private Path dir;
    private NodeLog said;
    private LogImages images;
    private List<Page> unsure;
    private Fate fate;

    /** What a start has made of the log. */
    private record Outcome(long last, long chain, List<String> aside) {
        @Override
        public String toString() {
            return QueueIndex.toString(last) + " with chain " + chain + ", aside: " + aside;
        }
    }

    @BeforeEach
    void begin() throws IOException {
        dir = Runner.newDirectory();
        said = new NodeLog();
    }

    @AfterEach
    void end() {
        said.close();
        Disk.delete(dir);
    }

    /** Two segments of 30 records, the first forced up to its 20th when it is not {@code isForced} whole. */
    private void write(boolean isForced) throws Exception {
        try (LoneShard shard = new LoneShard(dir.resolve("live"))) {
            shard.start();
            shard.bench().begin();
            write(shard, isForced ? 30 : 20);
            shard.log().sync().now();
            images = LogImages.forced(shard.queue());
            write(shard, isForced ? 0 : 10);
            shard.bench().begin();
            write(shard, 30);
            images = images.until(shard.queue());
        }
        unsure = images.unsurePages();
    }

    private static void write(LoneShard shard, int records) {
        for (int i = 0; i < records; i++) {
            shard.bench().set("key" + i, "v".repeat(400));
        }
    }

    private void lose(Predicate<Page> isLost) {
        assertTrue(unsure.stream().anyMatch(isLost), () -> "there is no such page in " + unsure);
        fate = page -> isLost.test(page) ? Fate.LOST : Fate.WRITTEN;
    }

    private Predicate<Page> page(int segment, int number) {
        return page -> page.file().endsWith(segment + "S.cq4") && page.number() == number;
    }

    private void crashEverywhere() {
        Outcome undisturbed = OwnThread.run(() -> {
            try (LoneShard shard = torn()) {
                return outcome(shard);
            }
        });
        int crashed = 0;
        boolean isOver = false;
        for (int use = 1; !isOver; use++) {
            int at = use;
            for (int seed = 0; seed < CRASHES; seed++) {
                SplittableRandom random = new SplittableRandom(CRASHES * use + seed);
                boolean isByPower = random.nextBoolean();
                isOver = OwnThread.run(() -> crash(at, isByPower, random, undisturbed));
            }
            crashed += isOver ? 0 : 1;
        }
        assertTrue(crashed > 20, crashed + " uses of the disk");
    }

    private LoneShard torn() throws IOException {
        LoneShard shard = new LoneShard(dir.resolve("left"));
        shard.delete();
        images.leave(shard.createQueue(), fate, true);
        shard.settle();
        return shard;
    }

    /** Returns whether the start ended before that use of the disk. */
    private boolean crash(int use, boolean isByPower, SplittableRandom random, Outcome undisturbed) throws Exception {
        String what = (isByPower ? "power lost" : "killed") + " at use " + use + " of the disk";
        try (LoneShard shard = torn()) {
            boolean isOver = !isCrashed(shard, use, isByPower, random);
            isCrashed(shard, 1 + random.nextInt(use), isByPower, random);
            assertEquals(undisturbed, outcome(shard), what);
            return isOver;
        } catch (IOException | RuntimeException e) {
            throw new AssertionError(what + ": " + e.getMessage(), e);
        }
    }

    private static boolean isCrashed(LoneShard shard, int use, boolean isByPower, SplittableRandom random)
            throws Exception {
        int[] left = {use};
        boolean isCrashed = false;
        try {
            shard.start(where -> {
                if (--left[0] == 0) {
                    throw new SimulatedCrash(where);
                }
            });
            shard.runDiskThread();
        } catch (SimulatedCrash e) {
            isCrashed = true;
        }
        shard.kill();
        if (isByPower) {
            shard.losePower(random);
        }
        return isCrashed;
    }

    private Outcome outcome(LoneShard shard) throws Exception {
        shard.start();
        shard.runDiskThread();
        Outcome outcome = new Outcome(shard.log().lastIndex(), shard.log().lastChain(), aside());
        shard.kill();
        return outcome;
    }

    private List<String> aside() throws IOException {
        try (Stream<Path> files = Files.walk(dir.resolve("left"))) {
            return files.map(Path::toString)
                    .filter(path -> path.contains("cut-"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void shouldPutTheEndMarkBack() throws Exception {
        write(true);
        lose(page -> page.file().endsWith("1S.cq4"));
        crashEverywhere();
    }

    @Test
    void shouldCutTheNewestSegment() throws Exception {
        write(true);
        lose(page(2, 18));
        crashEverywhere();
    }

    @Test
    void shouldCutAnOlderSegment() throws Exception {
        write(false);
        lose(page(1, 19));
        crashEverywhere();
    }

    @Test
    void shouldDropASegmentWithoutItsHeader() throws Exception {
        write(true);
        lose(page -> page.file().endsWith("2S.cq4"));
        crashEverywhere();
    }

    @Test
    void shouldCutASegmentWithoutItsHeader() throws Exception {
        write(true);
        lose(page(2, 0));
        crashEverywhere();
    }

    /** The words of the last records are not there, but what follows them is. */
    @Test
    void shouldClearWhatFollowsTheLastRecord() throws Exception {
        write(true);
        Page last = unsure.get(unsure.size() - 1);
        fate = page -> page.equals(last) ? 0xf0 : Fate.WRITTEN;
        crashEverywhere();
    }

    /** A kill in the middle of a write left the damage, so the disk has not even what is good yet; then the power fails. */
    @Test
    void shouldPromiseNoMoreThanTheDiskHas() throws Exception {
        write(false);
        lose(page(2, 18));
        for (int seed = 1; seed <= 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            long last = OwnThread.run(() -> lastAfterPowerLoss(random));
            assertTrue(last >= QueueIndex.of(1, 20), "seed " + seed + ": it ends at " + QueueIndex.toString(last));
        }
    }

    private long lastAfterPowerLoss(SplittableRandom random) throws Exception {
        try (LoneShard shard = new LoneShard(dir.resolve("left"))) {
            shard.delete();
            images.leave(shard.createQueue(), page -> Fate.LOST, true);
            shard.settle();
            images.leave(shard.queue(), fate, true);
            shard.start();
            assertEquals(QueueIndex.of(2, 16), shard.log().lastIndex());
            shard.kill();
            shard.losePower(random);
            return outcome(shard).last();
        }
    }
}
