package io.tailrace.node.backlog;

import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * All records that one segment's file held when this was made, in any order, so that a log can be read from its end. Reads as
 * {@link BacklogInspector} does: in place, from outside, and nothing is changed. Owned and closed by one thread.
 */
public final class SegmentPage implements RecordPlace, AutoCloseable {
    private static final int INITIAL = 1024;

    private final RecordView record = new RecordView();
    private final SegmentScan scan;
    private final String damage;
    private long[] positions = new long[INITIAL];
    private int[] lengths = new int[INITIAL];
    private int size;
    private int current;
    private SegmentRecord opening;

    private SegmentPage(Path file, int segment) throws IOException {
        scan = new SegmentScan(file, segment);
        String broken = null;
        try {
            while (scan.step() == SegmentScan.Step.RECORD) {
                add(scan.position(), scan.length());
            }
        } catch (BacklogException e) {
            broken = e.getMessage();
        }
        String withoutOpening = readOpening();
        damage = broken == null ? withoutOpening : broken;
    }

    /**
     * Reads the frames of a segment.
     *
     * @throws java.nio.file.NoSuchFileException when retention was faster
     */
    public static SegmentPage of(Path queue, int segment) throws IOException {
        return new SegmentPage(new SegmentFiles(queue).path(segment), segment);
    }

    /** The segments that have a file with a complete header, ascending. */
    public static List<Integer> segments(Path queue) throws IOException {
        SegmentFiles files = new SegmentFiles(queue);
        List<Integer> ready = new ArrayList<>();
        for (int segment : files.segments()) {
            if (!SegmentFiles.isHalfMade(files.path(segment))) {
                ready.add(segment);
            }
        }
        return ready;
    }

    private void add(long position, int length) {
        if (size == positions.length) {
            positions = Arrays.copyOf(positions, 2 * size);
            lengths = Arrays.copyOf(lengths, 2 * size);
        }
        positions[size] = position;
        lengths[size++] = length;
    }

    private String readOpening() {
        if (size == 0) {
            return null;
        }
        RecordView first = at(0);
        try {
            if (first.problem() != null) {
                throw new IllegalArgumentException(first.problem());
            }
            opening = SegmentRecord.parse(first);
            return null;
        } catch (IllegalArgumentException e) {
            return place() + " does not open the segment: " + e.getMessage();
        }
    }

    /** How many records there are. */
    public int size() {
        return size;
    }

    /** The n-th record, from 0 on; valid until this is closed. Its {@link RecordView#problem} has not been looked at. */
    public RecordView at(int n) {
        current = n;
        return record.wrap(scan.addressAt(positions[n]), lengths[n]);
    }

    /** Why the page is not all of the segment, or has no opening, or null. */
    public String damage() {
        return damage;
    }

    @Override
    public long index() {
        return QueueIndex.of(scan.segment(), current);
    }

    @Override
    public Path file() {
        return scan.file();
    }

    @Override
    public long position() {
        return positions[current];
    }

    @Override
    public SegmentRecord opening() {
        return opening;
    }

    /** Within a segment nothing is missing. */
    @Override
    public LogGap gap() {
        return null;
    }

    @Override
    public void close() {
        scan.close();
    }
}
