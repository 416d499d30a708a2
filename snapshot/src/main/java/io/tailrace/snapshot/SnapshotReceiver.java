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
 * Keeps the bytes of a snapshot as they come from a primary, in a file that outlives a broken transfer and a crash: the next
 * one continues at its end. What the bytes mean is up to a {@link SnapshotLoader}, which follows the file in another
 * thread. One thread owns and closes this; {@link #receivedBytes()} may be read by any.
 *
 * <p>The file is named by the snapshot's id ({@link SnapshotHeader#id()}), so bytes of two snapshots can't be joined. Nothing
 * here waits for the disk. {@link #close()} keeps the file, {@link #discard()} deletes it.
 */
public final class SnapshotReceiver implements Closeable {
    private final PartFile file;
    private final NativeBuffer copy;
    private volatile long receivedBytes;

    /**
     * Opens the file of the id, or makes it.
     *
     * @throws IllegalArgumentException when the id, which comes from the peer, isn't of the form of {@link SnapshotHeader#id()}
     */
    public SnapshotReceiver(Path directory, String snapshotId) throws IOException {
        Path path = SnapshotFiles.incomingPath(directory, snapshotId);
        file = new PartFile(
                path,
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
        copy = new NativeBuffer(SnapshotLayout.MAX_CHUNK_LENGTH);
        receivedBytes = file.length();
    }

    public Path path() {
        return file.path();
    }

    /** Length of the file: the offset to ask the primary for. */
    public long receivedBytes() {
        return receivedBytes;
    }

    /**
     * Appends the next bytes. After an exception only {@link #close()} and {@link #discard()} are of use.
     *
     * @param fileOffset where in the file they belong: must be {@link #receivedBytes()}
     */
    public void accept(long fileOffset, long address, int length) throws IOException {
        if (copy.capacity() == 0) {
            throw new IllegalStateException(file.path() + " is closed");
        }
        if (fileOffset != file.length()) {
            throw new SnapshotFormatException(
                    file.path().toString(),
                    file.length(),
                    "bytes of offset " + fileOffset + " where " + file.length() + " should be");
        }
        ByteBuffer bytes = copy.buffer();
        for (int done = 0; done < length; ) {
            int count = Math.min(length - done, bytes.capacity());
            Memory.copy(address + done, copy.address(), count);
            bytes.limit(count).position(0);
            file.append(bytes);
            done += count;
        }
        receivedBytes = file.length();
    }

    /** Drops what lies after this many bytes: all of it for a transfer from the start. */
    public void cutTo(long length) throws IOException {
        if (length < file.length()) {
            file.truncate(length);
            receivedBytes = length;
        }
    }

    /** Closes this and deletes the file. */
    public void discard() throws IOException {
        copy.close();
        file.delete();
    }

    /** Keeps the file, to be resumed. */
    @Override
    public void close() throws IOException {
        copy.close();
        file.close();
    }
}
