package io.tailrace.node.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * A file that lines are appended to. When it has reached its size it becomes {@code FILE.1}, that {@code FILE.2} and so on, and the last
 * of this many is deleted. When another process has moved or removed it, as logrotate does, it is made again within a second: no
 * signal is needed. Owned by the thread that writes the log.
 */
final class LogFile implements LogOutput {
    private static final long LOOK_MICROS = 500_000;

    private final Path path;
    private final long mostBytes;
    private final int kept;
    private final LongSupplier micros;
    private FileChannel channel;
    private Object identity;
    private long bytes;
    /** At which it is moved aside. */
    private long fullBytes;

    private long lookedMicros;

    /**
     * Opens the file, or makes it.
     *
     * @param mostBytes at which it is moved aside, 0 for never
     * @param kept how many of those there are
     */
    LogFile(Path path, long mostBytes, int kept, LongSupplier micros) throws IOException {
        this.path = path.toAbsolutePath();
        this.mostBytes = mostBytes;
        this.kept = kept;
        this.micros = micros;
        open();
    }

    private void open() throws IOException {
        channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        identity = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        bytes = channel.size();
        fullBytes = mostBytes == 0 ? Long.MAX_VALUE : mostBytes;
        lookedMicros = micros.getAsLong();
    }

    /**
     * {@inheritDoc}
     *
     * @throws LogRotationException when they are written, and the file could not be moved aside before: it is tried again when
     *     it has grown as much again
     */
    @Override
    public void write(byte[] from, int length) throws IOException {
        look();
        IOException problem = bytes > 0 && bytes + length > fullBytes ? rotate() : null;
        for (ByteBuffer rest = ByteBuffer.wrap(from, 0, length); rest.hasRemaining(); ) {
            bytes += channel.write(rest);
        }
        if (problem != null) {
            throw new LogRotationException(path, problem);
        }
    }

    /** Whether the path is still this file; and how long it is, should it have been cut. */
    private void look() throws IOException {
        if (channel != null && micros.getAsLong() - lookedMicros < LOOK_MICROS) {
            return;
        }
        if (channel == null || !isThere()) {
            close();
            open();
        }
        bytes = channel.size();
        lookedMicros = micros.getAsLong();
    }

    private boolean isThere() throws IOException {
        try {
            return Objects.equals(
                    identity,
                    Files.readAttributes(path, BasicFileAttributes.class).fileKey());
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Gives why it can't be done, or null. */
    private IOException rotate() throws IOException {
        try {
            moveAside();
        } catch (IOException e) {
            fullBytes = bytes + mostBytes;
            return e;
        }
        close();
        open();
        return null;
    }

    private void moveAside() throws IOException {
        if (kept == 0) {
            Files.deleteIfExists(path);
        }
        for (int number = kept; number > 0; number--) {
            Path from = number == 1 ? path : numbered(number - 1);
            if (Files.exists(from)) {
                Files.move(from, numbered(number), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private Path numbered(int number) {
        return path.resolveSibling(path.getFileName() + "." + number);
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            FileChannel ended = channel;
            channel = null;
            ended.close();
        }
    }
}
