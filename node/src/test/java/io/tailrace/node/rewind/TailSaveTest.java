package io.tailrace.node.rewind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.shard.ShardBench;
import io.tailrace.wire.handshake.HistoryPosition;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The writes that a rewind takes back are in a file before anything is taken back. */
class TailSaveTest extends RewindFixture {
    /** A record begins in database 0, whoever takes the file stays where the one before has led. */
    @Test
    void shouldSaveTheDatabaseOfEachWrite() throws Exception {
        old.select(2);
        old.set("key1", "mine");
        old.select(0);
        old.set("key2", "mine");
        assertEquals(
                "MULTI SELECT 2 SET key1 mine EXEC SELECT 0 SET key2 mine",
                Files.readString(save(shared()).savedAs(), StandardCharsets.US_ASCII)
                        .replaceAll("[*$][0-9]+\r\n", "")
                        .replace("\r\n", " ")
                        .trim());
    }

    @Test
    void shouldSaveTheTailAsRequests() throws Exception {
        old.set("key1", "mine");
        old.delete("key2");
        TailSave save = save(shared());
        assertEquals(2, save.records());
        assertNull(save.missing());
        assertEquals(List.of(save.savedAs()), lostWrites());
        assertEquals(
                "*3\r\n$3\r\nSET\r\n$4\r\nkey1\r\n$4\r\nmine\r\n*2\r\n$3\r\nDEL\r\n$4\r\nkey2\r\n",
                Files.readString(save.savedAs(), StandardCharsets.US_ASCII));
        String name = save.savedAs().getFileName().toString();
        String first = QueueIndex.toString(common + 1).replace(':', '.');
        String last = QueueIndex.toString(common + 2).replace(':', '.');
        assertEquals("lost-writes-" + ShardBench.HISTORY + "-" + first + "-" + last + ".resp", name);
    }

    @Test
    void shouldSaveAllOfALogThatSharesNothing() throws Exception {
        old.set("key1", "mine");
        TailSave save = save(null);
        assertEquals(505, save.records());
        assertNull(save.missing(), "the log begins with the first record of all");
    }

    @Test
    void shouldSayWhichWritesTheLogDoesNotHoldAnyMore() throws Exception {
        for (int round = 0; old.shard().isWhole(); round++) {
            assertTrue(round < 100, "the log keeps its beginning");
            for (int i = 0; i < 10; i++) {
                assertNull(old.trySet("churn" + i, 500_000));
            }
            old.shard().snapshots().begin(true);
            old.finishSnapshot();
        }
        long first = old.shard().backlog().firstIndex();
        TailSave save = save(shared());
        assertEquals(
                "its log begins at " + QueueIndex.toString(first) + " and what it shares with its primary ends at "
                        + QueueIndex.toString(common),
                save.missing());
        assertTrue(save.records() > 0);
        assertTrue(save(null).missing().endsWith("ends nowhere"));
    }

    @Test
    void shouldSaveNothingWhenWhatIsSharedIsAnotherRecordHere() throws Exception {
        HistoryPosition other = HistoryPosition.of(ShardBench.HISTORY, common, commonChain + 1);
        String refused = assertThrows(IOException.class, () -> save(other)).getMessage();
        assertTrue(refused.startsWith("at " + QueueIndex.toString(common)), refused);
        assertEquals(List.of(), lostWrites());
    }

    /** What both have need not be what the primary takes for it: two nodes can have gone on with one history. */
    @Test
    void shouldTellWhetherARecordIsTheSameHere() throws Exception {
        assertTrue(TailSave.isHeld(old.shard(), shared()));
        assertFalse(TailSave.isHeld(old.shard(), HistoryPosition.of(ShardBench.HISTORY, common, commonChain + 1)));
        assertFalse(TailSave.isHeld(
                old.shard(),
                HistoryPosition.of(ShardBench.HISTORY, old.shard().backlog().lastIndex() + 1, commonChain)));
        assertFalse(TailSave.isHeld(old.shard(), null));
    }

    @Test
    void shouldKeepASavedFileThatHoldsOtherWrites() throws Exception {
        old.set("key1", "mine");
        Path file = save(shared()).savedAs();
        assertEquals(file, save(shared()).savedAs(), "the same writes again");
        Files.writeString(file, "*1\r\n$8\r\nFLUSHALL\r\n");
        Path second = save(shared()).savedAs();
        assertTrue(second.toString().endsWith("-2.resp"), second.toString());
        assertEquals("*1\r\n$8\r\nFLUSHALL\r\n", Files.readString(file));
    }

    private TailSave save(HistoryPosition from) throws IOException {
        TailSave save = new TailSave(old.shard(), from, () -> null, () -> {});
        long start = System.nanoTime();
        while (!save.isSaved()) {
            assertNull(save.failure());
            assertTrue(System.nanoTime() - start < DEADLINE_NANOS, "it is not saved");
            Thread.onSpinWait();
        }
        save.close();
        return save;
    }
}
