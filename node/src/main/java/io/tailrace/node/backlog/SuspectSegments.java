package io.tailrace.node.backlog;

import io.tailrace.wire.record.ChainVerifier;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel.MapMode;
import java.util.SortedSet;
import net.openhft.chronicle.core.OS;
import net.openhft.chronicle.core.UnsafeMemory;

/**
 * What is done to segments before they are synced again, after the disk has failed to take them: a second sync alone would
 * succeed without them, as the kernel takes pages for clean that it could not write. One thread; the reactor may append meanwhile.
 *
 * <pre>
 *  1  every page up to the last record is written to, with what is there, in one atomic step: it is dirty again, and the
 *     next sync writes it. After that nothing was written, and the file may have no place on the disk
 *  2  every record is read and its chain compared: a page may have been read back as it was before, and then it is lost
 * </pre>
 *
 * <p>In this order: a page that is dirty stays as it was compared, a clean one may be dropped between the two.
 */
final class SuspectSegments {
    private static final int PAGE = 4096;

    private final SegmentFiles files;
    private final ChainVerifier verifier = new ChainVerifier();

    private SuspectSegments(SegmentFiles files) {
        this.files = files;
    }

    /**
     * Makes segments fit for another sync.
     *
     * @param upTo the record that must be there, in the last of them
     * @throws IOException naming the record when it is not as it was written, or the file when it can't be read
     */
    static void rewrite(SegmentFiles files, SortedSet<Integer> segments, long upTo) throws IOException {
        SuspectSegments suspects = new SuspectSegments(files);
        for (int segment : segments) {
            suspects.touch(segment);
        }
        for (int segment : segments) {
            suspects.check(segment);
        }
        long last = suspects.verifier.index();
        if (last < upTo) {
            throw new IOException(files.path(QueueIndex.segment(upTo)) + " ends after record "
                    + QueueIndex.toString(last) + ", but " + QueueIndex.toString(upTo) + " was written");
        }
    }

    private void check(int segment) throws IOException {
        RecordView record = new RecordView();
        try (SegmentScan scan = new SegmentScan(files.path(segment), segment)) {
            while (scan.step() == SegmentScan.Step.RECORD) {
                record.wrap(scan.address(), scan.length());
                String problem = verifier.next(scan.index(), record);
                if (problem != null) {
                    throw new IOException(files.path(segment) + ": record " + QueueIndex.toString(scan.index())
                            + " at byte " + scan.position() + " differs from what was written, the disk has lost it: "
                            + problem);
                }
            }
        } catch (BacklogException | InternalError e) {
            throw new IOException(files.path(segment) + " can't be read: " + e.getMessage(), e);
        }
    }

    /** With the end mark, if there is one. */
    private long usedBytes(int segment) throws IOException {
        try (SegmentScan scan = new SegmentScan(files.path(segment), segment)) {
            while (scan.step() == SegmentScan.Step.RECORD) {
                continue;
            }
            return scan.nextPosition() + Integer.BYTES;
        } catch (BacklogException | InternalError e) {
            throw new IOException(files.path(segment) + " can't be read: " + e.getMessage(), e);
        }
    }

    private void touch(int segment) throws IOException {
        long used = usedBytes(segment);
        try (RandomAccessFile file = new RandomAccessFile(files.path(segment).toFile(), "rw")) {
            long size = Math.min(file.length(), (used / PAGE + 1) * PAGE);
            long address = OS.map(file.getChannel(), MapMode.READ_WRITE, 0, size);
            try {
                for (long at = 0; at + PAGE <= size; at += PAGE) {
                    int word = UnsafeMemory.MEMORY.readVolatileInt(address + at);
                    UnsafeMemory.MEMORY.compareAndSwapInt(address + at, word, word);
                }
            } finally {
                OS.unmap(address, size);
            }
        } catch (InternalError e) {
            throw new IOException(files.path(segment) + " can't be written: " + e.getMessage(), e);
        }
    }
}
