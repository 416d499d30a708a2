package io.tailrace.node.feed;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.LongSupplier;

/** The slot that one feed has, and that no other has as long: a lock on the file tells. Owned and closed by the feed's thread. */
final class SlotFile implements AutoCloseable {
    private static final long MICROS_PER_MILLI = 1_000;

    private final Path path;
    private final FileChannel channel;
    private final LongSupplier epochMicros;
    private SlotState state;

    private SlotFile(Path path, FileChannel channel, SlotState state, LongSupplier epochMicros) {
        this.path = path;
        this.channel = channel;
        this.state = state;
        this.epochMicros = epochMicros;
    }

    /** Takes a slot that was registered. */
    static SlotFile attach(Path path, LongSupplier epochMicros) throws IOException {
        String name = path.getFileName().toString();
        FileChannel channel;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (NoSuchFileException e) {
            throw new FeedException(
                    "there is no slot " + name + " in " + path.getParent() + ": 'tailrace feed register' makes one", e);
        }
        try {
            SlotState state = lock(channel) ? SlotLayout.decode(name, Files.readAllBytes(path)) : null;
            if (state != null) {
                return new SlotFile(path, channel, state, epochMicros);
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw inUse(name);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new FeedException(path + " is damaged: drop the slot and register it again");
    }

    private static boolean lock(FileChannel channel) throws IOException {
        FileLock lock = channel.tryLock();
        if (lock == null) {
            throw inUse("");
        }
        return true;
    }

    private static FeedException inUse(String name) {
        return new FeedException("slot " + name + " has a reader already: one at a time");
    }

    SlotState state() {
        return state;
    }

    Path path() {
        return path;
    }

    void confirm(FeedPosition position) throws IOException {
        write(state.confirmed(position, now()));
    }

    /** Tells the node that its reader is still there. */
    void touch() throws IOException {
        write(state.confirmed(state.position(), now()));
    }

    private long now() {
        return epochMicros.getAsLong() / MICROS_PER_MILLI;
    }

    /** Over the older of the two cells. */
    private void write(SlotState next) throws IOException {
        ByteBuffer cell = SlotLayout.encode(next);
        long at = next.sequence() % 2 * SlotLayout.CELL;
        while (cell.hasRemaining()) {
            channel.write(cell, at + cell.position());
        }
        state = next;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new FeedException("can't close " + path + ": " + e.getMessage(), e);
        }
    }
}
