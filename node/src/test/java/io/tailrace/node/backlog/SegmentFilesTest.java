package io.tailrace.node.backlog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that two threads make room for. */
class SegmentFilesTest {
    private static final int BYTES = 1 << 20;

    @TempDir
    private Path directory;

    /** What is written as soon as a file is there must stay, whatever the other thread is about. */
    @Test
    void shouldWriteNothingMoreIntoASegmentThatIsPrepared() throws Exception {
        SegmentFiles files = new SegmentFiles(directory);
        for (int i = 1; i <= 50; i++) {
            int segment = i;
            CompletableFuture<Boolean> other = CompletableFuture.supplyAsync(() -> prepareAndMark(files, segment));
            boolean isMine = prepareAndMark(files, segment);
            assertTrue(isMine ^ other.get(), "one of them makes it");
            try (RandomAccessFile file =
                    new RandomAccessFile(files.preparedPath(segment).toFile(), "r")) {
                assertEquals(BYTES, file.length());
                for (int at = 0; at < BYTES; at += BYTES / 8) {
                    file.seek(at);
                    assertEquals(segment, file.readInt(), "segment " + segment + " at byte " + at);
                }
            }
        }
    }

    /** It would take what is left from others, each time it is tried. */
    @Test
    void shouldWriteNothingOfAFileThatCanNotFit() throws Exception {
        long more = Files.getFileStore(directory).getTotalSpace() + 1;
        String refusal = assertThrows(IOException.class, () -> new SegmentFiles(directory).prepare(1, more))
                .getMessage();
        assertTrue(
                refusal.matches("No space left on device: " + more + " bytes are needed, \\d+ are left on .+"),
                refusal);
        assertEquals(0, directory.toFile().list().length);
    }

    /** The library writes its own file through a mapping, where the lack of a page is a fault. */
    @Test
    void shouldKeepThePageThatTheLibraryWrites() throws Exception {
        Path metadata = directory.resolve("metadata.cq4t");
        new SegmentFiles(directory).repair();
        assertEquals(4096, Files.size(metadata));
        byte[] used = new byte[131_072];
        Arrays.fill(used, (byte) 7);
        Files.write(metadata, used);
        Object file = Files.readAttributes(metadata, BasicFileAttributes.class).fileKey();
        new SegmentFiles(directory).repair();
        assertArrayEquals(new byte[131_072], Files.readAllBytes(metadata));
        assertEquals(
                file, Files.readAttributes(metadata, BasicFileAttributes.class).fileKey());
    }

    private static boolean prepareAndMark(SegmentFiles files, int segment) {
        try {
            boolean isMade = files.prepare(segment, BYTES);
            if (isMade) {
                try (RandomAccessFile file =
                        new RandomAccessFile(files.preparedPath(segment).toFile(), "rw")) {
                    for (int at = 0; at < BYTES; at += BYTES / 8) {
                        file.seek(at);
                        file.writeInt(segment);
                    }
                }
            }
            return isMade;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
