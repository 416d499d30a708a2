package io.tailrace.node.backlog;

import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.openhft.chronicle.core.OS;
import net.openhft.chronicle.core.UnsafeMemory;

/**
 * Walks the frames of one segment's file in a read-only mapping, while another process may be writing it, cutting it
 * short after its end, or deleting it. Owned and closed by one thread.
 *
 * <pre>
 *  0                                4
 *  +--+--+--------------------------+----------------------+
 *  |b |m | length (30 bits)         | length bytes ...     |  the next frame stands at the next multiple of 4
 *  +--+--+--------------------------+----------------------+
 *  b = being written, m = the library's own (its header and index); b and m and length 0 = the end of the segment
 * </pre>
 *
 * The writer sets the word, in one aligned store, when the frame is whole; so a word read without {@code b} vouches for
 * the bytes after it.
 */
final class SegmentScan implements AutoCloseable {
    enum Step {
        RECORD,
        NOTHING_YET,
        END
    }

    private static final int WORD = Integer.BYTES;
    private static final int BEING_WRITTEN = 0x8000_0000;
    private static final int OWN_DATA = 0x4000_0000;
    private static final int END_OF_SEGMENT = BEING_WRITTEN | OWN_DATA;
    private static final int LENGTH_MASK = 0x3fff_ffff;
    private static final int SMALLEST_PAGE = 4096;

    private final Path file;
    private final int segment;
    private final FileChannel channel;
    private long mapping;
    private long mapped;
    private long next;
    private long position;
    private int length;
    private long sequence = -1;

    /** Opens the file; throws NoSuchFileException when retention was faster. */
    SegmentScan(Path file, int segment) throws IOException {
        this.file = file;
        this.segment = segment;
        channel = FileChannel.open(file, StandardOpenOption.READ);
    }

    /** Goes to the next record. After anything but RECORD, a later call tries again at the same place. */
    Step step() throws IOException {
        while (true) {
            long at = next + WORD - 1 & -WORD;
            if (!isReadable(at)) {
                return Step.NOTHING_YET;
            }
            int word = UnsafeMemory.MEMORY.readVolatileInt(mapping + at);
            if (word == END_OF_SEGMENT) {
                return Step.END;
            }
            if (word == 0 || (word & BEING_WRITTEN) != 0) {
                return Step.NOTHING_YET;
            }
            int frame = word & LENGTH_MASK;
            if (!isMapped(at + WORD + frame)) {
                throw new BacklogException(file + ": the frame at byte " + at + ", after record "
                        + (sequence < 0 ? "-" : QueueIndex.toString(index())) + ", claims " + frame
                        + " bytes, which is more than the file holds");
            }
            next = at + WORD + frame;
            if ((word & OWN_DATA) == 0) {
                position = at + WORD;
                length = frame;
                sequence++;
                return Step.RECORD;
            }
        }
    }

    /**
     * Whether a word can be read there. The end of a closed segment is cut off under the mapping, and reading past
     * the end of a file is a fault of the process; as the cut is always at a page, asking there is enough.
     */
    private boolean isReadable(long at) throws IOException {
        return isMapped(at + WORD) && (at % SMALLEST_PAGE != 0 || at + WORD <= channel.size());
    }

    private boolean isMapped(long end) throws IOException {
        if (end <= mapped) {
            return true;
        }
        long size = channel.size();
        if (end > size) {
            return false;
        }
        unmap();
        mapping = OS.map(channel, MapMode.READ_ONLY, 0, size);
        mapped = size;
        return true;
    }

    private void unmap() throws IOException {
        if (mapped > 0) {
            OS.unmap(mapping, mapped);
            mapped = 0;
        }
    }

    /** Where the next frame's word stands, or would: after NOTHING_YET the place at which the log of this file ends. */
    long nextPosition() {
        return next + WORD - 1 & -WORD;
    }

    int segment() {
        return segment;
    }

    Path file() {
        return file;
    }

    /** The index of the record last stepped to; meaningless before the first. */
    long index() {
        return QueueIndex.of(segment, sequence);
    }

    boolean hasRecord() {
        return sequence >= 0;
    }

    /** Where the current record is in memory, until the next step. */
    long address() {
        return mapping + position;
    }

    int length() {
        return length;
    }

    /** Where in memory a record is that begins there in the file, until the next step. */
    long addressAt(long recordPosition) {
        return mapping + recordPosition;
    }

    /** Where in the file the current record begins. */
    long position() {
        return position;
    }

    @Override
    public void close() {
        try (channel) {
            unmap();
        } catch (IOException e) {
            throw new BacklogException("can't close " + file + ": " + e.getMessage(), e);
        }
    }
}
