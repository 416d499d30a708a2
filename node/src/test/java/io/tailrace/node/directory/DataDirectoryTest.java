package io.tailrace.node.directory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.config.ShardCount;
import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.NodeStartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    private static final HostPort ONE = new HostPort("one", 1);
    private static final HostPort OTHER = new HostPort("other", 2);

    private static final String ID = "1".repeat(40);
    private static final String NEW_ID = "2".repeat(40);

    @TempDir
    Path path;

    private DataDirectory open() throws NodeStartException {
        return DataDirectory.open(path, new ShardCount(2, false), ID, Background.THREADS);
    }

    private String refusal() {
        return assertThrows(NodeStartException.class, this::open).getMessage();
    }

    @Test
    void shouldRememberWhatIsForcedUntilEachShardFollows() throws Exception {
        try (DataDirectory directory = open()) {
            directory.rememberForced(null, ONE);
        }
        try (DataDirectory directory = open()) {
            assertEquals(ONE, directory.primary(null));
            assertTrue(directory.isForced(0, ONE));
            assertTrue(directory.isForced(1, ONE));
            directory.rememberAgain(null, ONE);
            assertTrue(directory.isForced(1, ONE), "the start of a node remembers its primary again");
            assertNull(directory.forcedHistory());
            directory.bindForced(0, "h", "h:5:c");
            directory.forceDone(1, ONE);
        }
        try (DataDirectory directory = open()) {
            assertTrue(directory.isForced(0, ONE));
            assertFalse(directory.isForced(1, ONE));
            assertEquals("h", directory.forcedHistory());
            assertEquals("h:5:c", directory.forcedTo(0));
            assertNull(directory.forcedTo(1));
            directory.forceDone(0, ONE);
            assertNull(directory.forcedHistory());
            assertNull(directory.forcedTo(0));
        }
        try (DataDirectory directory = open()) {
            assertFalse(directory.isForced(0, ONE));
            assertEquals(ONE, directory.primary(null));
        }
    }

    /** As on a full disk: what was not written must not get there with the next change. */
    @Test
    void shouldBeWhatItWasWhenTheDiskDoesNotTakeAChange() throws Exception {
        try (DataDirectory directory = open()) {
            directory.rememberHandover(null, ONE, "h");
            Path inTheWay = Files.createDirectory(path.resolve("node.properties.new"));
            assertThrows(IOException.class, () -> directory.rememberPromotion(null, "p"));
            assertThrows(IOException.class, () -> directory.remember(null, OTHER));
            assertEquals(ONE, directory.primary(null));
            assertEquals("h", directory.handover(ONE));
            assertNull(directory.promotion());
            Files.delete(inTheWay);
            directory.rememberAgain(ONE, ONE);
        }
        try (DataDirectory directory = open()) {
            assertEquals(ONE, directory.primary(ONE));
            assertNull(directory.promotion());
        }
    }

    @Test
    void shouldTellHowTheLastRunEnded() throws Exception {
        try (DataDirectory directory = open()) {
            assertEquals(DataDirectory.LastRun.NONE, directory.lastRun());
        }
        try (DataDirectory directory = open()) {
            assertEquals(DataDirectory.LastRun.NOT_STARTED, directory.lastRun());
            directory.started();
        }
        try (DataDirectory directory = open()) {
            assertEquals(DataDirectory.LastRun.CRASHED, directory.lastRun());
            directory.started();
            directory.endInOrder();
        }
        try (DataDirectory directory = open()) {
            assertEquals(DataDirectory.LastRun.IN_ORDER, directory.lastRun());
        }
    }

    @Test
    void shouldForceNothingAfterAPlainOrderForTheSamePrimary() throws Exception {
        try (DataDirectory directory = open()) {
            directory.rememberForced(null, ONE);
            directory.bindForced(1, "h", "h:5:c");
            directory.remember(null, ONE);
            assertFalse(directory.isForced(0, ONE));
            assertNull(directory.forcedHistory());
            directory.rememberForced(null, ONE);
            assertNull(directory.forcedTo(1), "a new FORCE is for whatever it finds");
        }
    }

    @Test
    void shouldForceNothingForAnotherPrimary() throws Exception {
        try (DataDirectory directory = open()) {
            directory.rememberForced(null, ONE);
            assertFalse(directory.isForced(0, OTHER));
            assertFalse(directory.isForced(0, null));
            directory.forceDone(0, OTHER);
            assertTrue(directory.isForced(0, ONE));
            directory.remember(null, OTHER);
            assertFalse(directory.isForced(0, OTHER));
            directory.remember(null, ONE);
            assertFalse(directory.isForced(0, ONE));
        }
    }

    @Test
    void shouldForceNothingAfterAPromotion() throws Exception {
        try (DataDirectory directory = open()) {
            directory.rememberForced(null, ONE);
            directory.rememberPromotion(null, "h");
            assertNull(directory.primary(null));
            directory.remember(null, ONE);
            assertFalse(directory.isForced(0, ONE));
        }
    }

    @Test
    void shouldTakeNoDamagedIdentity() throws Exception {
        open().close();
        Path file = path.resolve("node.properties");
        byte[] right = Files.readAllBytes(file);
        for (int bit = 0; bit < right.length * Byte.SIZE; bit++) {
            byte[] wrong = right.clone();
            wrong[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            Files.write(file, wrong);
            try (DataDirectory directory = open()) {
                assertEquals(ID, directory.nodeId(), "bit " + bit);
            } catch (NodeStartException e) {
                assertTrue(e.getMessage().contains(file + " is damaged: "), e.getMessage());
            }
        }
    }

    @Test
    void shouldKeepAnAddressWhateverItsLetters() throws Exception {
        HostPort strange = new HostPort("a\\b=c#d!\u00e9:1", 3);
        try (DataDirectory directory = open()) {
            directory.remember(null, strange);
        }
        try (DataDirectory directory = open()) {
            assertEquals(strange, directory.primary(null));
        }
    }

    @Test
    void shouldNotGuessARoleThatNoFileTells() throws Exception {
        makeShards();
        Files.delete(path.resolve("node.properties"));
        String refusal = refusal();
        assertTrue(
                refusal.startsWith(
                        path.resolve("node.properties") + " is missing, and there is data of shards [0, 1]: "),
                refusal);
        assertTrue(refusal.contains("'tailrace repair " + path + " --role primary --yes'"), refusal);
    }

    @Test
    void shouldNotStartWithoutAShardThatHadData() throws Exception {
        makeShards();
        Path shard = path.resolve("shard-1");
        Files.delete(shard.resolve("CURRENT"));
        assertTrue(refusal().startsWith(shard + " is missing or holds no generation"), this::refusal);
        Files.delete(shard.resolve("owner"));
        Files.delete(shard);
        assertTrue(refusal().startsWith(shard + " is missing or holds no generation"), this::refusal);
    }

    /** A crash of the first start: the node was made, its shards not all. */
    @Test
    void shouldStartWithoutShardsThatNeverHadData() throws Exception {
        open().close();
        Files.createDirectories(path.resolve("shard-0"));
        open().close();
    }

    @Test
    void shouldNotLeaveAShardOut() throws Exception {
        makeShards();
        Files.createDirectories(path.resolve("shard-2"));
        assertTrue(refusal().contains("counts 2 shards, and there is data of shards [0, 1, 2]"), this::refusal);
    }

    @Test
    void shouldNotTakeAnOlderRole() throws Exception {
        makeShards();
        byte[] older = Files.readAllBytes(path.resolve("node.properties"));
        try (DataDirectory directory = open()) {
            directory.remember(null, ONE);
        }
        Files.write(path.resolve("node.properties"), older);
        assertTrue(refusal().contains(" is of an older moment "), this::refusal);
    }

    /** A crash between the two. */
    @Test
    void shouldTakeARoleThatTheShardsHaveNotHeardOf() throws Exception {
        makeShards();
        byte[] older = Files.readAllBytes(path.resolve("shard-0/owner"));
        try (DataDirectory directory = open()) {
            directory.remember(null, ONE);
        }
        Files.write(path.resolve("shard-0/owner"), older);
        try (DataDirectory directory = open()) {
            assertEquals(ONE, directory.primary(null));
            directory.shardsMade();
        }
        assertFalse(Arrays.equals(older, Files.readAllBytes(path.resolve("shard-0/owner"))));
    }

    @Test
    void shouldWriteAnOwnerThatIsMissingOrDamagedAnew() throws Exception {
        makeShards();
        byte[] right = Files.readAllBytes(path.resolve("shard-0/owner"));
        Files.write(path.resolve("shard-0/owner"), Arrays.copyOf(right, 9));
        Files.delete(path.resolve("shard-1/owner"));
        try (DataDirectory directory = open()) {
            directory.shardsMade();
        }
        assertArrayEquals(right, Files.readAllBytes(path.resolve("shard-0/owner")));
        assertTrue(Files.exists(path.resolve("shard-1/owner")));
    }

    @Test
    void shouldBeSaidWhatTheNodeIsWhereItsFileIsGone() throws Exception {
        makeShards();
        Files.delete(path.resolve("node.properties"));
        NodeIdentity identity = NodeIdentity.of(path);
        assertNull(identity.obstacle());
        identity.assign(ONE, null, () -> NEW_ID);
        try (DataDirectory directory = open()) {
            assertEquals(ONE, directory.primary(null));
            assertEquals(ID, directory.nodeId(), "as the shards say");
            assertNull(directory.promotion());
        }
        NodeIdentity.of(path).assign(null, "h", () -> NEW_ID);
        try (DataDirectory directory = open()) {
            assertNull(directory.primary(null));
            assertEquals("h", directory.promotion());
        }
    }

    @Test
    void shouldGetAnIdentityOfItsOwnWhereTheFilesTellOfTwo() throws Exception {
        makeShards();
        new ShardOwner("3".repeat(40), 1, 2, 9).write(path);
        assertTrue(refusal().contains(" the data is of node 333"), this::refusal);
        NodeIdentity.of(path).assign(null, "h", () -> NEW_ID);
        try (DataDirectory directory = open()) {
            assertEquals(NEW_ID, directory.nodeId());
        }
    }

    @Test
    void shouldNotBeSaidWhatANodeIsThatLostAShard() throws Exception {
        makeShards();
        Files.delete(path.resolve("node.properties"));
        Files.delete(path.resolve("shard-1/owner"));
        Files.delete(path.resolve("shard-1/CURRENT"));
        Files.delete(path.resolve("shard-1"));
        String obstacle = NodeIdentity.of(path).obstacle();
        assertTrue(obstacle.contains("holds shards [0], which are not all of one node's"), obstacle);
    }

    private void makeShards() throws Exception {
        try (DataDirectory directory = open()) {
            for (int shard = 0; shard < 2; shard++) {
                Files.createDirectories(path.resolve("shard-" + shard));
                Files.createFile(path.resolve("shard-" + shard + "/CURRENT"));
            }
            directory.shardsMade();
        }
    }

    @Test
    void shouldSayWhatAutoIsWhereTheDirectoryHasAnotherNumberOfShards() throws NodeStartException {
        open().close();
        NodeStartException e = assertThrows(
                NodeStartException.class,
                () -> DataDirectory.open(path, new ShardCount(3, true), ID, Background.THREADS));
        assertTrue(
                e.getMessage()
                        .contains(
                                " was made with shards 2, asked for auto, which is 3 here: start with --shards 2, or divide"
                                        + " the data again: 'tailrace restore "),
                e.getMessage());
    }
}
