package io.tailrace.node.backlog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordBuilder;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that can't give back pages of the log: in a mapping that is a fault, as is reading past a file's end. */
class UnreadableLogTest {
    private static final int RECORDS = 5;
    private static final BacklogSettings SETTINGS = new BacklogSettings(8 << 20, 16 << 20, 1 << 20, "disk-test");

    @TempDir
    private Path directory;

    @BeforeEach
    void write() {
        try (Backlog backlog = Backlog.open(directory, SETTINGS);
                RecordBuilder record = new RecordBuilder()) {
            new SegmentRecord("0123456789abcdef0123456789abcdef01234567", 1, SegmentRecord.Previous.NONE, 1, 0)
                    .encode(record);
            record.seal(1, 0);
            backlog.append(backlog.nextSegmentIndex(), record.address(), record.length(), record.chain());
            for (int i = 0; i < RECORDS; i++) {
                record.begin(RecordLayout.KIND_EFFECT);
                record.command(3);
                record.argument("SET");
                record.argument("key");
                record.argument("v".repeat(200_000));
                record.seal(1, backlog.lastChain());
                backlog.append(backlog.nextIndex(), record.address(), record.length(), record.chain());
            }
        }
    }

    @Test
    void shouldNameTheLogAndTheLastRecordThatCouldBeRead() throws Exception {
        assertEquals(QueueIndex.of(1, RECORDS), LogCheck.of(directory, 0).lastIndex());
        LogCheck.Limit untilUnreadable = (index, commitMicros) -> {
            if (index == QueueIndex.of(1, 2)) {
                takePagesAway();
            }
            return false;
        };
        IOException e = assertThrows(IOException.class, () -> LogCheck.of(directory, 0, untilUnreadable));
        assertTrue(e.getMessage().startsWith(directory + " can't be read after record 1:"), e.getMessage());
    }

    @Test
    void shouldNameTheRecordAndServeItsSegmentNoMore() {
        try (Backlog backlog = Backlog.open(directory, SETTINGS);
                BacklogReader reader = backlog.reader()) {
            reader.readAt(QueueIndex.of(1, 1));
            assertTrue(backlog.serves(QueueIndex.of(1, 1)));
            takePagesAway();
            BacklogException e = assertThrows(BacklogException.class, () -> readAll(reader));
            String file = new SegmentFiles(directory).path(1).toString();
            assertTrue(e.getMessage().startsWith(file + " can't be read at record 1:"), e.getMessage());
            assertFalse(backlog.serves(QueueIndex.of(1, 1)));
            assertEquals(QueueIndex.of(2, 0), backlog.servedFrom());
        }
    }

    /** As a primary does, which looks at the bytes only to copy them. */
    private static void readAll(BacklogReader reader) {
        for (RecordView record = reader.current(); record != null; record = reader.next()) {
            try {
                Memory.toBytes(record.address(), record.length());
            } catch (InternalError e) {
                throw reader.unreadable(e);
            }
            reader.requireRead();
        }
    }

    private void takePagesAway() {
        Path segment = new SegmentFiles(directory).path(1);
        try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            channel.truncate(512 << 10);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
