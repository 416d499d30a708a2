package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.shard.RebuildException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With fsync always, on a node of two shards whose disk fails and comes back. "a" belongs to shard 1, "b" to shard 0. */
class FsyncAlwaysTest {
    private static final String REFUSED =
            "-MISCONF Errors writing to the log: the disk failed to take it: Input/output error";
    private static final int TURNS = 50;

    private SessionBench bench;
    private volatile boolean fails;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException, RebuildException {
        bench = new SessionBench(directory, 2, channel -> {
            if (fails) {
                throw new IOException("Input/output error");
            }
            channel.force(false);
        });
        bench.clientOfShard(0).reply("CONFIG", "SET", "appendfsync", "always");
        bench.nowMicros += 1_000;
    }

    @AfterEach
    void stop() throws IOException {
        bench.close();
    }

    @Test
    void shouldHoldAnswersUntilTheDiskHasTakenTheWrites() {
        SessionBench.Client near = bench.clientOfShard(0);
        SessionBench.Client far = bench.clientOfShard(0);
        SessionBench.Client other = bench.clientOfShard(0);
        assertEquals("+OK", near.reply("SET", "b", "0").line());
        assertEquals(
                bench.shards.get(0).backlog().lastIndex(),
                bench.shards.get(0).backlog().durableIndex());

        fails = true;
        near.send("SET", "b", "1");
        far.send("SET", "a", "1");
        assertTrue(near.isSilent(TURNS));
        assertTrue(far.isSilent(TURNS));
        near.send("PING");
        assertTrue(near.isSilent(TURNS), "in its place, behind the write's");

        assertEquals("$1 1", other.reply("GET", "b").toString());
        assertEquals("$1 1", other.reply("GET", "a").toString());
        assertEquals(REFUSED, other.reply("SET", "b", "2").line());
        assertEquals(REFUSED, other.reply("SET", "a", "2").line());
        assertTrue(other.reply("INFO", "persistence").toString().contains("aof_last_write_status:err"));
        assertTrue(other.reply("INFO", "persistence").toString().contains("log_fsync_error:Input/output error"));

        fails = false;
        assertEquals("+OK", near.next().line(), "by itself, within the second in which it is tried again");
        assertEquals("+PONG", near.next().line());
        assertEquals("+OK", far.next().line());
        assertEquals("+OK", other.reply("SET", "b", "3").line());
        assertEquals("+OK", other.reply("SET", "a", "3").line());
        assertTrue(other.reply("INFO", "persistence").toString().contains("aof_last_write_status:ok"));
    }

    @Test
    void shouldGiveTheAnswersWhenTheyNeedNotBeForcedAnyMore() {
        SessionBench.Client writer = bench.clientOfShard(0);
        fails = true;
        writer.send("SET", "b", "1");
        assertTrue(writer.isSilent(TURNS));
        bench.clientOfShard(0).reply("CONFIG", "SET", "appendfsync", "everysec");
        bench.nowMicros += 1_000;
        assertEquals("+OK", writer.next().line());
    }
}
