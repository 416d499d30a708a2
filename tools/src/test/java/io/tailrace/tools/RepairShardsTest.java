package io.tailrace.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.tools.restore.SpreadData;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The log of one shard of a node is damaged, whose transactions are in others' logs, too. */
class RepairShardsTest {
    @TempDir
    private Path dir;

    private final StringWriter out = new StringWriter();

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = dir.toString();
        return Tailrace.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(all);
    }

    private Path queue(int shard) throws Exception {
        return ShardDirectory.current(ShardDirectory.root(dir, shard)).queue();
    }

    /** Damages the record of a shard's log that so many follow, so many bytes from its beginning. */
    private void flip(int shard, int followers, int offset) throws Exception {
        long start = start(shard, records(shard) - followers) + offset;
        Path segment = queue(shard).resolve("19700101-000001S.cq4");
        try (FileChannel file = FileChannel.open(segment, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, start);
            one.put(0, (byte) ~one.get(0)).rewind();
            file.write(one, start);
        }
    }

    /** Where the last of so many records begins. */
    private long start(int shard, int records) throws Exception {
        try (BacklogInspector log = new BacklogInspector(queue(shard))) {
            for (int i = 0; i < records; i++) {
                log.next();
            }
            return Long.parseLong(log.place().replaceAll(".* ", ""));
        }
    }

    private int records(int shard) throws Exception {
        int count = 0;
        try (BacklogInspector log = new BacklogInspector(queue(shard))) {
            while (log.next() != null) {
                count++;
            }
        }
        return count;
    }

    private void write() throws Exception {
        try (SpreadData data = new SpreadData(dir, 2)) {
            data.write(0, "a");
            data.transact("first", 0, 1);
            data.write(1, "b");
            data.transact("second", 0, 1);
            data.write(1, "c");
            data.write(0, "d");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-4, 0, 2, 16, 50})
    void shouldCutADamagedLogAndLeaveTheNodeToStart(int offset) throws Exception {
        write();
        flip(1, 1, offset);
        assertEquals(1, run("repair"), out::toString);
        assertTrue(out.toString().contains("shard 1: the log is damaged"), out::toString);
        assertTrue(out.toString().contains("shard 0: the log is good"), out::toString);
        assertEquals(0, run("repair", "--yes"), out::toString);
        assertEquals(0, run("repair"), out::toString);
        assertEquals(0, run("dump", "--verify"), out::toString);
    }

    @Test
    void shouldSayWhatAStartTakesBackOfTheOthers() throws Exception {
        write();
        flip(1, 2, 0);
        String cut =
                "shard 0: a start will cut the log, which ends at 1:4, after 1:2, as after a kill in the middle of a transaction"
                        + " or a power loss: record 1:3 of shard 0 needs record 1:3 of shard 1, which it has not";
        assertEquals(1, run("repair"), out::toString);
        assertTrue(out.toString().contains(cut), out::toString);
        assertEquals(0, run("repair", "--yes"), out::toString);
        assertTrue(out.toString().contains(cut), out::toString);
        assertEquals(0, run("dump", "--verify"), out::toString);
    }
}
