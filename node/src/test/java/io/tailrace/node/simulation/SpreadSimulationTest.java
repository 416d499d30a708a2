package io.tailrace.node.simulation;

import org.junit.jupiter.api.Test;

/** What was found with several shards, each by its seed. */
class SpreadSimulationTest {
    private static final int STEPS = 1_000;

    private static void run(int shards, long seed) {
        Runner.run(seed, STEPS, new Tally(), profile -> profile.withShards(shards), simulation -> {});
    }

    /** A shard that had gone back to another history was served beside one that had not, as its index was high enough. */
    @Test
    void shouldServeAShardInANewHistoryOnlyWhenTheOthersAreInIt() {
        run(2, 40);
    }

    /** A shard that had gone back, and whose log lost its empty end then, was served before the others had what it needs. */
    @Test
    void shouldNotServeAShardBeforeTheOthersHaveWhatItNeedsBecauseItsLogLostItsEmptyEnd() {
        run(3, 1085);
    }

    /** A replica waited with a part on the connection of a primary whose power had failed, and never noticed. */
    @Test
    void shouldNoticeThatThePrimaryIsGoneWhileAPartWaits() {
        run(3, 2076);
    }

    /** Of shards that were copied by force, after their primary had lost a transaction, the first was served beside an old one. */
    @Test
    void shouldServeAShardWithNewDataOnlyWhenTheOthersFollowTheSamePrimary() {
        run(2, 3037);
    }
}
