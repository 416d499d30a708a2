package io.tailrace.tools.durability;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import io.tailrace.wire.record.EffectCursor;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The power fails while one client writes key after key; a node starts on what that could leave ({@link PowerLoss}). What it has
 * must be the first n writes, with all that were forced, whatever else is there.
 */
@Timeout(
        value = 6,
        unit = TimeUnit.HOURS) // as long as its size property asks for; what it waits for has limits of its own
class PowerLossIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int LOSSES = Integer.getInteger("tailrace.test.powerlosses", 1);
    private static final String[] FLAGS = {
        "--segment-size", "1mb", "--max-value-size", "64kb", "--snapshot-interval", "0", "--batch-size", "0"
    };

    @TempDir
    private Path dir;

    private final long seed = Long.getLong("tailrace.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private NodeGroup group;
    private NodeProcess node;
    private int written;

    @BeforeEach
    void place() throws Exception {
        group = new NodeGroup(dir);
        node = group.add("node", FLAGS);
    }

    @AfterEach
    void stop() {
        group.close();
    }

    @Test
    void shouldLoseNothingThatWasForced() throws Exception {
        node.startAndAwait("--fsync", "no");
        StringBuilder table = new StringBuilder(
                "power losses, seed " + seed + "\n" + " fsync     acknowledged  forced  found after each loss\n");
        for (String fsync : List.of("no", "everysec", "always")) {
            configure(fsync);
            write(400);
            if (fsync.equals("everysec")) {
                awaitForced(written);
            }
            Path earlier = copy(fsync + "-earlier");
            write(1_500);
            Path later = copy(fsync + "-later");
            int acknowledged = written;
            long durable = PowerLoss.forced(later);
            int forced = writesUpTo(later, durable);
            if (fsync.equals("always")) {
                assertEquals(acknowledged, forced, "with always an acknowledged write is forced");
            }
            List<Integer> found = new ArrayList<>();
            for (int i = 0; i < LOSSES; i++) {
                Path left = dir.resolve(fsync + "-left-" + i);
                new PowerLoss(earlier, later, random, durable).leave(left);
                found.add(startOn(left, fsync + i, forced, acknowledged));
            }
            table.append(String.format(Locale.ROOT, " %-9s %12d %7d  %s%n", fsync, acknowledged, forced, found));
        }
        report(table);
    }

    @SuppressWarnings("PMD.SystemPrintln")
    private static void report(CharSequence table) {
        System.out.print(table);
    }

    private void configure(String fsync) throws IOException {
        try (RespClient client = node.connect()) {
            client.call("CONFIG", "SET", "fsync", fsync);
        }
    }

    /** The writes continue with numbers, so that what is there tells whether it is the first n. */
    private void write(int count) throws IOException {
        try (RespClient client = node.connect()) {
            for (int end = written + count; written < end; ) {
                int batch = Math.min(20, end - written);
                for (int i = 0; i < batch; i++) {
                    client.send("SET", "key:" + (written + i), value(written + i));
                }
                client.flush();
                for (int i = 0; i < batch; i++) {
                    assertEquals("OK", client.read());
                }
                written += batch;
            }
        }
    }

    private static byte[] value(int number) {
        Random content = new Random(number);
        byte[] value = new byte[number % 100 == 0 ? 40_000 : content.nextInt(1_500)];
        content.nextBytes(value);
        return value;
    }

    private void awaitForced(int writes) {
        Await.until(writes + " writes to be forced, which takes about a second", LIMIT, () -> {
            return writesUpTo(node.data(), PowerLoss.forced(node.data())) >= writes;
        });
    }

    /** Of all writes those whose records are at or before an index; the log still begins with the first. */
    private static int writesUpTo(Path data, long index) throws IOException {
        int count = 0;
        EffectCursor cursor = new EffectCursor();
        try (BacklogInspector inspector = new BacklogInspector(PowerLoss.queue(data))) {
            for (RecordView record = inspector.next();
                    record != null && inspector.index() <= index;
                    record = inspector.next()) {
                cursor.wrap(record);
                if (QueueIndex.sequence(inspector.index()) > 0 && cursor.next()) {
                    count++;
                }
            }
        }
        return count;
    }

    private Path copy(String name) throws IOException {
        Path copy = dir.resolve(name);
        node.pause();
        try {
            PowerLoss.copy(node.data(), copy);
        } finally {
            node.resume();
        }
        return copy;
    }

    private static String said(NodeProcess survivor) {
        try {
            return survivor.printed();
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** How many writes a node finds. */
    private int startOn(Path left, String name, int atLeast, int atMost) throws IOException {
        try (NodeProcess survivor = group.add("survivor-" + name, FLAGS).dataDirectory(left)) {
            survivor.startAndAwait();
            try (RespClient client = survivor.connect()) {
                int found = (int) client.number("DBSIZE");
                assertTrue(
                        atLeast <= found && found <= atMost,
                        () -> found + " writes are there of " + atMost + ", of which " + atLeast + " were forced; seed "
                                + seed + "; it said: " + said(survivor));
                for (int i = 0; i < found; i++) {
                    client.send("GET", "key:" + i);
                }
                client.flush();
                for (int i = 0; i < found; i++) {
                    assertArrayEquals(value(i), (byte[]) client.read(), "key:" + i + ", seed " + seed);
                }
                client.call("SET", "goes", "on".getBytes(StandardCharsets.US_ASCII));
                return found;
            }
        }
    }
}
