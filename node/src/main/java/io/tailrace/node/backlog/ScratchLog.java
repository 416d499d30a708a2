package io.tailrace.node.backlog;

import io.tailrace.node.platform.ScratchDirectory;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordBuilder;
import io.tailrace.wire.record.SegmentRecord;
import java.io.IOException;
import java.nio.file.Path;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * A log of nothing but rolls, for the JVM, which compiles what was run some hundred times: a shard's log rolls too seldom for that. It has
 * a {@link ScratchDirectory}, keeps two segments there, syncs nothing, and is removed when it is closed. Owned by one thread at a time.
 */
public final class ScratchLog implements AutoCloseable {
    /** The library writes its header and the first pages of its index, all of which must be the file's own. */
    private static final int SEGMENT_BYTES = 256 << 10;

    private static final int MAX_RECORD = 64 << 10;
    private static final String HISTORY = "0".repeat(40);

    private final ScratchDirectory scratch;
    private final SegmentFiles files;
    private final SegmentClock clock;
    private final SingleChronicleQueue queue;
    private final SegmentAppender appender;
    private final ExcerptTailer tailer;
    private final RecordBuilder record = new RecordBuilder();
    private int segment;
    private long chain;

    private ScratchLog(ScratchDirectory scratch) throws IOException {
        this.scratch = scratch;
        Path directory = scratch.path();
        files = new SegmentFiles(directory);
        files.repair();
        RollFaults none = new RollFaults();
        clock = new SegmentClock(none);
        queue = SegmentQueue.open(directory, MAX_RECORD, clock, none);
        appender = new SegmentAppender(queue, clock, none);
        tailer = queue.createTailer();
        tailer.singleThreadedCheckDisabled(true);
    }

    /** @param temporary the directory that its own is in */
    public static ScratchLog open(Path temporary) throws IOException {
        return new ScratchLog(ScratchDirectory.make(temporary));
    }

    /**
     * Opens one segment more, and reads how it begins.
     *
     * @throws IOException when the disk has no room for it
     */
    public void roll() throws IOException {
        int next = segment + 1;
        files.prepare(next, SEGMENT_BYTES);
        long index = QueueIndex.of(next, 0);
        long before = segment == 0 ? QueueIndex.NONE : QueueIndex.of(segment, 0);
        SegmentRecord.Previous previous =
                new SegmentRecord.Previous(segment == 0 ? null : HISTORY, before, chain, segment);
        new SegmentRecord(HISTORY, 1, previous, 1, 0).encode(record);
        record.seal(1, chain);
        appender.moveTo(next);
        // no roll for the fault points, which are of shards' logs
        appender.append(index, record.address(), record.length(), false);
        chain = record.chain();
        read(index);
        files.delete(segment - 1);
        segment = next;
    }

    private void read(long index) {
        boolean isFound = tailer.moveToIndex(index);
        try (DocumentContext context = tailer.readingDocument()) {
            if (!isFound || !context.isPresent()) {
                throw new BacklogException("no record " + QueueIndex.toString(index) + " in " + files.directory());
            }
        }
    }

    /** Where it is. */
    public Path directory() {
        return files.directory();
    }

    /** Removes it with its directory. */
    @Override
    public void close() throws IOException {
        tailer.close();
        appender.close();
        queue.close();
        record.close();
        scratch.close();
    }
}
