package io.tailrace.snapshot;

import io.tailrace.snapshot.fault.FaultPoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that is being made under a working name and gets its final one only when it is whole and on the disk.
 * Single-threaded.
 */
final class PartFile {
    private final Path path;
    private final FileChannel channel;
    private long length;
    private long synced;

    PartFile(Path path, FileChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        this.length = channel.size();
        this.synced = length;
    }

    Path path() {
        return path;
    }

    /** Bytes appended so far. */
    long length() {
        return length;
    }

    FileChannel channel() {
        return channel;
    }

    void append(ByteBuffer bytes) throws IOException {
        try {
            while (bytes.hasRemaining()) {
                length += channel.write(bytes, length);
            }
        } catch (IOException e) {
            throw new IOException(path + " can't be written at byte " + length + ": " + e.getMessage(), e);
        }
    }

    void truncate(long newLength) throws IOException {
        channel.truncate(newLength);
        length = newLength;
    }

    /** Pushes the bytes to the disk once that many have gathered, so that the sync at the end is short. Blocks. */
    void syncEvery(long bytes) throws IOException {
        if (length - synced >= bytes) {
            channel.force(false);
            synced = length;
        }
    }

    /**
     * Makes it durable under its final name, replacing an older file of that name: the bytes before the name, the name
     * before the return. Blocks. After a failure nothing is under the final name, and nothing is tried again: the kernel may
     * have dropped the pages that a failed sync could not write.
     */
    void publishAs(Path target) throws IOException {
        channel.force(true);
        channel.close();
        FaultPoint.SNAPSHOT_FORCED.hit();
        Files.move(path, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        FaultPoint.SNAPSHOT_RENAMED.hit();
        try {
            syncDirectory(target.toAbsolutePath().getParent());
        } catch (IOException e) {
            Files.deleteIfExists(target);
            throw e;
        }
    }

    void close() throws IOException {
        channel.close();
    }

    void delete() throws IOException {
        channel.close();
        Files.deleteIfExists(path);
    }

    static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
