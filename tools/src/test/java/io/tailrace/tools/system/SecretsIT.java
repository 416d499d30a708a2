package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes with passwords and users: who isn't let in, who is, and that no password shows where it could be read. */
class SecretsIT {
    private static final String PASSWORD = "open-Sesame-4711";
    private static final String REPLICA_PASSWORD = "follow-Me-0815";
    private static final String WRONG = "guess-Again-1234";
    private static final List<String> SECRETS = List.of(PASSWORD, REPLICA_PASSWORD, WRONG);

    @TempDir
    private Path dir;

    @Test
    void shouldLetInWhoKnowsThePasswordAndShowItToNobody() throws Exception {
        Path users = Files.writeString(
                dir.resolve("users.acl"),
                "user follower on >" + REPLICA_PASSWORD + " +psync +replconf +ping\n"
                        + "user reader on nopass ~* +@read +info +config|get +client|list\n");
        Path secret = Files.writeString(dir.resolve("secret"), WRONG + "\n");
        try (Cluster cluster = new Cluster(dir, "--shards", "2", "--segment-size", "1mb", "--backlog-size", "16mb")) {
            NodeProcess primary =
                    cluster.node("primary", "--aclfile", users.toString()).password(PASSWORD);
            NodeProcess replica = cluster.replica("replica", primary, "--masterauth-file", secret.toString());
            primary.start();
            replica.start("--masteruser", "follower");
            primary.awaitReady(Cluster.LIMIT);
            replica.awaitReady(Cluster.LIMIT);

            refuseStrangers(primary);
            Cluster.await("a replica with the wrong password to be told so", replica, info -> info.fields()
                    .getOrDefault("sync_refused_reason", "")
                    .startsWith("WRONGPASS"));
            set(replica, "masterauth", REPLICA_PASSWORD);
            Cluster.awaitLink(replica);
            try (RespClient client = primary.connect()) {
                assertEquals("OK", client.text("SET", "key", "value"));
            }
            Cluster.awaitSame(primary, replica);
            Cluster.await("no refusal", replica, info -> !info.fields().containsKey("sync_refused_reason"));

            handOver(primary, replica);
            hideSecrets(primary, replica);
        }
    }

    private static void refuseStrangers(NodeProcess node) throws IOException {
        try (RespClient client = new RespClient(node.port(), Duration.ofSeconds(10))) {
            assertEquals("NOAUTH Authentication required.", refusal(client, "GET", "key"));
            assertEquals("NOAUTH Authentication required.", refusal(client, "REPLCONF", "TOPOLOGY"));
            assertTrue(refusal(client, "AUTH", WRONG).startsWith("WRONGPASS "));
        }
        try (RespClient client = new RespClient(node.replicationPort(1), Duration.ofSeconds(10))) {
            String refusal = refusal(client, "REPLICATE", "VERSION", "2", "SHARD", "1", "OF", "2");
            assertEquals("NOAUTH Authentication required.", refusal);
        }
        try (RespClient client = new RespClient(node.replicationPort(1), Duration.ofSeconds(10))) {
            assertEquals("OK", client.text("AUTH", "reader", ""));
            assertTrue(refusal(client, "REPLICATE", "VERSION", "2").startsWith("NOPERM "));
        }
    }

    private static String refusal(RespClient client, Object... command) {
        return assertThrows(ErrorReplyException.class, () -> client.call(command))
                .getMessage();
    }

    private static void set(NodeProcess node, String setting, String value) throws IOException {
        try (RespClient client = node.connect()) {
            assertEquals("OK", client.text("CONFIG", "SET", setting, value));
        }
    }

    /** Each node logs in at the other. */
    private static void handOver(NodeProcess primary, NodeProcess replica) throws IOException {
        try (RespClient client = primary.connect()) {
            assertEquals("OK", client.text("FAILOVER", "TO", "127.0.0.1", replica.port()));
        }
        Cluster.await("the replica to take over", replica, info -> info.isPrimary());
        Cluster.await("the primary to follow", primary, info -> !info.isPrimary() && info.isUp());
        Cluster.awaitSame(replica, primary);
    }

    private void hideSecrets(NodeProcess... nodes) throws Exception {
        for (NodeProcess node : nodes) {
            byte[] arguments = Files.readAllBytes(Path.of("/proc", "" + node.pid(), "cmdline"));
            assertHidden("process arguments", new String(arguments, StandardCharsets.ISO_8859_1));
            try (RespClient client = node.connect()) {
                assertHidden("INFO", client.text("INFO", "everything"));
                assertHidden("METRICS", client.text("METRICS"));
                assertHidden("CLIENT LIST", client.text("CLIENT", "LIST"));
            }
            assertHidden("the log", node.printed());
            assertHiddenInFiles(node.data());
        }
        try (RespClient client = nodes[0].connect()) {
            assertEquals("OK", client.text("AUTH", "reader", "anything"));
            assertEquals(List.of("requirepass", ""), texts(client.call("CONFIG", "GET", "requirepass")));
            assertHidden("CONFIG GET", texts(client.call("CONFIG", "GET", "*")).toString());
            assertEquals("OK", client.text("AUTH", PASSWORD));
            assertEquals(List.of("requirepass", PASSWORD), texts(client.call("CONFIG", "GET", "requirepass")));
            assertHidden("ACL LIST", texts(client.call("ACL", "LIST")).toString());
            assertEquals("OK", client.text("ACL", "SAVE"));
        }
        assertHidden("a saved file of users", Files.readString(dir.resolve("users.acl")));
    }

    private static void assertHiddenInFiles(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertHidden(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
    }

    private static List<String> texts(Object reply) {
        return ((List<?>) reply)
                .stream()
                        .map(each -> new String((byte[]) each, StandardCharsets.UTF_8))
                        .toList();
    }

    private static void assertHidden(String where, String text) {
        SECRETS.forEach(secret -> assertFalse(text.contains(secret), where + " shows " + secret));
    }
}
