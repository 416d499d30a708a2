package io.tailrace.node.rewind;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.EffectCursor;
import io.tailrace.wire.record.PartView;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/**
 * The file an operator finds the writes in that a rewind has rolled back: their effects as Redis requests, byte for byte as they
 * stood in the log, for {@code redis-cli --pipe}. What was one record is one transaction, and as a record begins in database 0,
 * SELECT 0 follows one that has left it. Before one shard's part of a transaction over several stands {@code ECHO "part of 0@1:2 2@4:17"},
 * shard and index of all of them: what the others did is in the files of those shards. Owned by one thread.
 *
 * <p>It has its name only when it is whole and durable: {@code lost-writes-<history>-<from>-<to>.resp}, indices as
 * {@code segment.sequence}.
 */
public final class LostWrites implements AutoCloseable {
    private static final byte[] MULTI = "*1\r\n$5\r\nMULTI\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EXEC = "*1\r\n$4\r\nEXEC\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SELECT_0 = "*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int BUFFER = 64 << 10;
    private static final String PART_PREFIX = "saving-";
    private static final String PART_SUFFIX = ".resp.part";

    private final Path part;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private final byte[] piece = new byte[BUFFER];
    private final EffectCursor cursor = new EffectCursor();
    private final PartView named = new PartView();
    private boolean isFinished;

    /** Begins the file, beside any that another one is writing or that a crash left unfinished. */
    public LostWrites(Path directory) throws IOException {
        int number = 1;
        while (Files.exists(part(directory, number))) {
            number++;
        }
        part = part(directory, number);
        channel = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    private static Path part(Path directory, int number) {
        return directory.resolve(PART_PREFIX + number + PART_SUFFIX);
    }

    /** Deletes what crashes left unfinished, before anything is saved. */
    public static void deleteUnfinished(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.startsWith(PART_PREFIX) && name.endsWith(PART_SUFFIX)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    static String name(String history, long from, long to) {
        return "lost-writes-" + history + "-" + text(from) + "-" + text(to) + ".resp";
    }

    private static String text(long index) {
        return QueueIndex.toString(index).replace(':', '.');
    }

    /** Adds the commands of one record, as one transaction; of one over several shards there is more in the files of others. */
    public void record(RecordView record) throws IOException {
        if (named.wrap(record) == null && named.isPart()) {
            write(mark());
        }
        cursor.wrap(record);
        boolean isTransaction = cursor.left() > 1;
        int names = cursor.offset();
        if (isTransaction) {
            write(MULTI, MULTI.length);
        }
        long effects = record.address() + RecordLayout.PAYLOAD_OFFSET + names;
        int total = record.payloadLength() - names;
        for (int done = 0; done < total; done += piece.length) {
            int length = Math.min(piece.length, total - done);
            Memory.copyOut(effects + done, piece, 0, length);
            write(piece, length);
        }
        if (isTransaction) {
            write(EXEC, EXEC.length);
            if (hasSelected(record)) {
                write(SELECT_0, SELECT_0.length);
            }
        }
    }

    /** A request that does nothing, and says what those after it are a part of. */
    private byte[] mark() {
        String text = "part of " + named.parts();
        return ("*2\r\n$4\r\nECHO\r\n$" + text.length() + "\r\n" + text + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private void write(byte[] bytes) throws IOException {
        write(bytes, bytes.length);
    }

    private boolean hasSelected(RecordView record) {
        int database = 0;
        cursor.wrap(record);
        while (cursor.next()) {
            if (Effect.of(cursor.arguments()) == Effect.SELECT) {
                database = (int) cursor.arguments().parseLong(1);
            }
        }
        return database != 0;
    }

    private void write(byte[] bytes, int length) throws IOException {
        if (buffer.remaining() < length) {
            drain();
        }
        buffer.put(bytes, 0, length);
    }

    private void drain() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    /**
     * Gives the file its name, durable. One of that name from an attempt before is the same and is replaced; one with other
     * bytes, as of a directory that was restored between, stays, and this one gets a number.
     */
    public Path finish(String name) throws IOException {
        drain();
        channel.force(true);
        Path finished = part.resolveSibling(name);
        for (int i = 2; Files.exists(finished) && Files.mismatch(finished, part) >= 0; i++) {
            finished = part.resolveSibling(name.replaceFirst("(\\.resp)?$", "-" + i + "$1"));
        }
        Files.move(part, finished, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        isFinished = true;
        try (FileChannel directory = FileChannel.open(finished.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
        return finished;
    }

    /** Ends an unfinished file without a trace. */
    @Override
    public void close() throws IOException {
        channel.close();
        if (!isFinished) {
            // another one may have taken the name of a part that was finished
            Files.deleteIfExists(part);
        }
    }
}
