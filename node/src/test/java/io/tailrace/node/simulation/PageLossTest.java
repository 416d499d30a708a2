package io.tailrace.node.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.simulation.LogImages.Fate;
import io.tailrace.node.simulation.LogImages.Page;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Starts on everything that a power loss can leave of a log: each page whose content is not sure lost, alone written, torn, the
 * last or the first one written, and mixes of all that. A start must never refuse, and must find a prefix of what was written
 * with all that was forced; then it can be written to, and started again.
 *
 * <p>{@code -Dtailrace.test.pagelosses=2000} tries that many mixes for each log.
 */
@Tag("long")
class PageLossTest {
    private static final int MIXES = Integer.getInteger("tailrace.test.pagelosses", 5);
    private static final int[] TORN = {0x01, 0xfe, 0x0f, 0xf0, 0x55, 0xaa};

    /** That many records of a segment have their places in the library's first index of it. */
    private static final int RECORDS_OF_AN_INDEX = 65_536;

    private Path dir;
    private NodeLog said;
    private final Map<Long, Long> chains = new TreeMap<>();
    private LogImages images;
    private List<Page> unsure;
    private LoneShard shard;
    private long forced = QueueIndex.NONE;
    private int cases;

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

    /** What is written before the power fails; nothing is forced but by this. */
    private interface Writes {
        void run() throws Exception;
    }

    private void writeUntilPowerFails(Writes writes) throws Exception {
        try (LoneShard writing = new LoneShard(dir.resolve("live"))) {
            shard = writing;
            writing.start();
            images = LogImages.forced(writing.queue());
            openSegment();
            writes.run();
            images = images.until(writing.queue());
        }
        unsure = images.unsurePages();
    }

    private void openSegment() {
        shard.bench().begin();
        noteChain();
    }

    private void write(int records, int valueLength) {
        for (int i = 0; i < records; i++) {
            shard.bench().set("key" + i, "v".repeat(valueLength));
            noteChain();
        }
    }

    private void noteChain() {
        chains.put(shard.log().lastIndex(), shard.log().lastChain());
    }

    private void force() throws IOException {
        shard.log().sync().now();
        forced = shard.log().lastIndex();
        images = LogImages.forced(shard.queue());
    }

    private void loseSinglePages() {
        for (Page page : unsure) {
            startOn(page + " lost", other -> other.equals(page) ? Fate.LOST : Fate.WRITTEN);
            startOn("only " + page, other -> other.equals(page) ? Fate.WRITTEN : Fate.LOST);
        }
    }

    private void loseEachPage() {
        loseSinglePages();
        for (int i = 0; i < unsure.size(); i++) {
            Page page = unsure.get(i);
            int number = i;
            startOn("up to " + page, other -> unsure.indexOf(other) <= number ? Fate.WRITTEN : Fate.LOST);
            startOn("from " + page, other -> unsure.indexOf(other) >= number ? Fate.WRITTEN : Fate.LOST);
            int torn = TORN[i % TORN.length];
            startOn(page + " torn " + torn, other -> other.equals(page) ? torn : Fate.WRITTEN);
        }
        for (int seed = 1; seed <= MIXES; seed++) {
            startOn("mix " + seed, mix(new SplittableRandom(seed)));
        }
    }

    private Fate mix(SplittableRandom random) {
        Map<Page, Integer> fates = new HashMap<>();
        for (Page page : unsure) {
            int choice = random.nextInt(3);
            fates.put(page, choice == 0 ? Fate.LOST : choice == 1 ? Fate.WRITTEN : random.nextInt(Fate.WRITTEN));
        }
        return fates::get;
    }

    private void startOn(String what, Fate fate) {
        startOnLoss(what, queue -> images.leave(queue, fate, cases % 2 == 0));
    }

    private interface Loss {
        void leave(Path queue) throws IOException;
    }

    private void startOnLoss(String what, Loss loss) {
        cases++;
        try {
            OwnThread.run(() -> {
                startOnLoss(loss);
                return null;
            });
        } catch (IllegalStateException | AssertionError e) {
            throw new AssertionError(what + ", forced up to " + QueueIndex.toString(forced) + ": " + e.getMessage(), e);
        }
    }

    private void startOnLoss(Loss loss) throws Exception {
        try (LoneShard left = new LoneShard(dir.resolve("left"))) {
            loss.leave(left.createQueue());
            long found = startAndWrite(left, last -> {
                assertTrue(last >= forced, "it ends at " + QueueIndex.toString(last));
                return last == QueueIndex.NONE ? 0 : chains.get(last);
            });
            startAndWrite(left, last -> found);
            left.delete();
        }
    }

    /** Starts, writes, and is killed; returns the chain at the end. */
    private static long startAndWrite(LoneShard left, LongUnaryOperator chainAt) throws Exception {
        left.start();
        Backlog log = left.log();
        assertEquals(chainAt.applyAsLong(log.lastIndex()), log.lastChain());
        left.bench().begin();
        for (int i = 1; i <= 20; i++) {
            assertNull(left.bench().trySet("added", i));
        }
        long chain = log.lastChain();
        left.kill();
        return chain;
    }

    @Test
    void shouldStartOnALogOfWhichNothingWasForced() throws Exception {
        writeUntilPowerFails(() -> write(30, 400));
        loseEachPage();
    }

    @Test
    void shouldStartOnAHalfForcedSegment() throws Exception {
        writeUntilPowerFails(() -> {
            write(20, 400);
            openSegment();
            write(20, 400);
            force();
            write(30, 400);
        });
        loseEachPage();
    }

    @Test
    void shouldStartOnASegmentOfWhichTheOpeningWasForced() throws Exception {
        writeUntilPowerFails(() -> {
            write(20, 400);
            openSegment();
            force();
            write(30, 400);
        });
        loseEachPage();
    }

    /** Of the segment that was closed the end mark is all that is not sure. */
    @Test
    void shouldStartOnASegmentThatFollowsAForcedOne() throws Exception {
        writeUntilPowerFails(() -> {
            write(20, 400);
            force();
            openSegment();
            write(20, 400);
        });
        loseEachPage();
    }

    @Test
    void shouldStartOnASegmentWithItsOpeningOnly() throws Exception {
        writeUntilPowerFails(() -> {
            write(20, 400);
            force();
            openSegment();
        });
        loseEachPage();
    }

    @Test
    void shouldStartOnSeveralSegmentsThatWereNotForced() throws Exception {
        writeUntilPowerFails(() -> {
            write(20, 400);
            force();
            write(10, 400);
            openSegment();
            write(10, 400);
            openSegment();
            write(20, 400);
        });
        loseEachPage();
    }

    /** The library puts another page of its index between the records. */
    @Test
    void shouldStartOnASegmentWithItsSecondIndexNotForced() throws Exception {
        writeUntilPowerFails(() -> {
            write(RECORDS_OF_AN_INDEX - 30, 1);
            force();
            write(60, 1);
            openSegment();
            write(20, 400);
        });
        loseSinglePages();
    }

    @Test
    void shouldStartOnAFileThatEndsAnywhere() throws Exception {
        writeUntilPowerFails(() -> {
            write(20, 400);
            force();
            openSegment();
            write(20, 400);
        });
        for (int pages = 0; pages < 24; pages++) {
            int length = pages;
            startOnLoss("the newest file has " + length + " pages", queue -> {
                images.leave(queue, page -> Fate.WRITTEN, true);
                LogImages.shortenNewest(queue, length);
            });
        }
    }
}
