package io.tailrace.node.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.platform.NodeStartException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    private static final HostPort ONE = new HostPort("one", 1);
    private static final HostPort OTHER = new HostPort("other", 2);

    @TempDir
    Path path;

    private DataDirectory open() throws NodeStartException {
        return DataDirectory.open(path, 2, "id");
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
                assertEquals("id", directory.nodeId(), "bit " + bit);
            } catch (NodeStartException e) {
                assertTrue(e.getMessage().contains(file + " is damaged: "), e.getMessage());
            }
        }
    }

    @Test
    void shouldNotForgetShardsWithTheFileThatCountsThem() throws Exception {
        open().close();
        Files.createDirectories(path.resolve("shard-0"));
        Files.createDirectories(path.resolve("shard-1"));
        Files.delete(path.resolve("node.properties"));
        String message = assertThrows(NodeStartException.class, () -> DataDirectory.open(path, 1, "new"))
                .getMessage();
        assertTrue(message.endsWith("holds shards [0, 1], asked for 1: start with --shards 2"), message);
        try (DataDirectory directory = DataDirectory.open(path, 2, "new")) {
            assertEquals("new", directory.nodeId(), "a copy gets an identity of its own so");
        }
    }
}
