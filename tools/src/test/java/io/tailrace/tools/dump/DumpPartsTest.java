package io.tailrace.tools.dump;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.dump.DumpRequest.Purpose;
import io.tailrace.tools.output.Progress;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.ShardIndexes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parts of transactions over several shards, in the log of one shard. */
class DumpPartsTest {
    @TempDir
    private Path dir;

    private LogFixture log;

    @BeforeEach
    void open() {
        log = LogFixture.create(dir.resolve("queue"), 3).openSegment().effect("SET a 1");
    }

    @AfterEach
    void close() {
        log.close();
    }

    private static ShardIndexes parts(long own) {
        return new ShardIndexes().add(0, own).add(2, QueueIndex.of(4, 17));
    }

    private String dump(DumpRequest request) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Dump(request, out, notice -> {}, Progress.none()).run();
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void shouldNameTheOtherPartsBeforeTheCommands() throws Exception {
        log.part(parts(QueueIndex.of(1, 2)), "SET b 2", "DEL a");
        String[] lines = dump(DumpRequest.of(dir)).split("\n");
        assertTrue(lines[lines.length - 3].endsWith(" # part of 0@1:2 2@4:17"), lines[lines.length - 3]);
        assertTrue(lines[lines.length - 2].endsWith(" 1/2 SET b 2"), lines[lines.length - 2]);
        assertTrue(lines[lines.length - 1].endsWith(" 2/2 DEL a"), lines[lines.length - 1]);
        String json = dump(DumpRequest.of(dir).as(DumpFormat.JSON, false));
        assertTrue(
                json.endsWith(
                        "\"kind\":\"part\",\"parts\":{\"0\":\"1:2\",\"2\":\"4:17\"},\"commands\":[[\"SET\",\"b\",\"2\"],[\"DEL\",\"a\"]]}\n"),
                json);
    }

    @Test
    void shouldReplayOnlyTheEffects() throws Exception {
        log.part(parts(QueueIndex.of(1, 2)), "DEL a");
        for (boolean isHex : new boolean[] {false, true}) {
            String resp = dump(DumpRequest.of(dir).as(DumpFormat.RESP, isHex));
            assertTrue(resp.endsWith("*2\r\n$3\r\nDEL\r\n$1\r\na\r\n"), resp);
            assertEquals(-1, resp.indexOf("PART"), resp);
        }
    }

    @Test
    void shouldCountAndCheckThem() throws Exception {
        log.part(parts(QueueIndex.of(1, 2)), "SET b 2").part(parts(QueueIndex.of(1, 3)), "SET c 3");
        String summary = dump(DumpRequest.of(dir).purpose(Purpose.VERIFY));
        assertTrue(summary.contains("good: 4 records with 3 commands in 1 segments"), summary);
        String stats = dump(DumpRequest.of(dir).purpose(Purpose.STATS));
        assertTrue(stats.contains("parts of transactions over several shards 2\n"), stats);
    }

    @Test
    void shouldFindAPartOfAnotherPlace() {
        log.part(parts(QueueIndex.of(1, 3)), "SET b 2");
        String fault = assertThrows(
                        DumpException.class, () -> dump(DumpRequest.of(dir).purpose(Purpose.VERIFY)))
                .getMessage();
        assertTrue(fault.endsWith(": it is a part of another place: of 0@1:3 2@4:17"), fault);
    }
}
