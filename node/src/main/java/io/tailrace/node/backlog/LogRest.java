package io.tailrace.node.backlog;

import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What a log holds behind its good part: what of it can still be read, and putting it aside. Used by one thread, while nobody
 * has the log open.
 */
public final class LogRest {

    /** Takes the records that can be read and are as they were written, in their order. */
    @FunctionalInterface
    public interface Reader {
        void record(RecordView record) throws IOException;
    }

    private final LogCheck check;
    private final List<Path> files = new ArrayList<>();
    private long readable;
    private long doubtful;
    private long commands;
    private long firstMicros;
    private long lastMicros;
    private long bytes;

    private LogRest(LogCheck check) {
        this.check = check;
    }

    /** Looks at everything behind the good part; the reader gets what can be read. */
    public static LogRest of(LogCheck check, Reader reader) throws IOException {
        LogRest rest = new LogRest(check);
        if (check.cutSegment() >= 0) {
            rest.read(reader);
        }
        return rest;
    }

    private void read(Reader reader) throws IOException {
        long chain = check.lastChain();
        for (int segment : check.segments()) {
            if (segment < check.cutSegment()) {
                continue;
            }
            Path file = check.files().path(segment);
            files.add(file);
            long from = segment == check.cutSegment() ? check.cutPosition() : 0;
            try (SegmentSalvage salvage = new SegmentSalvage(file, from, chain)) {
                for (RecordView record = salvage.next(); record != null; record = salvage.next()) {
                    count(record, salvage.isSound());
                    if (salvage.isSound() && record.kind() == RecordLayout.KIND_EFFECT) {
                        reader.record(record);
                    }
                }
                chain = salvage.claimedChain();
            }
        }
    }

    private void count(RecordView record, boolean isSound) {
        bytes += record.length();
        if (!isSound) {
            doubtful++;
            return;
        }
        readable++;
        if (record.kind() == RecordLayout.KIND_EFFECT) {
            commands += record.commandCount();
        }
        firstMicros = firstMicros == 0 ? record.commitMicros() : firstMicros;
        lastMicros = record.commitMicros();
    }

    /** Makes the segment files that hold any of it known in another directory, too; durable when the call returns. */
    public void keepIn(Path directory) throws IOException {
        Files.createDirectories(directory);
        for (Path file : files) {
            linkOrCopy(file, directory.resolve(file.getFileName()));
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void linkOrCopy(Path file, Path target) throws IOException {
        try {
            Files.createLink(target, file);
        } catch (UnsupportedOperationException | FileSystemException e) {
            Files.copy(file, target);
            try (FileChannel copy = FileChannel.open(target, StandardOpenOption.WRITE)) {
                copy.force(true);
            }
        }
    }

    /** Whether there is nothing, not even bytes of a record that was being written. */
    public boolean isEmpty() {
        return files.isEmpty();
    }

    /** Segment files that hold any of it. */
    public List<Path> files() {
        return List.copyOf(files);
    }

    /** Records that can be read and follow the one before them. */
    public long readable() {
        return readable;
    }

    /** Records of which it is not sure that they are as they were written. */
    public long doubtful() {
        return doubtful;
    }

    /** Commands in the readable ones. */
    public long commands() {
        return commands;
    }

    /** Commit time of the first readable one, epoch microseconds, or 0. */
    public long firstMicros() {
        return firstMicros;
    }

    /** Commit time of the last readable one. */
    public long lastMicros() {
        return lastMicros;
    }

    /** Bytes of all records found. */
    public long bytes() {
        return bytes;
    }
}
