package io.tailrace.tools.system;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kill -9 anywhere: at random moments and at every named fault point. After each kill all that was acknowledged is there, nothing
 * that was not sent, the replica continues without a full copy, and both have the same log and the same contents.
 *
 * <p>{@code -Dtailrace.kills=200} lets 200 die, half of them with two shards, and prints the table; with
 * {@code -Dtailrace.kills.at=switch-renamed,both} only in these ways.
 */
@Timeout(
        value = 6,
        unit = TimeUnit.HOURS) // as long as its size property asks for; what it waits for has limits of its own
@Tag("long")
class KillsIT {
    private static final int IN_A_BUILD = 20;
    private static final int KILLS = Integer.getInteger("tailrace.kills", IN_A_BUILD);
    private static final List<Strike> STRIKES = strikes(System.getProperty("tailrace.kills.at", ""));

    @TempDir
    private Path dir;

    private final KillTable table = new KillTable();

    @Test
    void shouldLoseNothingWhereverItDies() throws Exception {
        long seed = Long.getLong("tailrace.test.seed", System.nanoTime());
        System.out.println("kills: -Dtailrace.kills=" + KILLS + " -Dtailrace.test.seed=" + seed);
        Random random = new Random(seed);
        try {
            int withTwoShards = KILLS > IN_A_BUILD ? KILLS / 2 : 0;
            kill(1, KILLS - withTwoShards, random);
            if (withTwoShards > 0) {
                kill(2, withTwoShards, random);
            }
        } finally {
            System.out.println(table);
        }
    }

    private void kill(int shards, int times, Random random) throws IOException {
        try (KilledPair pair = new KilledPair(dir.resolve("shards-" + shards), shards, STRIKES.get(0), random, table)) {
            for (int i = 0; i < times; i++) {
                Strike next = i + 1 < times ? STRIKES.get((i + 1) % STRIKES.size()) : null;
                pair.strike(STRIKES.get(i % STRIKES.size()), next);
            }
            pair.finish();
        }
    }

    private static List<Strike> strikes(String names) {
        List<String> wanted = List.of(names.split(","));
        return names.isEmpty()
                ? Strike.ALL
                : Strike.ALL.stream()
                        .filter(strike -> wanted.contains(strike.toString()))
                        .toList();
    }
}
