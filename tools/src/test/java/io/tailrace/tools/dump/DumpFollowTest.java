package io.tailrace.tools.dump;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.platform.AtomicFile;
import io.tailrace.tools.dump.DumpRequest.Flag;
import io.tailrace.tools.dump.DumpRequest.Purpose;
import io.tailrace.tools.output.Progress;
import io.tailrace.wire.memory.NativeBuffer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DumpFollowTest {
    @TempDir
    private Path dir;

    private LogFixture log;
    private final List<String> notices = new CopyOnWriteArrayList<>();
    private Dump dump;
    private FutureTask<Void> run;

    @AfterEach
    void close() throws Exception {
        if (dump != null) {
            dump.stop();
            run.get(10, TimeUnit.SECONDS);
        }
        log.close();
    }

    private void follow(OutputStream out, String to, boolean isVerifying) {
        dump = new Dump(
                DumpRequest.of(dir)
                        .range(null, to == null ? null : LogPosition.index(to))
                        .purpose(isVerifying ? Purpose.VERIFY : Purpose.PRINT)
                        .flags(Set.of(Flag.FOLLOW)),
                out,
                notices::add,
                Progress.none());
        run = new FutureTask<>(() -> {
            dump.run();
            return null;
        });
        new Thread(run, "dump").start();
    }

    @Test
    void shouldPrintWhatTheWriterAppendsAndEndWhenStopped() throws Exception {
        log = LogFixture.create(dir.resolve("queue")).openSegment();
        PipedInputStream pipe = new PipedInputStream(1 << 20);
        follow(new PipedOutputStream(pipe), null, false);
        BufferedReader lines = new BufferedReader(new InputStreamReader(pipe, StandardCharsets.UTF_8));

        assertTrue(lines.readLine().startsWith("1:0 "));
        log.effect("SET a 1");
        assertTrue(lines.readLine().endsWith(" SET a 1"));
        log.openSegment().effect("SET a 2", "DEL a");
        assertTrue(lines.readLine().startsWith("2:0 "));
        assertTrue(lines.readLine().endsWith(" 1/2 SET a 2"));
        assertTrue(lines.readLine().endsWith(" 2/2 DEL a"));

        dump.stop();
        assertNull(run.get(10, TimeUnit.SECONDS));
        assertEquals(List.of(), notices);
    }

    @Test
    void shouldVerifyEveryRecordOfAWriterAtFullSpeed() throws Exception {
        log = LogFixture.create(dir.resolve("queue")).openSegment();
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        follow(out, "9:0", true);
        for (int segment = 2; segment <= 9; segment++) {
            for (int i = 0; i < 5_000; i++) {
                log.effect("SET key:" + i + " value");
            }
            log.openSegment();
        }
        log.effect("SET last 1");
        assertNull(run.get(30, TimeUnit.SECONDS));
        String summary = out.toString(StandardCharsets.UTF_8);
        assertTrue(summary.contains("good: 40009 records with 40000 commands in 9 segments, 1:0 to 9:0"), summary);
    }

    @Test
    void shouldGoOnWhenRetentionDeletesSegmentsUnderIt() throws Exception {
        log = LogFixture.create(dir.resolve("queue")).openSegment().fillSegment();
        PipedInputStream pipe = new PipedInputStream(1024);
        follow(new PipedOutputStream(pipe), "8:0", false);
        BufferedReader lines = new BufferedReader(new InputStreamReader(pipe, StandardCharsets.UTF_8), 1024);
        assertTrue(lines.readLine().startsWith("1:0 "));
        for (int segment = 2; segment < 8; segment++) {
            log.openSegment().fillSegment();
        }
        log.openSegment();
        log.backlog().retention().trim(Long.MAX_VALUE);
        log.backlog().growth().reserve();
        assertTrue(Files.notExists(log.segmentFile(2)));

        String last = null;
        for (String line = lines.readLine(); line != null && !line.startsWith("8:0"); line = lines.readLine()) {
            last = line;
        }
        assertTrue(last.startsWith("7:"), last);
        assertEquals(1, notices.size(), notices.toString());
        assertTrue(notices.get(0).contains("was deleted by retention"), notices.get(0));
    }

    /** As a full sync, a rewind or a repair leaves it: the same indices in another generation, the old one deleted. */
    @Test
    void shouldGoOnInTheLogThatTakesThePlaceOfThisOne() throws Exception {
        log = LogFixture.createShard(dir, 1, 0).openSegment().effect("SET a 1");
        PipedInputStream pipe = new PipedInputStream(1 << 20);
        follow(new PipedOutputStream(pipe), null, false);
        BufferedReader lines = new BufferedReader(new InputStreamReader(pipe, StandardCharsets.UTF_8));
        assertTrue(lines.readLine().startsWith("1:0 "));
        assertTrue(lines.readLine().endsWith(" SET a 1"));

        log.effect("SET a 2");
        assertTrue(lines.readLine().endsWith(" SET a 2"));
        log.closeLog();
        Path shard = dir.resolve("shard-0");
        try (LogFixture next = LogFixture.create(shard.resolve("gen-2/queue"))) {
            next.openSegment().effect("SET a 1").effect("SET a 2").effect("SET a 3");
            AtomicFile.write(shard.resolve("CURRENT"), "gen-2\n");
            Files.delete(log.segmentFile(1));
            assertTrue(lines.readLine().matches("1:3 .* SET a 3"));
            next.effect("SET a 4");
            assertTrue(lines.readLine().matches("1:4 .* SET a 4"));
        }
        assertEquals(
                List.of("the log was replaced, and continues in " + shard.resolve("gen-2/queue") + " after 1:2"),
                notices);
    }

    @Test
    void shouldEndQuietlyWhenTheReaderHasEnough() throws Exception {
        log = LogFixture.create(dir.resolve("queue")).openSegment();
        long before = NativeBuffer.liveBytes();
        follow(
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("Broken pipe");
                    }
                },
                null,
                false);
        assertNull(run.get(10, TimeUnit.SECONDS));
        assertEquals(before, NativeBuffer.liveBytes());
    }
}
