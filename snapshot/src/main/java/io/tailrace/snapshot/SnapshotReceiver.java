package io.tailrace.snapshot;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Takes a snapshot from a primary: parses it into a sink and keeps the same bytes, so that a broken transfer goes on where it
 * stopped, also after a restart, and a whole one is a snapshot file of this node. One thread owns it and closes it.
 *
 * <p>The part file is named by the snapshot's id ({@link SnapshotHeader#id()}), and a header of another id is an error, so
 * bytes of two snapshots can't be joined. {@link #close()} keeps the part file, {@link #discard()} deletes it.
 */
public final class SnapshotReceiver implements Closeable {
    private final Path directory;
    private final PartFile part;
    private final SnapshotParser parser;
    private final NativeBuffer copy;

    /**
     * Opens or makes the part file. What is already there goes through the sink first, up to the last whole chunk; a torn or
     * damaged rest is cut off. Blocks for that.
     *
     * @param sink fresh: it gets every entry from the first on
     * @param maxEntryLength of key and value together, bytes
     * @throws IllegalArgumentException when the id, which comes from the peer, isn't of the form of {@link SnapshotHeader#id()}
     */
    public SnapshotReceiver(Path directory, String snapshotId, EntrySink sink, int maxEntryLength) throws IOException {
        Path partPath = SnapshotFiles.incomingPath(directory, snapshotId);
        this.directory = directory;
        this.parser = new SnapshotParser("snapshot " + snapshotId, sink, maxEntryLength, snapshotId);
        this.copy = new NativeBuffer(SnapshotLayout.MAX_CHUNK_LENGTH);
        try {
            this.part = new PartFile(
                    partPath,
                    FileChannel.open(
                            partPath, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
        } catch (IOException | RuntimeException e) {
            free();
            throw e;
        }
        try {
            takeLeftover();
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Keeps and parses the next bytes; doesn't wait for the disk. After an exception only {@link #close()} and {@link
     * #discard()} are of use: close to try again from what was good, discard when it was a {@link SnapshotFormatException}.
     *
     * @param fileOffset where in the file they belong: must be {@link #receivedBytes()}
     */
    public void accept(long fileOffset, long address, int length) throws IOException {
        if (copy.capacity() == 0) {
            throw new IllegalStateException(part.path() + " is closed");
        }
        if (fileOffset != part.length()) {
            throw parser.failed("bytes of offset " + fileOffset + " where " + part.length() + " should be");
        }
        try {
            keep(address, length);
        } catch (IOException e) {
            part.close();
            throw e;
        }
        parser.accept(address, length);
    }

    /** Length of the file so far: the offset to ask the primary for. Right after opening it is the end of a whole chunk. */
    public long receivedBytes() {
        return part.length();
    }

    /** Null until the header chunk has come. */
    public SnapshotHeader header() {
        return parser.header();
    }

    /** Null until complete. */
    public SnapshotTrailer trailer() {
        return parser.trailer();
    }

    /** Whether all of the snapshot has come and adds up; it isn't durable before {@link #finish()}. */
    public boolean isComplete() {
        return parser.isComplete();
    }

    /**
     * Makes the file durable under its final name, and closes this. Blocks for the sync. When it throws, the part file is
     * deleted and nothing is under the final name.
     */
    public SnapshotTrailer finish() throws IOException {
        if (!parser.isComplete()) {
            throw parser.incomplete();
        }
        try {
            part.publishAs(SnapshotFiles.path(directory, parser.header().beginIndex()));
        } catch (IOException e) {
            discard();
            throw e;
        }
        close();
        return parser.trailer();
    }

    /** Closes this and deletes the part file. */
    public void discard() throws IOException {
        free();
        part.delete();
    }

    /** Keeps the part file, to be resumed. */
    @Override
    public void close() throws IOException {
        free();
        part.close();
    }

    private void takeLeftover() throws IOException {
        try {
            SnapshotReader.feed(part.channel(), parser);
        } catch (SnapshotFormatException e) {
            // A crash tore it, and what was checked before that place holds; if it came so, the primary's bytes fail
            // again.
        }
        parser.rewindToVerified();
        part.truncate(parser.verifiedBytes());
    }

    private void keep(long address, int length) throws IOException {
        ByteBuffer bytes = copy.buffer();
        for (int done = 0; done < length; ) {
            int count = Math.min(length - done, bytes.capacity());
            Memory.copy(address + done, copy.address(), count);
            bytes.limit(count).position(0);
            part.append(bytes);
            done += count;
        }
    }

    private void free() {
        parser.close();
        copy.close();
    }
}
