package io.tailrace.tools.bugs;

import static io.tailrace.tools.NodeGroup.assertSame;
import static io.tailrace.tools.NodeGroup.digest;
import static io.tailrace.tools.NodeGroup.fill;
import static io.tailrace.tools.NodeGroup.number;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.KeyspaceDigest;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kevy's bugs in full syncs, on nodes whose log is soon too short to continue from. */
@Tag("long")
class SnapshotBugsIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String[] SHORT_LOG = {
        "--segment-size",
        "1mb",
        "--backlog-size",
        "2mb",
        "--max-value-size",
        "256kb",
        "--snapshot-log-bytes",
        "1mb",
        "--reconnect-window",
        "0"
    };

    @TempDir
    private Path dir;

    private NodeGroup group;
    private NodeProcess primary;
    private NodeProcess replica;

    @BeforeEach
    void place() throws Exception {
        group = new NodeGroup(dir);
        primary = group.add("primary", SHORT_LOG);
        replica = group.addReplica("replica", primary, SHORT_LOG);
    }

    @AfterEach
    void stop() {
        group.close();
    }

    /** Writes until the log no longer begins where it did. */
    private void outrunTheLog() throws IOException {
        String first = firstIndex();
        for (int round = 0; firstIndex().equals(first) || round < 8; round++) {
            assertTrue(round < 200, "the log keeps its beginning: " + first);
            fill(primary, "churn", 1_000, 1_000);
        }
    }

    private String firstIndex() throws IOException {
        return NodeGroup.replication(primary).get("shard0").replaceAll(".*first_index=([^,]*).*", "$1");
    }

    @Test
    @DisplayName("8, 9, FLUSHALL: a full sync replaces, and what it replaced does not return after a kill")
    void shouldReplaceAndForgetWhatWasThere() throws Exception {
        NodeGroup.start(primary, replica);
        fill(primary, "deleted", 2_000, 50);
        try (RespClient client = primary.connect()) {
            client.call("SET", "mortal", "1", "EX", 5_000);
        }
        assertSame(primary, replica);
        replica.kill();
        try (RespClient client = primary.connect()) {
            client.call("FLUSHALL");
            client.call("SET", "mortal", "2");
        }
        fill(primary, "new", 1_000, 50);
        outrunTheLog();

        replica.startAndAwait();

        String old = "2001";
        String complete = Long.toString(digest(primary).keys());
        List<String> shown = sizesUntil(complete);
        assertTrue(List.of(List.of(complete), List.of(old, complete)).contains(shown), () -> "seen: " + shown);
        assertEquals(1, number(replica, "full_syncs"));
        assertSame(primary, replica);
        try (RespClient client = replica.connect()) {
            assertEquals(0, client.number("EXISTS", "deleted:0", "deleted:1999"));
            assertEquals(-1, client.number("PTTL", "mortal"), "the deadline outlived its key");
        }
        replica.kill();
        replica.startAndAwait();
        assertSame(primary, replica);
        assertEquals(0, number(replica, "full_syncs"));
    }

    @Test
    @DisplayName("16: -LOADING until everything is applied, also when either side dies in between")
    void shouldShowNothingUntilAllIsApplied() throws Exception {
        primary.startAndAwait();
        fill(primary, "all", 100_000, 300);
        outrunTheLog();
        KeyspaceDigest complete = digest(primary);

        replica.startAndAwait();
        stopInTheMiddle();
        replica.kill();
        primary.resume();
        replica.startAndAwait();
        stopInTheMiddle();
        primary.kill();
        try (RespClient client = replica.connect()) {
            assertEquals("LOADING", size(client));
        }
        primary.startAndAwait();

        String all = Long.toString(complete.keys());
        assertEquals(List.of("LOADING", all), sizesUntil(all));
        assertEquals(complete, digest(replica));
    }

    /** Pauses the primary while the replica takes its snapshot. */
    private void stopInTheMiddle() throws IOException {
        try (RespClient client = replica.connect()) {
            Await.until("a full sync", LIMIT, () -> client.info("replication")
                    .get("master_sync_in_progress")
                    .equals("1"));
            primary.pause();
            assertEquals("LOADING", size(client));
        }
    }

    /** All that the replica says on its size, each once as long as it stays, until it is this. */
    private List<String> sizesUntil(String last) throws IOException {
        List<String> shown = new ArrayList<>();
        try (RespClient client = replica.connect()) {
            Await.until("the replica to show " + last + " keys", LIMIT, () -> {
                String keys = size(client);
                if (shown.isEmpty() || !shown.get(shown.size() - 1).equals(keys)) {
                    shown.add(keys);
                }
                return keys.equals(last);
            });
        }
        return shown;
    }

    private static String size(RespClient client) throws IOException {
        client.send("DBSIZE");
        client.flush();
        Object reply = client.read();
        if (reply instanceof ErrorReplyException error) {
            assertTrue(error.getMessage().startsWith("LOADING "), error::getMessage);
            return "LOADING";
        }
        return reply.toString();
    }
}
