package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.ReplicationInfo;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full sync that breaks off continues where it stopped, whoever was killed; nothing that came is sent again. */
@Tag("long")
class ResumedSyncIT {
    private static final int KEYS = 20_000;
    private static final int VALUE_BYTES = 400;
    private static final String SLOW = "6mb";
    private static final Pattern SYNC =
            Pattern.compile("replica=.* msg=\"full sync (begins|resumes) with snapshot (\\S+) from byte (\\d+)");

    @TempDir
    private Path dir;

    @Test
    void shouldGoOnWhereItStoppedWhoeverWasKilled() throws Exception {
        try (Cluster cluster = new Cluster(dir, SyncedNodes.SHORT_LOG)) {
            NodeProcess primary = cluster.node("primary");
            NodeProcess replica = cluster.replica("replica", primary);
            primary.startAndAwait("--snapshot-rate", SLOW);
            SyncedNodes.fill(primary, "key:", KEYS, VALUE_BYTES);
            SyncedNodes.forgetTheBegin(primary);

            replica.startAndAwait();
            long had = killAt(replica, 90);
            outdate(primary);
            replica.startAndAwait();
            assertGoesOn(primary, had);

            SyncedNodes.rate(primary, "0");
            Cluster.awaitLink(replica);
            assertEquals(1, Cluster.info(primary).fullSyncs());
            assertEquals(1, Cluster.info(primary).number("resumed_syncs"));
            assertEquals(0, Cluster.info(replica).fullSyncs());
            assertEquals(1, Cluster.info(replica).number("resumed_syncs"));
            Cluster.awaitSame(primary, replica);
            Await.until("the file of the transfer to go", Cluster.LIMIT, () -> SyncedNodes.incoming(replica)
                    .isEmpty());

            NodeProcess another = cluster.replica("second", primary);
            killThePrimary(primary, another);
            Cluster.awaitSame(primary, replica, another);
            assertEquals(0, Cluster.info(replica).fullSyncs());

            NodeProcess stranger = cluster.node("stranger");
            killOneThatWasForced(primary, stranger);
            Cluster.awaitSame(primary, stranger);
        }
    }

    /** Writes so much and takes so many snapshots that what the replica has a part of would be deleted, were it not held. */
    private static void outdate(NodeProcess primary) throws IOException {
        for (int i = 0; i < 3; i++) {
            SyncedNodes.fill(primary, "later:" + i, 2_000, 1_000);
            SyncedNodes.snapshot(primary);
        }
    }

    /** Returns how much of the snapshot the replica had. */
    private static long killAt(NodeProcess replica, int percent) throws IOException {
        SyncedNodes.awaitPercent(replica, percent);
        ReplicationInfo info = Cluster.info(replica);
        assertTrue(info.number("master_sync_read_bytes") > 0, info::toString);
        replica.kill();
        return Files.size(SyncedNodes.incoming(replica).get(0));
    }

    private static void assertGoesOn(NodeProcess primary, long offset) throws IOException {
        Await.until("the transfer to go on", Cluster.LIMIT, () -> {
            ReplicationInfo info = Cluster.info(primary);
            assertEquals(1, info.fullSyncs());
            return info.number("resumed_syncs") == 1;
        });
        String said = primary.printed();
        Matcher matcher = SYNC.matcher(said);
        assertTrue(matcher.find(), said);
        assertEquals("begins", matcher.group(1));
        String id = matcher.group(2);
        assertTrue(matcher.find(), said);
        assertEquals("resumes", matcher.group(1));
        assertEquals(id, matcher.group(2));
        assertEquals(offset, Long.parseLong(matcher.group(3)));
    }

    /** A node with a history of its own, told to throw that away, does so after a kill too. */
    private static void killOneThatWasForced(NodeProcess primary, NodeProcess stranger) throws IOException {
        stranger.startAndAwait();
        SyncedNodes.fill(stranger, "own:", 100, 10);
        SyncedNodes.rate(primary, SLOW);
        try (RespClient client = stranger.connect()) {
            assertEquals("OK", client.text("REPLICAOF", "127.0.0.1", primary.port(), "FORCE"));
        }
        killAt(stranger, 20);
        SyncedNodes.rate(primary, "0");
        stranger.startAndAwait();
        Cluster.awaitLink(stranger);
        assertEquals(0, Cluster.info(stranger).fullSyncs());
        Path remembered = stranger.data().resolve("node.properties");
        Await.until(
                "what was forced once not to be forced again",
                Cluster.LIMIT,
                () -> Files.readAllLines(remembered).stream().noneMatch(line -> line.startsWith("forced")));
    }

    /** The replica stays; what a power loss could have done to its file it finds and fetches again, and no more. */
    private static void killThePrimary(NodeProcess primary, NodeProcess replica) throws IOException {
        SyncedNodes.rate(primary, SLOW);
        replica.startAndAwait();
        SyncedNodes.awaitPercent(replica, 60);
        primary.kill();
        primary.startAndAwait("--snapshot-rate", SLOW);
        Await.until(
                "the transfer to go on",
                Cluster.LIMIT,
                () -> Cluster.info(primary).number("resumed_syncs") == 1);
        assertEquals(0, Cluster.info(primary).fullSyncs());

        long size = killAt(replica, 80);
        Path file = SyncedNodes.incoming(replica).get(0);
        long tornFrom = size - 300_000;
        try (RandomAccessFile torn = new RandomAccessFile(file.toFile(), "rw")) {
            torn.seek(tornFrom);
            torn.write(new byte[200_000]);
        }
        SyncedNodes.rate(primary, "0");
        replica.startAndAwait();
        Cluster.awaitLink(replica);
        assertEquals(0, Cluster.info(replica).fullSyncs());
        assertEquals(2, Cluster.info(replica).number("resumed_syncs"));
        String said = replica.printed();
        Matcher matcher =
                Pattern.compile("resumes, snapshot \\S+ from byte (\\d+)").matcher(said);
        long last = matcher.results()
                .mapToLong(result -> Long.parseLong(result.group(1)))
                .reduce(0, (before, now) -> now);
        assertTrue(last <= tornFrom && last > tornFrom - 70_000, () -> "torn from " + tornFrom + " on, but:\n" + said);
    }
}
