package io.tailrace.node.backlog;

import io.tailrace.snapshot.fault.FaultPoint;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/** The files of one queue directory: which segments there are, repairing what a crash left, making room ahead. */
final class SegmentFiles {
    static final String SUFFIX = ".cq4";
    private static final String PREPARED_SUFFIX = ".precreated";
    private static final String UNFINISHED_SUFFIX = ".zeroes";
    private static final String METADATA = "metadata.cq4t";
    private static final int NOT_COMPLETE = 0x8000_0000;
    private static final int END_MARK = 0xC000_0000;
    private static final int END_ROOM = 64;
    private static final int ZEROES = 1 << 20;
    private static final int PAGE = 4096;

    private static final AtomicLong UNFINISHED = new AtomicLong();

    private final Path directory;

    SegmentFiles(Path directory) {
        this.directory = directory;
    }

    Path path(int segment) {
        return directory.resolve(SegmentCycle.nameOf(segment) + SUFFIX);
    }

    Path preparedPath(int segment) {
        return directory.resolve(SegmentCycle.nameOf(segment) + PREPARED_SUFFIX);
    }

    Path directory() {
        return directory;
    }

    /** The segments that have a file, ascending. */
    List<Integer> segments() throws IOException {
        TreeSet<Integer> segments = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path file : files) {
                segments.add(segmentOf(file));
            }
        }
        return List.copyOf(segments);
    }

    /** The segment that a file is, by its name. */
    static int segmentOf(Path file) {
        String name = file.getFileName().toString();
        try {
            return SegmentCycle.segmentOf(
                    name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name);
        } catch (DateTimeException e) {
            throw new BacklogException(file + " is not a segment of a Tailrace backlog", e);
        }
    }

    /**
     * Makes a directory that a killed process left fit for opening: drops a newest segment that holds no record (where its
     * header was never completed the library would wait ten seconds for it, then rename it; where it was, the one before
     * could not be continued after its end mark), prepared segments, and what the metadata says, with the lock of the dead owner.
     *
     * @throws IOException also when the disk has no room for the metadata of a new queue
     */
    void repair() throws IOException {
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(directory, "*{" + PREPARED_SUFFIX + "," + UNFINISHED_SUFFIX + ",.discard}")) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        blankMetadata();
        List<Integer> segments = segments();
        if (!segments.isEmpty()) {
            int newest = segments.get(segments.size() - 1);
            if (isWithoutRecord(newest)) {
                Files.delete(path(newest));
            }
        }
    }

    /**
     * Empties the library's own file, which it fills again from the segments. The page that it writes, through a mapping, where the lack of
     * room would be a fault, is written here and stays the file's own: a start needs no more room than the one before it. The file keeps its
     * length, as readers of other processes may have it mapped.
     */
    private void blankMetadata() throws IOException {
        Path metadata = directory.resolve(METADATA);
        try (FileChannel channel = FileChannel.open(
                metadata, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            writeZeroes(channel, PAGE);
            clear(channel, PAGE);
        } catch (IOException e) {
            throw DiskRoom.told(e, directory, PAGE);
        }
    }

    private boolean isWithoutRecord(int segment) throws IOException {
        try (SegmentScan scan = new SegmentScan(path(segment), segment)) {
            return scan.step() != SegmentScan.Step.RECORD;
        } catch (BacklogException e) {
            // damage, which is not for this to judge
            return false;
        }
    }

    static boolean isHalfMade(Path file) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.read(header, 0) < Integer.BYTES) {
                return true;
            }
        }
        int word = header.getInt(0);
        return word == 0 || (word & NOT_COMPLETE) != 0;
    }

    /**
     * Writes the file that the library will take for a segment, full of zeroes, so that its disk space is its own. Any thread;
     * of two at once, one makes it.
     *
     * @return whether this call made it; otherwise there was one, or the segment was opened meanwhile
     * @throws IOException when the disk has no room for it, see {@link DiskRoom}
     */
    boolean prepare(int segment, long bytes) throws IOException {
        if (Files.exists(preparedPath(segment))) {
            return false;
        }
        DiskRoom.require(directory, bytes);
        // a name of its own: zeroes written by another call would be written into the file that this one has published
        Path unfinished = directory.resolve(
                SegmentCycle.nameOf(segment) + "-" + UNFINISHED.incrementAndGet() + UNFINISHED_SUFFIX);
        try (FileChannel channel = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            writeZeroes(channel, bytes);
            return publish(unfinished, segment);
        } catch (IOException e) {
            throw DiskRoom.told(e, directory, bytes);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private synchronized boolean publish(Path unfinished, int segment) throws IOException {
        if (Files.exists(preparedPath(segment))) {
            return false;
        }
        Files.move(unfinished, preparedPath(segment));
        if (Files.exists(path(segment))) {
            Files.deleteIfExists(preparedPath(segment));
            return false;
        }
        return true;
    }

    /** Makes this part of a segment's file own its disk space. What is there stays: the caller is the only one that writes. */
    void claim(int segment, long from, long to) throws IOException {
        try (FileChannel channel = FileChannel.open(path(segment), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer there = ByteBuffer.allocateDirect((int) Math.min(ZEROES, to - from));
            for (long at = from; at < to; at += there.limit()) {
                there.clear().limit((int) Math.min(there.capacity(), to - at));
                rewrite(channel, at, there);
            }
        } catch (IOException e) {
            throw DiskRoom.told(e, directory, to - from);
        }
    }

    /** A page that the file does not have yet reads as zeroes, and is given one by the write. */
    private static void rewrite(FileChannel channel, long at, ByteBuffer there) throws IOException {
        while (there.hasRemaining() && channel.read(there, at + there.position()) > 0) {}
        while (there.hasRemaining()) {
            there.put((byte) 0);
        }
        there.rewind();
        while (there.hasRemaining()) {
            channel.write(there, at + there.position());
        }
    }

    private static void writeZeroes(FileChannel channel, long bytes) throws IOException {
        ByteBuffer zeroes = ByteBuffer.allocateDirect((int) Math.min(ZEROES, bytes));
        for (long written = 0; written < bytes; ) {
            zeroes.clear().limit((int) Math.min(zeroes.capacity(), bytes - written));
            written += channel.write(zeroes);
        }
    }

    /** Gives the zeroes after a closed segment's last record, and the end mark after it, back to the file system. */
    void shrink(int segment, long usedBytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path(segment).toFile(), "rw")) {
            long keep = (usedBytes + END_ROOM + 0xFFFF) & ~0xFFFFL;
            if (file.length() > keep) {
                file.setLength(keep);
            }
        }
    }

    /**
     * Takes the end mark off a closed segment, so that it can be continued; the queue must not be open.
     *
     * @param endPosition where its last record ends, and the mark begins
     */
    void takeEndMark(int segment, long endPosition) throws IOException {
        ByteBuffer word = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(path(segment), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            boolean isMarked = channel.read(word, endPosition) == Integer.BYTES && word.getInt(0) == END_MARK;
            if (isMarked) {
                word.clear().putInt(0, 0);
                channel.write(word, endPosition);
            }
        }
    }

    /**
     * Puts the end mark on a segment that later ones continue, where a power loss has left it without: it is written when the
     * segment is closed, after its last record may have been synced, and a reader of the library's does not go past a segment
     * that has none.
     *
     * @param endPosition where its last record ends
     */
    void putEndMark(int segment, long endPosition) throws IOException {
        ByteBuffer word = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(path(segment), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            boolean isMarked = channel.read(word, endPosition) == Integer.BYTES && word.getInt(0) == END_MARK;
            if (!isMarked) {
                word.clear().putInt(0, END_MARK);
                channel.write(word, endPosition);
            }
        }
    }

    /**
     * Writes zeroes over everything from a place on that is none. The library writes a record before its length, so one that was
     * never finished leaves bytes that it would take for the length of the next.
     */
    void clear(int segment, long from) throws IOException {
        try (FileChannel channel = FileChannel.open(path(segment), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (clear(channel, from)) {
                FaultPoint.TAIL_CLEARED.hit();
            }
        }
    }

    /** Whether there was anything to clear. Pages of zeroes are not written: they may be none that the file has. */
    private static boolean clear(FileChannel channel, long from) throws IOException {
        ByteBuffer page = ByteBuffer.allocateDirect(PAGE);
        boolean isAnyUsed = false;
        for (long at = from; at < channel.size(); ) {
            int length = (int) Math.min(PAGE - at % PAGE, channel.size() - at);
            page.clear().limit(length);
            boolean isRead = channel.read(page, at) == length;
            page.flip();
            boolean isUsed = false;
            while (isRead && page.hasRemaining()) {
                isUsed |= page.get() != 0;
            }
            if (isUsed) {
                page.clear().limit(length);
                for (int i = 0; i < length; i++) {
                    page.put(i, (byte) 0);
                }
                channel.write(page, at);
                isAnyUsed = true;
            }
            at += length;
        }
        return isAnyUsed;
    }

    /** Makes the names of the segments durable: to sync a file says nothing about its name. */
    void syncDirectory() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Makes the same file known in another directory; false where the file system has no such links. */
    boolean link(int segment, SegmentFiles target) throws IOException {
        try {
            Files.createLink(target.path(segment), path(segment));
            return true;
        } catch (UnsupportedOperationException e) {
            return false;
        }
    }

    /** The same, with a copy where the file system has no such links. */
    void linkOrCopy(int segment, SegmentFiles target) throws IOException {
        if (!link(segment, target)) {
            Files.copy(path(segment), target.path(segment));
        }
    }

    /** Writes a segment's file to the disk. */
    void sync(int segment) throws IOException {
        try (FileChannel channel = FileChannel.open(path(segment), StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    void delete(int segment) throws IOException {
        Files.deleteIfExists(path(segment));
    }
}
