package io.tailrace.node.backlog;

import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Copies a log from outside, of a running node or a stopped one, as files of their own. Nothing in the directory is created, locked,
 * written or deleted, and read permission is enough. Used by one thread.
 *
 * <p>What is copied is the log as it was at one moment: the end of the newest segment is found first, and what a writer adds after it
 * meanwhile is left out, as bytes of a record without its length, or later ones without it, would look like damage.
 */
public final class LogCopy {
    private static final int PIECE = 1 << 20;

    private LogCopy() {}

    /**
     * Copies the segments from one on.
     *
     * @param from number of the first segment that is wanted
     * @throws java.nio.file.NoSuchFileException when retention deleted one of them meanwhile
     */
    public static void of(Path queue, int from, Path target) throws IOException {
        SegmentFiles files = new SegmentFiles(queue);
        SegmentFiles copies = new SegmentFiles(target);
        if (Files.exists(DurableMark.in(queue))) {
            // before the log is looked at, which is as long then or longer
            Files.copy(DurableMark.in(queue), DurableMark.in(target));
        }
        List<Integer> segments =
                files.segments().stream().filter(segment -> segment >= from).toList();
        for (int i = 0; i < segments.size(); i++) {
            int segment = segments.get(i);
            if (i < segments.size() - 1 || isDamaged(queue, segment)) {
                Files.copy(files.path(segment), copies.path(segment));
            } else if (!SegmentFiles.isHalfMade(files.path(segment))) {
                copyNewest(files.path(segment), segment, copies.path(segment));
            }
        }
    }

    /** Damage is what a second look finds at the same place; a writer has gone on by then. It is copied, so that it is found again. */
    private static boolean isDamaged(Path queue, int segment) throws IOException {
        long from = QueueIndex.of(segment, 0);
        LogFault fault = LogCheck.of(queue, from).fault();
        return fault != null && fault.equals(LogCheck.of(queue, from).fault());
    }

    private static void copyNewest(Path file, int segment, Path copy) throws IOException {
        long end;
        try (SegmentScan scan = new SegmentScan(file, segment)) {
            SegmentScan.Step step;
            do {
                step = scan.step();
            } while (step == SegmentScan.Step.RECORD);
            end = scan.nextPosition() + (step == SegmentScan.Step.END ? Integer.BYTES : 0);
        }
        try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ);
                FileChannel to = FileChannel.open(copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long done = 0; done < end; ) {
                long count = from.transferTo(done, Math.min(PIECE, end - done), to);
                if (count <= 0) {
                    throw new IOException(file + " was truncated while it was copied");
                }
                done += count;
            }
        }
    }
}
