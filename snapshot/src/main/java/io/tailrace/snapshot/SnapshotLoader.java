package io.tailrace.snapshot;

import io.tailrace.wire.memory.NativeBuffer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Follows the file of a {@link SnapshotReceiver} and hands its entries on: from the first on, whether they came a moment ago or
 * before a crash. One thread owns and closes it; it waits for the disk, for the network never.
 */
public final class SnapshotLoader implements Closeable {
    private static final int READ_LENGTH = 256 * 1024;

    private final FileChannel channel;
    private final SnapshotParser parser;
    private final NativeBuffer buffer = new NativeBuffer(READ_LENGTH);
    private long loadedBytes;

    /**
     * @param file of a receiver
     * @param snapshotId that the header must have
     * @param sink fresh: it gets every entry from the first on
     * @param maxEntryLength of key and value together, bytes
     */
    public SnapshotLoader(Path file, String snapshotId, EntrySink sink, int maxEntryLength) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.READ);
        parser = new SnapshotParser("snapshot " + snapshotId, sink, maxEntryLength, snapshotId);
    }

    /**
     * Takes a piece of what there is.
     *
     * @param end how long the file is, at least
     * @return how many bytes it took, 0 when it had taken all of them
     * @throws SnapshotFormatException when they are no part of that snapshot; the sink's state can't be used then
     */
    public int load(long end) throws IOException {
        int wanted = (int) Math.min(READ_LENGTH, end - loadedBytes);
        if (wanted <= 0) {
            return 0;
        }
        ByteBuffer bytes = buffer.buffer();
        bytes.clear().limit(wanted);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, loadedBytes + bytes.position()) < 0) {
                throw new SnapshotFormatException(
                        parser.source(), loadedBytes + bytes.position(), "its file ends before byte " + end);
            }
        }
        loadedBytes += wanted;
        parser.accept(buffer.address(), wanted);
        return wanted;
    }

    /** Taken so far. */
    public long loadedBytes() {
        return loadedBytes;
    }

    /** End of the last chunk that was whole and sound. */
    public long verifiedBytes() {
        return parser.verifiedBytes();
    }

    /** Whether all of the snapshot was taken and adds up. */
    public boolean isComplete() {
        return parser.isComplete();
    }

    /** Null until complete. */
    public SnapshotTrailer trailer() {
        return parser.trailer();
    }

    /** The exception for a file that ends where this has come to. */
    public SnapshotFormatException incomplete() {
        return parser.incomplete();
    }

    /** Pushes what the file holds to the disk. Blocks for that. */
    public void force() throws IOException {
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        parser.close();
        buffer.close();
        channel.close();
    }
}
