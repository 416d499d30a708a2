package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.shard.RebuildException;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.Transaction;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
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

    /** What another client has written on another shard in the same turn is forced before anybody is shown it. */
    @Test
    void shouldForceWhatAReadOverShardsShows() {
        SessionBench.Client reader = bench.clientOfShard(0);
        Shard other = bench.shards.get(1);
        for (int i = 0; i < 10; i++) {
            write(other, i);
            assertTrue(other.backlog().durableIndex() < other.backlog().lastIndex());
            String shown = reader.reply("MGET", "a", "b").toString();
            assertEquals(other.backlog().lastIndex(), other.backlog().durableIndex());
            assertTrue(shown.contains("$1 " + i), shown);
        }
    }

    /** Where the disk does not take it at once, the reply waits for the thread of that shard, which forces until it does. */
    @Test
    void shouldHoldWhatAReadOverShardsShowsUntilTheDiskHasTakenIt() {
        SessionBench.Client reader = bench.clientOfShard(0);
        Shard other = bench.shards.get(1);
        fails = true;
        write(other, 7);
        reader.send("MGET", "a", "b");
        assertTrue(reader.isSilent(TURNS));
        fails = false;
        assertTrue(reader.next().toString().contains("$1 7"));
        assertEquals(other.backlog().lastIndex(), other.backlog().durableIndex());
    }

    /** As a client of that shard does before its thread has forced. */
    private void write(Shard shard, int digit) {
        byte[] text = {'a', (byte) ('0' + digit)};
        try (NativeBuffer bytes = new NativeBuffer(text.length)) {
            Memory.copyIn(text, 0, bytes.address(), text.length);
            Transaction transaction = shard.begin(true);
            transaction.prepare(1);
            transaction.set(bytes.address(), 1, bytes.address() + 1, 1, Transaction.NO_EXPIRY);
            shard.commit();
        }
    }
}
