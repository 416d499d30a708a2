package io.tailrace.tools.durability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.CommandRun;
import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replica by the command REPLICAOF, whose only note of it is in a file. */
class LostRoleIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path dir;

    @Test
    void shouldNotMakeAPrimaryOfAReplicaThatForgotItsRole() throws Exception {
        try (NodeGroup group = new NodeGroup(dir)) {
            NodeProcess primary = group.add("primary");
            NodeProcess replica = group.add("replica");
            NodeGroup.start(primary, replica);
            NodeGroup.fill(primary, "k", 100, 20);
            try (RespClient client = replica.connect()) {
                client.call("REPLICAOF", "127.0.0.1", Integer.toString(primary.port()));
            }
            NodeGroup.awaitCaughtUp(primary, replica);
            replica.kill();
            Path file = replica.data().resolve("node.properties");
            byte[] right = Files.readAllBytes(file);

            Files.delete(file);
            refuse(replica, file + " is missing, and there is data of shards [0]: ");
            for (byte[] wrong : new byte[][] {
                {},
                Arrays.copyOf(right, right.length / 2),
                "garbage".getBytes(java.nio.charset.StandardCharsets.US_ASCII)
            }) {
                Files.write(file, wrong);
                refuse(replica, file + " is damaged: ");
            }
            assertEquals(
                    1,
                    CommandRun.of("repair", replica.data().toString(), "--yes").code(),
                    "nobody knows the role");
            CommandRun made = CommandRun.of(
                    "repair", replica.data().toString(), "--role", "replica", "--primary", primary.address(), "--yes");
            assertEquals(0, made.code(), made.text());

            replica.startAndAwait();
            NodeGroup.fill(primary, "later", 100, 20);
            NodeGroup.assertSame(primary, replica);
            assertEquals(0, NodeGroup.number(replica, "full_syncs"));
            try (RespClient client = replica.connect()) {
                assertThrows(ErrorReplyException.class, () -> client.call("SET", "k", "v"));
            }
        }
    }

    private static void refuse(NodeProcess node, String reason) throws Exception {
        node.start();
        assertEquals(1, node.awaitExit(LIMIT), node.printed());
        String said = node.printed();
        assertTrue(said.contains("tailrace node: " + reason), said);
        assertTrue(said.contains("'tailrace repair " + node.data() + " --role primary --yes'"), said);
        Files.delete(node.output());
    }
}
