package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.backlog.BacklogSettings;
import io.tailrace.node.backlog.PartLogs;
import io.tailrace.node.config.HostPort;
import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.node.shard.ShardSettings;
import io.tailrace.node.store.StoreSizing;
import io.tailrace.wire.record.PartView;
import io.tailrace.wire.record.RecordView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shards of a replica and their links, driven by hand. */
class PartMeetingTest {
    private static final int SHARDS = 3;
    private static final HostPort PRIMARY = new HostPort("10.0.0.1", 6379);

    @TempDir
    private Path dir;

    private final PartMeeting meeting = new PartMeeting(SHARDS);
    private final List<Shard> shards = new ArrayList<>();
    private final List<PartLink> links = new ArrayList<>();
    private final List<BacklogInspector> sent = new ArrayList<>();
    private final List<String> held = new ArrayList<>();
    private final List<Integer> woken = new ArrayList<>();
    private PartLogs primary;
    private boolean isHoldRefused;

    private final PartMeeting.Hold hold = new PartMeeting.Hold() {
        @Override
        public boolean take(long wanted) {
            held.add(Long.toBinaryString(wanted));
            return !isHoldRefused;
        }

        @Override
        public void giveBack() {
            held.add("back");
        }
    };

    @BeforeEach
    void open() throws Exception {
        primary = new PartLogs(SHARDS, shard -> dir.resolve("primary-" + shard));
        for (int id = 0; id < SHARDS; id++) {
            Shard shard = new Shard(
                    new ShardSettings(
                            id,
                            SHARDS,
                            new StoreSizing(1_000, 16, 100),
                            new BacklogSettings(1 << 20, 4 << 20, 1 << 20, "disk-replica-" + id),
                            1 << 20,
                            Background.THREADS),
                    new CycleClock(() -> 1_700_000_100_000_000L));
            shard.open(ShardDirectory.open(dir.resolve("replica-" + id)));
            shards.add(shard);
            meeting.join(shard, () -> woken.add(shard.id()));
            links.add(new PartLink(meeting, id, hold, PRIMARY));
            sent.add(new BacklogInspector(dir.resolve("primary-" + id)));
        }
    }

    @AfterEach
    void close() {
        links.forEach(PartLink::close);
        sent.forEach(BacklogInspector::close);
        shards.forEach(Shard::close);
        primary.close();
    }

    /** What it needs is there, and is asked onto the disk. */
    private void awaitOpen(int shard) {
        long end = System.nanoTime() + 30_000_000_000L;
        while (!meeting.open(shard, hold)) {
            assertTrue(System.nanoTime() < end, "shard " + shard + " is not served");
            Thread.onSpinWait();
        }
        assertTrue(shards.get(shard).backlog().parts().needs().areMetBy(each -> shards.get(each)
                .backlog()
                .durableIndex()));
    }

    /** The shard's link brings its next record, unless it waits; returns whether it took one. */
    private boolean bring(int shard) {
        PartLink link = links.get(shard);
        if (link.isWaiting()) {
            assertNull(link.meet());
        }
        RecordView record = link.isWaiting() ? null : sent.get(shard).next();
        if (record == null) {
            return false;
        }
        long index = sent.get(shard).index();
        assertNull(
                record.isPart() ? link.stage(index, record) : shards.get(shard).follow(index, record));
        return true;
    }

    private void bring(int shard, int count) {
        for (int i = 0; i < count; i++) {
            assertTrue(bring(shard), "record " + i + " of shard " + shard);
        }
    }

    private long last(int shard) {
        return shards.get(shard).backlog().lastIndex();
    }

    private long keys(int shard) {
        return shards.get(shard).databases().keys();
    }

    /** No log has a part whose other parts are not in theirs. */
    private void assertClosed(String when) {
        PartView part = new PartView();
        for (int shard = 0; shard < SHARDS; shard++) {
            if (shards.get(shard).backlog().isEmpty()) {
                continue;
            }
            try (BacklogReader reader = shards.get(shard).backlog().reader()) {
                RecordView record = reader.readAt(shards.get(shard).backlog().firstIndex());
                for (; record != null; record = reader.next()) {
                    assertNull(part.wrap(record));
                    for (int i = 0; i < part.parts().count(); i++) {
                        assertTrue(last(part.parts().shard(i)) >= part.parts().index(i), when + ": " + part.parts());
                    }
                    for (int i = 0; i < part.needs().count(); i++) {
                        assertTrue(last(part.needs().shard(i)) >= part.needs().index(i), when + ": " + part.needs());
                    }
                }
            }
        }
    }

    @Test
    void shouldTakeAllPartsWhenTheLastOneComes() {
        primary.set(0, "a", "1");
        primary.transact("k", "1", 0, 2);
        bring(0, 3);
        assertEquals(PartLogs.at(1), last(0));
        assertEquals(2, links.get(0).missing());
        assertFalse(bring(0), "nothing is taken behind a part that waits");
        bring(1, 1);
        bring(2, 1);
        assertEquals(List.of(), held);
        bring(2, 1);
        assertEquals(List.of("1", "back"), held);
        assertEquals(PartLogs.at(2), last(0));
        assertEquals(PartLogs.at(1), last(2));
        assertEquals(2, keys(0));
        assertEquals(1, keys(2));
        assertFalse(meeting.isWaiting(0));
        assertNull(links.get(0).meet());
        assertTrue(links.get(0).isTaken());
        assertEquals(
                "2:" + PartLogs.at(1), shards.get(0).backlog().parts().needs().text(0));
        assertEquals(
                "0:" + PartLogs.at(2), shards.get(2).backlog().parts().needs().text(2));
    }

    @Test
    void shouldTakeNothingAsLongAsItGetsNotAllShards() {
        primary.transact("k", "1", 0, 1);
        bring(0, 2);
        isHoldRefused = true;
        bring(1, 2);
        assertTrue(links.get(1).isWaiting());
        assertEquals(PartLogs.at(0), last(1));
        isHoldRefused = false;
        assertNull(links.get(0).meet());
        assertEquals(PartLogs.at(1), last(1));
        assertNull(links.get(1).meet());
        assertTrue(links.get(1).isTaken());
    }

    @Test
    void shouldTakeWhatIsDerivedFromAnotherShardWhenThatHasIt() {
        primary.set(0, "a", "1");
        primary.derive(1, "b", "1", 0);
        bring(0, 1);
        bring(1, 2);
        assertTrue(links.get(1).isWaiting());
        assertEquals(0, links.get(1).missing());
        links.get(0).hasGrown();
        assertEquals(List.of(1), woken, "it may have come");
        assertNull(links.get(1).meet());
        woken.clear();
        bring(0, 1);
        links.get(0).hasGrown();
        assertEquals(List.of(1), woken);
        assertNull(links.get(1).meet());
        assertTrue(links.get(1).isTaken());
        assertEquals(List.of("1", "back"), held);
        assertEquals(PartLogs.at(1), last(1));
        assertEquals(
                "0:" + PartLogs.at(1), shards.get(1).backlog().parts().needs().text(1));
    }

    @Test
    void shouldNeedWhatThatNeedsThatItIsDerivedFrom() {
        primary.transact("a", "1", 0, 2);
        primary.derive(1, "b", "1", 0);
        bring(0, 2);
        bring(1, 2);
        assertFalse(bring(1));
        bring(2, 2);
        assertNull(links.get(0).meet());
        assertNull(links.get(1).meet());
        assertTrue(links.get(1).isTaken());
        assertEquals(
                "0:" + PartLogs.at(1) + ",2:" + PartLogs.at(1),
                shards.get(1).backlog().parts().needs().text(1));
    }

    @Test
    void shouldForgetAPartWhoseLinkIsGone() {
        primary.transact("k", "1", 0, 1);
        bring(0, 2);
        meeting.leave(0);
        bring(1, 2);
        assertEquals(0, links.get(1).missing());
        assertEquals(PartLogs.at(0), last(0));
        sent.get(0).seek(PartLogs.at(1));
        assertNull(links.get(0).meet());
        bring(0, 1);
        assertEquals(PartLogs.at(1), last(0));
        assertEquals(PartLogs.at(1), last(1));
    }

    /** Shard 1 was copied while shard 0 waited: its log has the part. */
    @Test
    void shouldTakeAPartByItselfWhoseOthersAreInTheirLogs() {
        primary.transact("k", "1", 0, 1);
        primary.set(1, "b", "1");
        bring(0, 2);
        while (true) {
            RecordView record = sent.get(1).next();
            if (record == null) {
                break;
            }
            assertNull(shards.get(1).follow(sent.get(1).index(), record));
        }
        shards.get(1).backlog().parts().ahead(true);
        assertFalse(meeting.open(1, hold), "what it has of the transaction is not in shard 0 yet");
        assertNull(links.get(0).meet());
        assertTrue(links.get(0).isTaken());
        assertEquals(PartLogs.at(1), last(0));
        awaitOpen(1);
        assertFalse(shards.get(1).backlog().parts().isAhead());
    }

    @Test
    void shouldNotOpenAShardThatLacksWhatOthersShowOfIt() {
        primary.transact("k", "1", 0, 1);
        bring(0, 1);
        bring(1, 1);
        RecordView part = sent.get(0).next();
        assertNull(shards.get(0).follow(sent.get(0).index(), part));
        shards.get(1).backlog().parts().ahead(true);
        assertFalse(meeting.open(1, hold), "shard 0 shows its part");
        shards.get(0).backlog().parts().ahead(true);
        awaitOpen(1);
        assertFalse(meeting.open(0, hold), "shard 1 has not its part");
    }

    /** A shard that had gone back to where a new history begins had a higher index there than was needed of it, and was served. */
    @Test
    void shouldNotOpenAShardByItsIndexInAnotherHistory() {
        primary.transact("k", "1", 0, 1);
        bring(0, 1);
        bring(1, 1);
        RecordView part = sent.get(1).next();
        assertNull(shards.get(1).follow(sent.get(1).index(), part));
        shards.get(0).log().beginHistory("00000000000000000000000000000000000000bb");
        assertTrue(last(0) > PartLogs.at(1));
        shards.get(0).backlog().parts().ahead(true);
        assertFalse(meeting.open(0, hold), "shard 1 shows its part");
        shards.get(1).backlog().parts().ahead(true);
        awaitOpen(0);
        assertFalse(meeting.open(1, hold), "shard 0 has not its part, and never will");
    }

    /**
     * The primary lost a transaction with its power, wrote on in the same history, and this node gave its data up for that, shard by
     * shard: the one that was copied first was served beside one that still showed the transaction.
     */
    @Test
    void shouldNotOpenAShardBesideOneThatDoesNotFollowTheSame() {
        primary.transact("k", "1", 0, 1);
        primary.set(0, "a", "2");
        for (int shard = 0; shard < 2; shard++) {
            bring(shard, 1);
            RecordView part = sent.get(shard).next();
            assertNull(shards.get(shard).follow(sent.get(shard).index(), part));
        }
        shards.get(0).backlog().parts().ahead(true);
        meeting.follows(1, null);
        assertFalse(meeting.open(0, hold), "shard 1 may be of another log");
        meeting.follows(1, new HostPort("10.0.0.2", 6379));
        assertFalse(meeting.open(0, hold), "shard 1 is of another node's log");
        meeting.follows(1, PRIMARY);
        meeting.follows(2, null);
        assertFalse(meeting.open(0, hold), "so may shard 2");
        shards.get(2).backlog().parts().ahead(true);
        awaitOpen(0);
    }

    /** The primary lost a transaction with its power, and wrote something else where one of its parts had been. */
    @Test
    void shouldNotTakeAPartByItselfWhereAnotherRecordIsInThePlaceOfItsPartner() {
        primary.part(0, primary.names(0, 1), "k", "1");
        primary.set(1, "b", "1");
        bring(0, 2);
        bring(1, 2);
        String problem = links.get(0).meet();
        assertEquals("shard 1 has another record at 1:1 than the one that belongs to 0@1:1 1@1:1", problem);
        assertEquals(PartLogs.at(0), last(0));
    }

    @Test
    void shouldRefuseAPartOfAnotherPlaceOrOfAShardThatIsNotThere() {
        primary.transact("k", "1", 0, 1);
        bring(0, 1);
        RecordView part = sent.get(0).next();
        assertEquals(
                "it is a part of another place: of 0@1:1 1@1:1", links.get(0).stage(PartLogs.at(2), part));
        assertFalse(meeting.isWaiting(0));
        PartMeeting smaller = new PartMeeting(1);
        try (PartLink link = new PartLink(smaller, 0, hold, PRIMARY)) {
            assertNotNull(link.stage(PartLogs.at(1), part));
        }
    }

    @Test
    void shouldTakeNoneOfThePartsWhenOneDoesNotContinueItsLog() {
        primary.transact("k", "1", 0, 1);
        bring(0, 2);
        RecordView part = sent.get(1).next();
        part = sent.get(1).next();
        String problem = links.get(1).stage(PartLogs.at(1), part);
        assertTrue(problem.startsWith("shard 1: record 1:1: its chain is "), problem);
        assertEquals(PartLogs.at(0), last(0));
        assertTrue(links.get(0).isWaiting());
    }

    @Test
    void shouldBeClosedAtEveryStepAndEqualInTheEnd() {
        for (long seed = 0; seed < 4; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            for (int i = 0; i < 120; i++) {
                int one = random.nextInt(SHARDS);
                int other = (one + 1 + random.nextInt(SHARDS - 1)) % SHARDS;
                switch (random.nextInt(9)) {
                    case 0 -> primary.openSegment(one);
                    case 1, 2, 3 -> primary.set(one, "k" + random.nextInt(9), "v" + i);
                    case 4 -> primary.transact("k" + random.nextInt(9), "v" + i, 0, 1, 2);
                    case 5 -> primary.derive(one, "k" + random.nextInt(9), "v" + i, other);
                    default ->
                        primary.transact("k" + random.nextInt(9), "v" + i, Math.min(one, other), Math.max(one, other));
                }
                for (int steps = random.nextInt(4); steps > 0; steps--) {
                    bring(random.nextInt(SHARDS));
                }
                if (i % 10 == 0) {
                    assertClosed("seed " + seed + " step " + i);
                }
            }
            boolean hasMoved = true;
            while (hasMoved) {
                hasMoved = bring(0) | bring(1) | bring(2);
            }
            for (int shard = 0; shard < SHARDS; shard++) {
                assertEquals(primary.log(shard).lastIndex(), last(shard), "seed " + seed + " shard " + shard);
                assertEquals(
                        primary.log(shard).lastChain(),
                        shards.get(shard).backlog().lastChain(),
                        "seed " + seed + " shard " + shard);
            }
        }
    }
}
