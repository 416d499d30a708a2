package io.tailrace.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.tools.dump.LogFixture;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.ShardIndexes;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What info and repair say of transactions over two shards that are not in both logs. */
class TornTailTest {
    @TempDir
    private Path dir;

    private final StringWriter out = new StringWriter();
    private LogFixture first;
    private LogFixture second;

    @BeforeEach
    void open() {
        first = LogFixture.createShard(dir, 2, 0).openSegment();
        second = LogFixture.createShard(dir, 2, 1).openSegment();
        first.effect("SET a 0");
        ShardIndexes whole = parts(2, 1);
        first.part(whole, "SET a 1");
        second.part(whole, "SET b 1");
        first.effect("SET a 2");
    }

    @AfterEach
    void close() {
        first.close();
        second.close();
    }

    private static ShardIndexes parts(int ofFirst, int ofSecond) {
        return new ShardIndexes().add(0, QueueIndex.of(1, ofFirst)).add(1, QueueIndex.of(1, ofSecond));
    }

    private int run(String... arguments) {
        first.closeLog();
        second.closeLog();
        out.getBuffer().setLength(0);
        return Tailrace.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(arguments);
    }

    private void says(String words) {
        assertTrue(out.toString().contains(words), () -> "not '" + words + "' in:\n" + out);
    }

    @Test
    void shouldSayNothingOfLogsThatAreClosed() {
        assertEquals(0, run("repair", dir.toString()));
        says("shard 0: the log is good, 4 records");
        assertFalse(out.toString().contains("a start will cut"), out.toString());
        assertEquals(0, run("info", dir.toString()));
        assertFalse(out.toString().contains("a start will cut"), out.toString());
    }

    @Test
    void shouldTakeATornTailForNoDamageAndSayWhatAStartCuts() {
        first.part(parts(4, 2), "SET a 3");
        String torn =
                "shard 0: a start will cut the log, which ends at 1:4, after 1:3, as after a kill in the middle of a"
                        + " transaction or a power loss: record 1:4 of shard 0 needs record 1:2 of shard 1, which it has not\n";
        assertEquals(0, run("repair", dir.toString()), out::toString);
        says("shard 0: the log is good, 5 records");
        says(torn);
        assertEquals(0, run("info", dir.toString()), out::toString);
        says(torn);
        assertEquals(0, run("info", dir.toString(), "--format", "json"), out::toString);
        says("\"torn\":[{\"shard\":0,\"kept_up_to_index\":4294967299,\"kept_up_to\":\"1:3\",");
    }

    @Test
    void shouldSayWhatTheCutOfADamagedLogCostsTheOthers() throws Exception {
        second.closeLog();
        long position;
        try (BacklogInspector log = new BacklogInspector(dir.resolve("shard-1/gen-1/queue"))) {
            log.seek(QueueIndex.of(1, 1));
            log.next();
            position = log.position();
        }
        second.flip(1, position + 30);
        assertEquals(1, run("repair", dir.toString()), out::toString);
        says("shard 0: the log is good, 4 records");
        says("cut the log after 1:0");
        says("shard 0: a start will cut the log, which ends at 1:3, after 1:1, ");
        assertEquals(0, run("repair", dir.toString(), "--yes"), out::toString);
        says("shard 0: a start will cut the log, which ends at 1:3, after 1:1, ");
        assertEquals(0, run("repair", dir.toString()), out::toString);
        says("shard 1: the log is good, 1 records");
        says("shard 0: a start will cut the log, which ends at 1:3, after 1:1, ");
    }
}
