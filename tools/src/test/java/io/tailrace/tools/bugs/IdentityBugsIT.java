package io.tailrace.tools.bugs;

import static io.tailrace.tools.NodeGroup.assertSame;
import static io.tailrace.tools.NodeGroup.digest;
import static io.tailrace.tools.NodeGroup.fill;
import static io.tailrace.tools.NodeGroup.replication;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.KeyspaceDigest;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kevy's bugs in saying where in which history a node is, after a primary came back as something else than it was. The
 * replica is one process all the time.
 */
@Tag("long")
class IdentityBugsIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String[] SMALL = {"--segment-size", "1mb", "--backlog-size", "8mb", "--max-value-size", "1mb"};

    @TempDir
    private static Path dir;

    private static NodeGroup group;
    private static NodeProcess primary;
    private static NodeProcess replica;

    @BeforeAll
    static void start() throws Exception {
        group = new NodeGroup(dir);
        primary = group.add("primary", SMALL);
        replica = group.addReplica("replica", primary, SMALL);
        NodeGroup.start(primary, replica);
        fill(primary, "before", 2_000, 10);
        assertSame(primary, replica);
    }

    @AfterAll
    static void stop() {
        group.close();
    }

    @Test
    @DisplayName("3: offsets of a killed and restarted primary continue, and no write is skipped")
    void shouldContinueBehindARestartedPrimary() throws Exception {
        String fullSyncs = replication(replica).get("full_syncs");
        primary.kill();
        primary.startAndAwait();
        fill(primary, "after", 107, 10);

        assertSame(primary, replica);
        assertEquals(fullSyncs, replication(replica).get("full_syncs"));
        assertEquals("0", replication(primary).get("full_syncs"));
    }

    @Test
    @DisplayName("a clean stop under load loses nothing that was answered, and exits with 0")
    void shouldKeepTheLastSecondThroughACleanStop() throws Exception {
        int answered = 0;
        try (RespClient client = primary.connect()) {
            int sent = 20_000;
            for (int i = 0; i < sent; i++) {
                client.send("SET", "stop:" + i, i);
            }
            client.flush();
            for (; answered < sent / 2; answered++) {
                assertEquals("OK", client.read());
            }
            assertEquals(0, primary.terminate());
            for (; isOk(client); answered++) {
                // answered before the end
            }
        }
        primary.startAndAwait();
        try (RespClient client = primary.connect()) {
            for (int i = 0; i < answered; i++) {
                client.send("EXISTS", "stop:" + i);
            }
            client.flush();
            for (int i = 0; i < answered; i++) {
                assertEquals(1L, client.read(), "stop:" + i + " of " + answered);
            }
        }
        assertSame(primary, replica);
    }

    private static boolean isOk(RespClient client) {
        try {
            return "OK".equals(client.read());
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    @DisplayName("3, 4: a primary that lost records doesn't pass for one that has them; both sides say why")
    void shouldRefuseAReplicaThatIsAhead() throws Exception {
        Path older = dir.resolve("older");
        assertEquals(0, primary.terminate());
        copy(primary.data(), older);
        primary.startAndAwait();
        fill(primary, "lost", 100, 10);
        assertSame(primary, replica);
        KeyspaceDigest ahead = digest(replica);
        primary.kill();
        delete(primary.data());
        Files.move(older, primary.data());
        primary.startAndAwait();

        String reason = awaitRefusal();

        assertTrue(reason.matches("(FUTURE|FOREIGN) the replica is at .*"), reason);
        fill(primary, "fork", 300, 10);
        assertSaidByBoth(reason);
        assertEquals(ahead, digest(replica));
        followAgain();
    }

    @Test
    @DisplayName("3, 5: a recreated primary has another identity, and a replica of the old one is refused")
    void shouldRefuseAReplicaOfADirectoryThatIsGone() throws Exception {
        String before = replication(primary).get("master_replid");
        assertTrue(before.matches("[0-9a-f]{40}") && !before.matches("0+"), before);
        primary.kill();
        delete(primary.data());
        primary.startAndAwait();
        assertNotEquals(before, replication(primary).get("master_replid"));
        KeyspaceDigest kept = digest(replica);

        String reason = awaitRefusal();

        assertTrue(reason.matches("(FUTURE|FOREIGN) .*"), reason);
        fill(primary, "before", 3_000, 10);
        assertSaidByBoth(reason);
        assertEquals(kept, digest(replica));
        assertEquals("down", replication(replica).get("master_link_status"));
        followAgain();
    }

    /** The way out that an operator has; both nodes are as the next test wants them. */
    private static void followAgain() throws IOException {
        try (RespClient client = replica.connect()) {
            assertEquals("OK", client.text("REPLICAOF", "127.0.0.1", primary.port(), "FORCE"));
        }
        Await.until("a link", LIMIT, () -> "up".equals(replication(replica).get("master_link_status")));
        assertSame(primary, replica);
        assertEquals(
                replication(primary).get("master_replid"), replication(replica).get("master_replid"));
    }

    private static String awaitRefusal() throws IOException {
        // LOADING comes before
        Await.until("the refusal", LIMIT, () -> !replication(replica)
                .getOrDefault("sync_refused_reason", "LOADING")
                .startsWith("LOADING"));
        Map<String, String> fields = replication(replica);
        assertEquals("down", fields.get("master_link_status"));
        return fields.get("sync_refused_reason");
    }

    private static void assertSaidByBoth(String reason) throws IOException {
        String words = reason.substring(0, reason.indexOf(' ') + 20);
        NodeGroup.awaitPrinted(replica, "refuses this node: " + words);
        NodeGroup.awaitPrinted(primary, "detached: refused: " + words);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
