package io.tailrace.node.role;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.config.ShardCount;
import io.tailrace.node.directory.DataDirectory;
import io.tailrace.node.platform.Background;
import io.tailrace.node.services.ClientPause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A role that the disk does not take, as where it is full: after a restart the node would be something else. */
class NodeRoleTest {
    private static final HostPort PRIMARY = new HostPort("primary", 1);
    private static final String HISTORY = "c".repeat(40);

    @TempDir
    private Path dir;

    private DataDirectory directory;
    private NodeRole role;
    private final ClientPause pause = new ClientPause();

    @BeforeEach
    void follow() throws Exception {
        directory = open();
        role = new NodeRole(
                PRIMARY,
                () -> HISTORY,
                new ShardTasks(List.of(), Background.THREADS, () -> false),
                pause,
                Background.THREADS);
        role.begin(directory);
        directory.remember(PRIMARY, PRIMARY);
    }

    @AfterEach
    void close() {
        directory.close();
    }

    private DataDirectory open() throws Exception {
        return DataDirectory.open(dir, new ShardCount(1, false), "1".repeat(40), Background.THREADS);
    }

    @Test
    void shouldStayAReplicaThatCanNotNoteItsPromotion() throws Exception {
        Path inTheWay = Files.createDirectory(dir.resolve("node.properties.new"));
        assertThrows(IOException.class, role::promoteNow);
        assertThrows(IOException.class, role::promoteNow);
        assertFalse(pause.isOn(), "writes wait for nothing");
        assertEquals(PRIMARY, role.primary());
        Files.delete(inTheWay);
        directory.close();
        directory = open();
        assertEquals(PRIMARY, directory.primary(PRIMARY), "on the disk, too");
        assertNull(directory.promotion());
    }

    @Test
    void shouldBePromotedOnceTheDiskTakesTheNote() throws Exception {
        Path inTheWay = Files.createDirectory(dir.resolve("node.properties.new"));
        assertThrows(IOException.class, role::promoteNow);
        Files.delete(inTheWay);
        role.promoteNow();
        assertNull(role.primary());
        directory.close();
        directory = open();
        assertNull(directory.primary(PRIMARY));
        assertEquals(HISTORY, directory.promotion());
    }
}
