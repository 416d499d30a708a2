package io.tailrace.node.backlog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.file.Path;
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
