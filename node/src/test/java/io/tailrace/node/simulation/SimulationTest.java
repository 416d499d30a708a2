package io.tailrace.node.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.tailrace.node.config.Setting;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(
        value = 6,
        unit = TimeUnit.HOURS) // as long as its size property asks for; what it waits for has limits of its own
class SimulationTest {
    private static final int STEPS = 1_000;
    private static final int DEFAULT_SEEDS = 60;
    private static final int LONG_SEEDS = 140;

    @Test
    void shouldHoldItsInvariantsWhateverBreaks() {
        long first = Long.getLong("tailrace.simulation.seed", 1);
        int seeds = Integer.getInteger("tailrace.simulation.seeds", DEFAULT_SEEDS);
        int steps = Integer.getInteger("tailrace.simulation.steps", STEPS);
        int shards = Integer.getInteger("tailrace.simulation.shards", 0);
        Tally tally = new Tally();
        for (long seed = first; seed < first + seeds; seed++) {
            if (shards == 0) {
                Runner.run(seed, steps, tally);
            } else {
                Runner.run(seed, steps, tally, profile -> profile.withShards(shards), simulation -> {});
            }
        }
        if (seeds > LONG_SEEDS) {
            System.out.printf("%d seeds:%n%s", seeds, tally);
        }
    }

    @Test
    @Tag("long")
    void shouldHoldThemWithMoreSeeds() {
        Tally tally = new Tally();
        for (long seed = DEFAULT_SEEDS + 1; seed <= DEFAULT_SEEDS + LONG_SEEDS; seed++) {
            Runner.run(seed, STEPS, tally);
        }
    }

    /** Notes of what is told are in the log, in snapshots' stretches of it, in what is rewound and saved. */
    @Test
    void shouldHoldThemWithNotesInTheLog() {
        Map<Setting, String> settings = Map.of(Setting.NOTIFY_KEYSPACE_EVENTS, "AKE");
        long first = Long.getLong("tailrace.simulation.seed", 1);
        for (long seed = first; seed < first + Integer.getInteger("tailrace.simulation.noted", 15); seed++) {
            Runner.run(
                    seed,
                    STEPS,
                    new Tally(),
                    profile -> profile.with(profile.shards(), profile.rates(), settings),
                    simulation -> {});
        }
    }

    @Test
    void shouldDoTheSameAgainForTheSameSeed() {
        long trace = Runner.run(11, STEPS, new Tally());
        assertEquals(trace, Runner.run(11, STEPS, new Tally()));
        assertNotEquals(trace, Runner.run(12, STEPS, new Tally()));
    }

    /** A node tried to write a snapshot of a log that is empty, and closed the connection of whoever had asked for it. */
    @Test
    void shouldNotBeginASnapshotOfAnEmptyLog() {
        Runner.run(58, STEPS, new Tally(), Profile::ofStrings, simulation -> {});
    }

    /** A shard whose last snapshot failed at its stop was not closed. */
    @Test
    void shouldCloseAShardWhoseLastSnapshotFails() {
        Runner.run(90, STEPS, new Tally(), Profile::ofStrings, simulation -> {});
    }

    /** A snapshot whose unfinished file could not be deleted was waited for without end: its job had not said that it is over. */
    @Test
    void shouldEndASnapshotWhoseFileCannotBeDeleted() {
        Runner.run(1480, STEPS, new Tally());
    }

    /** A snapshot whose file could not be made left the memory for its entries behind. */
    @Test
    void shouldFreeTheEntriesOfASnapshotThatCannotBegin() {
        Runner.run(76, STEPS, new Tally(), Profile::ofStrings, simulation -> {});
    }

    /**
     * A primary whose disk was full became a replica in memory only, took its primary's history over, and was a primary again
     * after its start: one that continued with a history of another.
     */
    @Test
    void shouldNotTakeOverAHistoryBeforeTheDiskSaysThatItIsAReplica() {
        Runner.run(1326, STEPS, new Tally(), Profile::ofStrings, simulation -> {});
    }

    /** A FAILOVER whose target lost its power before it could be reached had no end, and REPLICAOF was refused meanwhile. */
    @Test
    void shouldEndAHandoverToATargetThatLostItsPower() {
        Runner.run(1113, STEPS, new Tally(), Profile::ofStrings, simulation -> {});
    }

    /** Two nodes had gone on with one history after a loss of power, and REPLICAOF .. FORCE did not lead out of that. */
    @Test
    void shouldCopyALogOfItsOwnHistoryThatHasOtherRecords() {
        Runner.run(2082, STEPS, new Tally());
    }

    /** A waiting part's partner had its place before a roll that another history had made, and the node stopped where it looked there. */
    @Test
    void shouldGiveUpAPartWhosePartnersLogGoesOnWithoutIt() {
        Runner.run(7870, STEPS, new Tally());
    }

    /** A node that had writes of its own never saved them, as the primary hung up, whose log was too short by then. */
    @Test
    void shouldSaveRewoundWritesAlthoughThePrimaryHangsUp() {
        Map<Fault, Integer> faults = Map.of(Fault.FAILOVER, 15, Fault.CUT, 40, Fault.HEAL, 15, Fault.PAUSE, 60);
        Map<Setting, String> settings = Map.of(
                Setting.RECONNECT_WINDOW, "0",
                Setting.SNAPSHOT_LOG_BYTES, "1mb",
                Setting.SNAPSHOT_INTERVAL, "1",
                Setting.ACK_REPLICAS, "0");
        Runner.run(17, 3 * STEPS, new Tally(), profile -> profile.ofStrings().with(faults, settings), simulation -> {});
    }
}
