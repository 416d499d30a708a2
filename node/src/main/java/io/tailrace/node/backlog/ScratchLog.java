package io.tailrace.node.backlog;

import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordBuilder;
import io.tailrace.wire.record.SegmentRecord;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.wire.DocumentContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log of nothing but rolls, for the JVM, which compiles what was run some hundred times: a shard's log rolls too seldom for that. It has
 * a temporary directory of its own, keeps two segments there, syncs nothing, and is removed when it is closed. Owned by one thread at a
 * time.
 *
 * <p>The directory, {@code tailrace-warm-up-PROCESS-RANDOM}, is not the node's, where everything is data. What a killed process has left of
 * one the next node of the same user removes.
 */
public final class ScratchLog implements AutoCloseable {
    /** The library writes its header and the first pages of its index, all of which must be the file's own. */
    private static final int SEGMENT_BYTES = 256 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(ScratchLog.class);
    private static final String PREFIX = "tailrace-warm-up-";
    private static final int MAX_RECORD = 64 << 10;
    private static final String HISTORY = "0".repeat(40);

    private final SegmentFiles files;
    private final SegmentClock clock;
    private final SingleChronicleQueue queue;
    private final SegmentAppender appender;
    private final ExcerptTailer tailer;
    private final RecordBuilder record = new RecordBuilder();
    private int segment;
    private long chain;

    private ScratchLog(Path directory) throws IOException {
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
        Path directory = Files.createTempDirectory(
                temporary, PREFIX + ProcessHandle.current().pid() + "-");
        removeAbandoned(temporary, Files.getOwner(directory));
        return new ScratchLog(directory);
    }

    private static void removeAbandoned(Path temporary, UserPrincipal owner) throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(temporary, PREFIX + "*")) {
            for (Path directory : found) {
                // anybody may make one of that name, or a link, but not as this user
                boolean isOwn = Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                        && Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS).equals(owner);
                if (isOwn && isAbandoned(directory.getFileName().toString())) {
                    remove(directory);
                }
            }
        } catch (NoSuchFileException e) {
            LOG.debug("another node has removed it: {}", e.getMessage());
        }
    }

    private static boolean isAbandoned(String name) {
        String process = name.substring(PREFIX.length()).replaceFirst("-.*", "");
        return process.matches("\\d{1,10}")
                && ProcessHandle.of(Long.parseLong(process)).isEmpty();
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
        remove(files.directory());
    }

    private static void remove(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
