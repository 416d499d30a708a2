package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tailrace.tools.demo.NodeProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A primary and a replica that live on under load while, again and again, another replica is killed and comes back, and a
 * blank one takes a full copy and goes. What the two hold of memory, files and threads at the end is what they held after
 * the first round. {@code -Dtailrace.soak.seconds=1800} runs for half an hour; the table is printed.
 */
@Timeout(
        value = 6,
        unit = TimeUnit.HOURS) // as long as its size property asks for; what it waits for has limits of its own
@Tag("long")
class SoakIT {
    private static final int SECONDS = Integer.getInteger("tailrace.soak.seconds", 24);
    private static final int ROUND_SECONDS = Math.min(60, SECONDS / 4);

    /** In a build other tests run beside. */
    private static final int MAX_PER_SECOND =
            Integer.getInteger("tailrace.soak.most", SECONDS > 24 ? 1_000_000 : 4_000);

    private static final int UNLIMITED = 1_000_000;
    private static final int CLIENTS = 4;
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final String[] FLAGS = {
        "--segment-size", "2mb", "--backlog-size", "4mb", "--snapshot-log-bytes", "8mb"
    };

    @TempDir
    private Path dir;

    private long rounds;

    @Test
    void shouldHoldNoMoreAtTheEnd() throws Exception {
        try (Cluster cluster = new Cluster(dir, FLAGS)) {
            NodeProcess primary = cluster.node("primary").javaOptions("-Xms64m -Xmx256m " + ProcessUse.OPTION);
            NodeProcess replica =
                    cluster.replica("replica", primary).javaOptions("-Xms64m -Xmx256m " + ProcessUse.OPTION);
            NodeProcess victim = cluster.replica("victim", primary);
            Cluster.start(primary, replica, victim);
            try (MixedLoad load = new MixedLoad("soak", primary, CLIENTS, UNLIMITED)) {
                paceAtHalf(load);
                // a blank replica takes a copy only when it can't have the log from its first record on
                Cluster.await(
                        "the log to be shortened", primary, info -> info.number("repl_backlog_first_byte_offset") > 1);
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
                System.out.printf("%n%6s %-8s %11s %s%n", "round", "node", "operations", ProcessUse.HEAD);
                ProcessUse[] first = round(cluster, load, primary, replica, victim);
                ProcessUse[] last = first;
                while (System.nanoTime() < end || rounds < 2) {
                    last = round(cluster, load, primary, replica, victim);
                }
                load.stop();
                Cluster.awaitSame(primary, replica, victim);
                load.requireAllAcknowledged(replica);
                assertEquals("", last[0].growthSince(first[0]), "the primary");
                assertEquals("", last[1].growthSince(first[1]), "the replica");
            }
            assertEquals(0, Cluster.info(replica).fullSyncs());
            assertEquals(0, Cluster.info(victim).fullSyncs());
            assertEquals(rounds, Cluster.info(primary).fullSyncs());
        }
    }

    private static void paceAtHalf(MixedLoad load) {
        load.awaitCount(20_000, LIMIT);
        int before = load.count();
        long begin = System.nanoTime();
        load.awaitCount(before + 20_000, LIMIT);
        double seconds = (System.nanoTime() - begin) / 1e9;
        int half = (int) Math.min(MAX_PER_SECOND, (load.count() - before) / seconds / 2);
        System.out.printf("soak: %d operations a second%n", half);
        load.perSecond(half);
    }

    /** Load with a kill and a full copy, and then a look at what is held while all rests. */
    private ProcessUse[] round(
            Cluster cluster, MixedLoad load, NodeProcess primary, NodeProcess replica, NodeProcess victim)
            throws Exception {
        rounds++;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ROUND_SECONDS);
        victim.kill();
        NodeProcess blank = cluster.replica("blank" + rounds, primary);
        Cluster.start(blank);
        assertEquals(1, Cluster.info(blank).fullSyncs());
        assertEquals(0, blank.terminate());
        Cluster.start(victim);
        while (System.nanoTime() < end) {
            load.awaitCount(load.count() + 1_000, LIMIT);
        }
        load.pause();
        Cluster.awaitSame(primary, replica, victim);
        ProcessUse[] uses = {ProcessUse.of(primary), ProcessUse.of(replica)};
        System.out.printf("%6d %-8s %11d %s%n", rounds, "primary", load.count(), uses[0]);
        System.out.printf("%6d %-8s %11d %s%n", rounds, "replica", load.count(), uses[1]);
        load.resume();
        return uses;
    }
}
