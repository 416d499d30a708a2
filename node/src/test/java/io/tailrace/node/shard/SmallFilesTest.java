package io.tailrace.node.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A flipped bit in one of a shard's text files is refused with the file's name, or changes nothing. */
class SmallFilesTest {
    private static final String LINE =
            "1 0123456789abcdef0123456789abcdef01234567 4294967296 -1 0000000000000000 0 17\n";

    private static final String LINE_FILE = LINE + "\n";

    @TempDir
    private Path root;

    private ShardDirectory second;

    private interface Reading {
        Object read() throws IOException;
    }

    @BeforeEach
    void make() throws IOException {
        second = ShardDirectory.open(root).createNext();
        second.createNext();
        second.activate();
        second.writeHistory(LINE_FILE);
    }

    @Test
    void shouldNotTakeAnotherGenerationForTheCurrentOne() throws IOException {
        flipEachBit(root.resolve("CURRENT"), () -> ShardDirectory.current(root).queue());
    }

    @Test
    void shouldNotTakeAnotherHistory() throws IOException {
        flipEachBit(
                root.resolve("gen-2/history"),
                () -> ShardDirectory.current(root).readHistory().terms());
    }

    /** As on a full disk, where a start and a promotion must go on: the log has the list, too. */
    @Test
    void shouldGoOnWithoutTheHistoryFileAndWriteItOnceItCan() throws Exception {
        Path data = root.resolve("data");
        try (ShardBench bench = new ShardBench(data)) {
            Path file = bench.shard().directory().history();
            bench.awaitDiskThread();
            Path inTheWay = Files.createDirectory(file.resolveSibling("history.new"));
            bench.begin();
            bench.set("a", "1");
            bench.shard().onSecond();
            bench.awaitDiskThread();
            assertEquals("# crc32c 00000000\n", Files.readString(file), "that of a log without a record");
            Files.delete(inTheWay);
            bench.shard().onSecond();
            bench.awaitDiskThread();
            assertEquals(
                    bench.shard().history().text(),
                    bench.shard().directory().readHistory().text());
            Files.delete(file);
            Files.createDirectory(inTheWay);
        }
        try (ShardBench bench = new ShardBench(data)) {
            assertEquals(1, bench.contents().size(), "a start on a full disk");
            assertEquals(1, bench.shard().history().terms().size());
        }
    }

    /** A full disk refuses every file, be it the same as before. */
    @Test
    void shouldNotWriteAHistoryThatIsThere() throws Exception {
        Files.createDirectory(root.resolve("gen-2/history.new"));
        second.writeHistory(LINE_FILE);
        assertThrows(IOException.class, () -> second.writeHistory(LINE_FILE.replace("17", "18")));
    }

    @Test
    void shouldNotGuessWhatAnEditedFileMeant() throws IOException {
        Path current = root.resolve("CURRENT");
        Files.writeString(current, "gen-3\n");
        assertEquals(
                current + " is damaged: it does not end with its checksum, so it was cut or edited; there are"
                        + " [gen-1, gen-2, gen-3]: look at each with 'tailrace dump " + root.resolve("gen-N")
                        + "', and say which it is: 'tailrace repair "
                        + root.getParent() + " --shard " + root.getFileName() + " --generation gen-N --yes'",
                assertThrows(IOException.class, () -> ShardDirectory.open(root)).getMessage());
    }

    @Test
    void shouldPutTheGenerationInForceThatAnOperatorNames() throws IOException {
        Files.delete(root.resolve("CURRENT"));
        assertThrows(IOException.class, () -> ShardDirectory.choose(root, "gen-4"));
        ShardDirectory.choose(root, "gen-3");
        assertEquals(root.resolve("gen-3"), ShardDirectory.open(root).queue().getParent());
        assertTrue(Files.exists(root.resolve("unused-gen-2/history")), "nothing is deleted");
        assertTrue(Files.exists(root.resolve("unused-gen-1/queue")), "nothing is deleted");
    }

    /** Who deletes one looks for what is left of it by its name, perhaps when the next one is there already. */
    @Test
    void shouldNotGiveTheNumberOfAGenerationThatIsDeletedToTheNext() throws IOException {
        ShardDirectory next = second.createNext();
        next.delete();
        ShardDirectory after = second.createNext();
        assertNotEquals(next.queue(), after.queue());
        next.delete();
        assertTrue(Files.exists(after.queue()) && Files.exists(after.snapshots()), "nothing else is deleted");
    }

    @Test
    void shouldNotGoBackToAGenerationThatWasReplaced() throws IOException {
        byte[] older = Files.readAllBytes(root.resolve("CURRENT"));
        second.createNext().activate();
        Files.write(root.resolve("CURRENT"), older);
        String message =
                assertThrows(IOException.class, () -> ShardDirectory.open(root)).getMessage();
        assertTrue(message.contains("CURRENT is of an older moment: it names gen-2, and gen-4 was current"), message);
        assertTrue(Files.exists(root.resolve("gen-4/queue")), "nothing is deleted");
    }

    @Test
    void shouldNotBeginAnewBesideAGenerationThatIsThere() throws IOException {
        Files.delete(root.resolve("CURRENT"));
        String message =
                assertThrows(IOException.class, () -> ShardDirectory.open(root)).getMessage();
        assertTrue(
                message.contains(
                        "CURRENT is missing, and would name the current generation; there are [gen-1, gen-2, gen-3]: "),
                message);
        assertTrue(Files.exists(root.resolve("gen-2/history")), "nothing is deleted");
    }

    @Test
    void shouldGoOnWithAFirstStartThatACrashEnded() throws IOException {
        Path fresh = root.resolve("fresh");
        ShardDirectory.open(fresh);
        Files.delete(fresh.resolve("CURRENT"));
        assertEquals(fresh.resolve("gen-1/queue"), ShardDirectory.open(fresh).queue());
    }

    private static void flipEachBit(Path file, Reading reading) throws IOException {
        byte[] right = Files.readAllBytes(file);
        Object wanted = reading.read();
        int refused = 0;
        for (int bit = 0; bit < right.length * Byte.SIZE; bit++) {
            byte[] wrong = right.clone();
            wrong[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            Files.write(file, wrong);
            try {
                assertEquals(wanted, reading.read(), "bit " + bit);
            } catch (IOException e) {
                assertTrue(
                        e.getMessage().startsWith(file + " ") || e.getMessage().startsWith(file + ":"), e.toString());
                refused++;
            }
        }
        Files.write(file, right);
        assertTrue(refused > (right.length - 20) * Byte.SIZE, refused + " of " + right.length * Byte.SIZE);
    }
}
