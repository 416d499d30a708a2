package io.tailrace.node.reactor;

import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.Background.Work;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.services.FileMaker;
import io.tailrace.wire.resp.ReplyWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is made for one client and sent to it, of any length: a thread of its own makes it and reads it a chunk at a time, and the
 * reactor takes each chunk when the client has taken the one before. The file has no name once it is open, so nothing of it is
 * left whatever ends the node.
 *
 * <pre>
 *  thread   makes the file -> $length -> chunk -> waits until it is taken -> chunk .. -> over
 *  reactor                        takes it as soon as all before is sent, and closes the connection at the end
 * </pre>
 */
final class FileTransfer implements Work {
    private static final Logger LOG = LoggerFactory.getLogger(FileTransfer.class);
    /** Of bytes, and how many of them at once. */
    static final int CHUNK = 256 << 10;

    private static final long WAIT_NANOS = 500_000;
    /** As a snapshot's writer has it. */
    private static final long SYNC_EVERY_BYTES = 4 << 20;

    private final FileMaker maker;
    private final Path path;
    private final String client;
    private FileChannel file;
    private ByteBuffer next;
    private BooleanSupplier wake;
    private boolean isTold = true;
    /** Written by the thread when it is null, and made null by the reactor. */
    private volatile byte[] ready;

    private volatile boolean isRead;
    private volatile boolean isCancelled;

    /**
     * @param path where the file may be while it is opened
     * @param client for the log
     */
    FileTransfer(FileMaker maker, Path path, String client) {
        this.maker = maker;
        this.path = path;
        this.client = client;
    }

    /** @param tell lets the reactor look whether there is something to take; false when it could not be told, and is to be again */
    void start(Background background, String name, BooleanSupplier tell) {
        wake = tell;
        background.start(name, this);
    }

    @Override
    public long step() {
        try {
            isTold = isTold || isCancelled || wake.getAsBoolean();
            if (!isTold) {
                return WAIT_NANOS;
            }
            if (isCancelled || isRead) {
                close();
                return OVER;
            }
            if (ready != null) {
                return WAIT_NANOS;
            }
            ready = file == null ? make() : read();
            isTold = false;
            return MORE;
        } catch (IOException | RuntimeException e) {
            String cause = e instanceof IOException failure ? FileFailure.of(failure) : e.toString();
            LOG.error("client={}: can't make an RDB file: {}", client, cause);
            // after the length of a file nothing can be said any more
            ready = file == null || next == null ? error(cause) : ready;
            isRead = true;
            isTold = false;
            return MORE;
        }
    }

    private static byte[] error(String cause) {
        return ("-ERR no RDB file could be made: " + cause.replaceAll("[\\r\\n]", " ") + "\r\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private byte[] make() throws IOException {
        file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Files.delete(path);
        maker.write(new Synced(file), () -> isCancelled);
        long length = file.position();
        file.position(0);
        next = ByteBuffer.allocate(CHUNK);
        return ("$" + length + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Has the disk take what is written a little at a time. Nobody needs it there, but pages that wait for the disk are limited, for the
     * whole machine, and who dirties one beyond that is made to wait: the reactor too, when it writes to its log.
     */
    private static final class Synced extends OutputStream {
        private final FileChannel file;
        private final OutputStream out;
        private long unsynced;

        Synced(FileChannel file) {
            this.file = file;
            this.out = Channels.newOutputStream(file);
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            out.write(from, offset, length);
            unsynced += length;
            if (unsynced >= SYNC_EVERY_BYTES) {
                file.force(false);
                unsynced = 0;
            }
        }
    }

    private byte[] read() throws IOException {
        next.clear();
        int count = file.read(next);
        if (count < 0) {
            isRead = true;
            return null;
        }
        byte[] chunk = new byte[count];
        next.flip().get(chunk);
        return chunk;
    }

    private void close() {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            LOG.debug("closing", e);
        }
    }

    /** Whether all was taken. On the reactor thread, as the rest. */
    boolean isOver() {
        return isRead && ready == null;
    }

    /** Gives the next chunk, when there is one; returns whether there was. */
    boolean moveTo(ReplyWriter output) {
        byte[] chunk = ready;
        if (chunk == null) {
            return false;
        }
        output.raw(chunk);
        ready = null;
        return true;
    }

    /** The client is gone. */
    void cancel() {
        isCancelled = true;
    }
}
