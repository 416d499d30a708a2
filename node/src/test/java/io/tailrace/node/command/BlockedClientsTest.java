package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.RecordBuilder;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.RecordView;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that wait for lists, step by step. What they get is what Redis 7.0.15 gave them in the same steps. */
class BlockedClientsTest {
    private static final String WRONG_TYPE = "-WRONGTYPE Operation against a key holding the wrong kind of value";

    @TempDir
    Path directory;

    private CommandBench bench;
    private BlockedClients blocked;
    private final WaitingTestClient b = new WaitingTestClient(2);
    private final WaitingTestClient c = new WaitingTestClient(3);
    private long buffersBefore;

    @BeforeEach
    void open() {
        buffersBefore = NativeBuffer.liveBytes();
        bench = new CommandBench(directory);
        blocked = bench.runner().blocked();
    }

    @AfterEach
    void close() {
        blocked.close();
        bench.close();
        b.writer.close();
        c.writer.close();
        assertEquals(0, blocked.size());
    }

    private void waits(WaitingTestClient client, String command) {
        assertTrue(bench.waits(client, command.split(" ")), command);
    }

    private String run(String command) {
        return bench.reply(command.split(" "));
    }

    private String exec(String... commands) {
        String[][] all = new String[commands.length][];
        for (int i = 0; i < all.length; i++) {
            all[i] = commands[i].split(" ");
        }
        return bench.replyAll(all);
    }

    @Test
    void shouldPopAtOnceWhereThereIsSomething() {
        run("RPUSH l 1 2 3 4 5 6 7");
        bench.log();
        assertEquals("*2 $1 l $1 1", run("BLPOP none l 0"));
        assertEquals("*2 $1 l $1 7", run("BRPOP l 0"));
        assertEquals("*2 $1 l *2 $1 2 $1 3", run("BLMPOP 0 2 none l LEFT COUNT 2"));
        assertEquals("$1 4", run("BLMOVE l d LEFT RIGHT 0"));
        assertEquals("$1 6", run("BRPOPLPUSH l d 0"));
        assertEquals(
                List.of("LPOP l 1", "RPOP l 1", "LPOP l 2", "RPUSH d 4; LPOP l 1", "LPUSH d 6; RPOP l 1"), bench.log());
        assertEquals(0, blocked.size());
    }

    @Test
    void shouldNotWaitInAMulti() {
        assertEquals(
                "*4 *-1 *-1 $-1 $-1",
                exec("BLPOP k 0", "BLMPOP 0 1 k LEFT", "BLMOVE k d LEFT LEFT 0", "BRPOPLPUSH k d 0"));
        assertEquals(0, blocked.size());
    }

    @Test
    void shouldServeWhoWaitsAfterThePushWithARecordOfItsOwn() {
        waits(b, "BLPOP none l 0");
        assertEquals(1, blocked.size());
        assertEquals(":2", run("RPUSH l 1 2"));
        assertEquals("*2 $1 l $1 1", b.got());
        assertEquals(List.of("RPUSH l 1 2", "LPOP l 1"), bench.log());
        waits(b, "BLPOP none 0");
        run("RPUSH none x");
        assertEquals(List.of("RPUSH none x", "DEL none"), bench.log());
        assertEquals("*2 $4 none $1 x", b.got());
        assertEquals(0, blocked.size());
    }

    @Test
    void shouldServeInTheOrderInWhichTheyCame() {
        waits(b, "BLPOP s s 0");
        waits(c, "BRPOP s 0");
        run("RPUSH s 1 2 3");
        assertEquals("*2 $1 s $1 1", b.got());
        assertEquals("*2 $1 s $1 3", c.got());
        assertEquals("*1 $1 2", run("LRANGE s 0 -1"));
        run("DEL s");
        waits(c, "BLMPOP 0 2 t s RIGHT COUNT 2");
        waits(b, "BLPOP s 0");
        run("RPUSH s 1 2 3");
        assertEquals("*2 $1 s *2 $1 3 $1 2", c.got());
        assertEquals("*2 $1 s $1 1", b.got());
    }

    @Test
    void shouldServeAfterAllOfAMulti() {
        waits(b, "BLPOP s 0");
        exec("RPUSH s a b", "DEL s");
        assertEquals("", b.got());
        exec("RPUSH s a b", "DEL s", "RPUSH s z");
        assertEquals("*2 $1 s $1 z", b.got());
        waits(b, "BLPOP p q 0");
        exec("RPUSH q 1", "RPUSH p 2");
        assertEquals("*2 $1 q $1 1", b.got());
        assertEquals("*1 $1 2", run("LRANGE p 0 -1"));
    }

    @Test
    void shouldWaitThroughOtherTypes() {
        waits(b, "BLPOP p 0");
        run("SET p x");
        run("DEL p");
        run("HSET p f v");
        run("DEL p");
        assertEquals("", b.got());
        run("RPUSH p 6");
        assertEquals("*2 $1 p $1 6", b.got());
    }

    @Test
    void shouldServeWhateverMadeTheList() {
        run("RPUSH l 1 2");
        waits(b, "BLPOP p 0");
        run("SORT l STORE p");
        assertEquals("*2 $1 p $1 1", b.got());
        waits(b, "BLPOP r 0");
        run("RENAME p r");
        assertEquals("*2 $1 r $1 2", b.got());
        waits(b, "BLPOP r 0");
        run("COPY l r");
        assertEquals("*2 $1 r $1 1", b.got());
        waits(b, "BLPOP m 0");
        run("LMOVE l m LEFT RIGHT");
        assertEquals("*2 $1 m $1 1", b.got());
    }

    @Test
    void shouldServeOfALargeListThatWasRenamedOrCopied() {
        for (int i = 0; i < 1_000; i++) {
            run("RPUSH l " + i);
        }
        waits(b, "BRPOP c 0");
        run("COPY l c");
        assertEquals("*2 $1 c $3 999", b.got());
        waits(b, "BRPOP r 0");
        run("RENAME l r");
        assertEquals("*2 $1 r $3 999", b.got());
    }

    @Test
    void shouldServeThoseWhoWaitForWhatServingMakes() {
        waits(b, "BLMOVE s d LEFT RIGHT 0");
        waits(c, "BLPOP d 0");
        run("RPUSH s 1 2");
        assertEquals("$1 1", b.got());
        assertEquals("*2 $1 d $1 1", c.got());
        assertEquals("*1 $1 2", run("LRANGE s 0 -1"));
        assertEquals(List.of("RPUSH s 1 2", "RPUSH d 1; LPOP s 1", "DEL d"), bench.log());
        waits(b, "BRPOPLPUSH x x 0");
        run("RPUSH x 1 2");
        assertEquals("$1 2", b.got());
        assertEquals("*2 $1 2 $1 1", run("LRANGE x 0 -1"));
    }

    @Test
    void shouldTellWhoCannotMoveAndServeTheNext() {
        run("SET d x");
        waits(b, "BLMOVE s d LEFT RIGHT 0");
        waits(c, "BLPOP s 0");
        run("RPUSH s 1 2");
        assertEquals(WRONG_TYPE, b.got());
        assertEquals("*2 $1 s $1 1", c.got());
        assertEquals("*1 $1 2", run("LRANGE s 0 -1"));
    }

    @Test
    void shouldEndAWaitWhenItsTimeIsOver() {
        long now = bench.shard().clock().steadyMs();
        waits(b, "BLPOP k 0.05");
        waits(c, "BLMOVE k d LEFT LEFT 0.0201");
        assertEquals(now + 21, blocked.nextDeadlineSteadyMs());
        assertEquals(0, blocked.expire(now + 20));
        assertEquals(1, blocked.expire(now + 21));
        assertEquals("*-1", c.got());
        assertEquals(now + 50, blocked.nextDeadlineSteadyMs());
        assertEquals(1, blocked.expire(now + 50));
        assertEquals("*-1", b.got());
        assertEquals(Long.MAX_VALUE, blocked.nextDeadlineSteadyMs());
        waits(b, "BLPOP k -0.0001");
        waits(c, "BLPOP k 9223372036854775");
        assertEquals(Long.MAX_VALUE, blocked.nextDeadlineSteadyMs());
        run("RPUSH k 1 2");
        assertEquals("*2 $1 k $1 1", b.got());
        assertEquals("*2 $1 k $1 2", c.got());
    }

    @Test
    void shouldUnblock() {
        waits(b, "BLPOP k 0");
        assertFalse(blocked.unblock(c.id(), false));
        assertTrue(blocked.unblock(b.id(), false));
        assertEquals("*-1", b.got());
        assertFalse(blocked.unblock(b.id(), false));
        waits(b, "BLPOP k 0");
        assertTrue(blocked.unblock(b.id(), true));
        assertEquals("-UNBLOCKED client unblocked via CLIENT UNBLOCK", b.got());
        assertFalse(b.isClosed);
    }

    @Test
    void shouldEndAllWhenTheShardIsAReplicas() {
        waits(b, "BLPOP k 0");
        waits(c, "BLMPOP 0 1 j LEFT");
        blocked.endAll();
        String error = "-UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)";
        assertEquals(error, b.got());
        assertEquals(error, c.got());
        assertTrue(b.isClosed && c.isClosed);
        assertEquals(0, blocked.size());
    }

    @Test
    void shouldForgetWhoIsGone() {
        waits(b, "BLPOP k 0");
        waits(c, "BLPOP k 0");
        blocked.forget(b.id());
        blocked.forget(b.id());
        run("RPUSH k 1 2");
        assertEquals("", b.got());
        assertEquals("*2 $1 k $1 1", c.got());
        assertEquals("*1 $1 2", run("LRANGE k 0 -1"));
    }

    @Test
    void shouldTryAgainWhatTheLogRefuses() {
        waits(b, "BLPOP s 0");
        waits(c, "BLPOP t s 0");
        // the log takes the pushes and nothing after them
        b.onBegin = () -> bench.shard().log().hold(true);
        exec("RPUSH s 1", "RPUSH t 2");
        assertEquals(0, blocked.serve());
        assertEquals("", b.got() + c.got());
        assertEquals(2, blocked.size());
        b.onBegin = () -> bench.shard().log().hold(false);
        assertEquals(2, blocked.serve());
        assertEquals("*2 $1 s $1 1", b.got());
        assertEquals("*2 $1 t $1 2", c.got());
        assertEquals(List.of("RPUSH s 1; RPUSH t 2", "DEL s", "DEL t"), bench.log());
    }

    @Test
    void shouldReplyTheErrorsThatRedisDoes() {
        run("SET s x");
        for (String[] each : new String[][] {
            {"BLPOP k abc", "-ERR timeout is not a float or out of range"},
            {"BLPOP k nan", "-ERR timeout is not a float or out of range"},
            {"BLPOP k 1_0", "-ERR timeout is not a float or out of range"},
            {"BLPOP k -1", "-ERR timeout is negative"},
            {"BLPOP k 1e400", "-ERR timeout is negative"},
            {"BLPOP k inf", "-ERR timeout is negative"},
            {"BLPOP k 99999999999999999999", "-ERR timeout is negative"},
            {"BLPOP k 9223372036854775.9", "-ERR timeout is negative"},
            {"BLPOP k s 0", WRONG_TYPE},
            {"BLPOP s abc", "-ERR timeout is not a float or out of range"},
            {"BLMOVE k d foo LEFT x", "-ERR syntax error"},
            {"BLMOVE k d LEFT LEFT x", "-ERR timeout is not a float or out of range"},
            {"BLMOVE s d LEFT LEFT 0", WRONG_TYPE},
            {"BRPOPLPUSH k d x", "-ERR timeout is not a float or out of range"},
            {"BLMPOP x 1 k LEFT", "-ERR timeout is not a float or out of range"},
            {"BLMPOP x 0 k foo", "-ERR numkeys should be greater than 0"},
            {"BLMPOP 1 x k LEFT", "-ERR numkeys should be greater than 0"},
            {"BLMPOP 1 2 k LEFT", "-ERR syntax error"},
            {"BLMPOP 1 1 k LEFT COUNT 0", "-ERR count should be greater than 0"},
            {"BLMPOP 1 1 s LEFT", WRONG_TYPE},
        }) {
            assertEquals(each[1], run(each[0]), each[0]);
        }
        assertEquals(0, blocked.size());
    }

    @Test
    void shouldGiveBackTheMemoryOfWaits() {
        for (int i = 0; i < 50; i++) {
            waits(b, "BLPOP k" + i + " k" + (i + 1) + " 0");
            if (i % 3 == 0) {
                blocked.forget(b.id());
            } else if (i % 3 == 1) {
                blocked.unblock(b.id(), false);
            } else {
                run("RPUSH k" + i + " 1");
            }
        }
        long before = NativeBuffer.liveBytes();
        waits(b, "BLPOP k 0");
        assertTrue(NativeBuffer.liveBytes() > before && before >= buffersBefore);
        blocked.close();
        assertEquals(before, NativeBuffer.liveBytes());
    }

    /** As a replica's clients do: the records come from its primary. */
    @Test
    void shouldServeReadersOfStreamsWhenARecordComesFromAPrimary() {
        run("XADD s 1-1 f v");
        waits(b, "XREAD BLOCK 0 STREAMS s $");
        waits(c, "XREAD BLOCK 0 STREAMS t s 0 7-7");
        follow("XADD s 2-1 f v");
        assertEquals(1, blocked.serve());
        assertEquals("*1 *2 $1 s *1 *2 $3 2-1 *2 $1 f $1 v", b.got());
        follow("XADD t 3-1 f v", "XDEL t 3-1");
        assertEquals(1, blocked.serve());
        assertEquals("*1 *2 $1 t *0", c.got());
    }

    private void follow(String... effects) {
        Backlog backlog = bench.shard().backlog();
        try (RecordBuilder record = new RecordBuilder()) {
            record.begin(RecordLayout.KIND_EFFECT);
            for (String effect : effects) {
                String[] words = effect.split(" ");
                record.command(words.length);
                for (String word : words) {
                    record.argument(word);
                }
            }
            record.seal(backlog.commitMicros(bench.shard().clock().micros()), backlog.lastChain());
            RecordView view = new RecordView().wrap(record.address(), record.length());
            assertNull(bench.shard().follow(backlog.nextIndex(), view));
        }
    }

    @Test
    void shouldNotGiveAReplicasClientsWhatTheyWouldChange() {
        run("XGROUP CREATE s g 0 MKSTREAM");
        waits(b, "XREADGROUP GROUP g b BLOCK 0 STREAMS s >");
        bench.shard().transactions().writableWhen(() -> false);
        follow("XADD s 1-1 f v");
        blocked.serve();
        assertEquals("", b.got());
        bench.shard().transactions().writableWhen(() -> true);
        run("XADD s 1-2 f v");
        blocked.serve();
        assertTrue(b.got().contains("1-1"));
    }
}
