package io.tailrace.tools.system;

import java.nio.file.Path;
import java.util.ArrayList;
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
 * <p>{@code -Dtailrace.kills=200} lets 200 die, half of them with two shards, or as many as {@code tailrace.kills.shards} says, where
 * nobody may see half of a transfer between accounts on any of them; and prints the table. With
 * {@code -Dtailrace.kills.at=switch-renamed,both} only in these ways.
 */
@Timeout(
        value = 6,
        unit = TimeUnit.HOURS) // as long as its size property asks for; what it waits for has limits of its own
@Tag("long")
class KillsIT {
    private static final int IN_A_BUILD = 20;
    private static final int KILLS = Integer.getInteger("tailrace.kills", IN_A_BUILD);
    private static final int SHARDS = Integer.getInteger("tailrace.kills.shards", 2);
    private static final String WAYS = System.getProperty("tailrace.kills.at", "");

    @TempDir
    private Path dir;

    private final KillTable table = new KillTable();

    @Test
    void shouldLoseNothingWhereverItDies() throws Exception {
        long seed = Long.getLong("tailrace.test.seed", System.nanoTime());
        System.out.println("kills: -Dtailrace.kills=" + KILLS + " -Dtailrace.test.seed=" + seed);
        Random random = new Random(seed);
        try {
            int withSeveral = KILLS > IN_A_BUILD ? KILLS / 2 : 0;
            kill(1, KILLS - withSeveral, random, strikes(Strike.ALL));
            if (withSeveral > 0) {
                List<Strike> all = new ArrayList<>(Strike.SPREAD);
                all.addAll(Strike.ALL);
                kill(SHARDS, withSeveral, random, strikes(all));
            }
        } finally {
            System.out.println(table);
        }
    }

    private void kill(int shards, int times, Random random, List<Strike> strikes) throws Exception {
        if (strikes.isEmpty()) {
            return;
        }
        try (KilledPair pair = new KilledPair(dir.resolve("shards-" + shards), shards, strikes.get(0), random, table)) {
            for (int i = 0; i < times; i++) {
                Strike next = i + 1 < times ? strikes.get((i + 1) % strikes.size()) : null;
                pair.strike(strikes.get(i % strikes.size()), next);
            }
            pair.finish();
        }
    }

    private static List<Strike> strikes(List<Strike> all) {
        List<String> wanted = List.of(WAYS.split(","));
        return WAYS.isEmpty()
                ? all
                : all.stream()
                        .filter(strike -> wanted.contains(strike.toString()))
                        .toList();
    }
}
