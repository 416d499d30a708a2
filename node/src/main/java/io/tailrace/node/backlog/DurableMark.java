package io.tailrace.node.backlog;

import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Remembers in a file of the queue's directory up to which record the log is on the disk. With it a start can tell a log that a
 * power loss tore after what was promised, which it may truncate, from one that lost what was durable. Not thread-safe.
 *
 * <pre>
 *  forced 0000000300000011 crc32c 89abcdef\n       40 bytes, written over in place, hex
 * </pre>
 *
 * It is written after a sync and not synced itself, but for its first time: what a power loss leaves is an older mark, which
 * promises less. It lies in one sector, so that none is torn; were one, its checksum tells.
 */
final class DurableMark implements AutoCloseable {
    /** No mark, or one that can't be read: a log of an earlier version, or damage. */
    static final long UNKNOWN = -2;

    private static final String NAME = "forced";
    private static final int WORD_AT = 7;
    private static final int CRC_AT = 31;
    private static final int LENGTH = 40;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final ByteBuffer text = ByteBuffer.allocateDirect(LENGTH);
    private final CRC32C crc = new CRC32C();
    private final FileChannel channel;
    private long marked;

    /** Opens the mark of a directory; makes it, durable, where there is none. */
    DurableMark(Path queue) throws IOException {
        Path file = in(queue);
        text.put("forced 0000000000000000 crc32c 00000000\n".getBytes(StandardCharsets.US_ASCII));
        boolean isNew = !Files.exists(file);
        SegmentFiles files = new SegmentFiles(queue);
        marked = isNew && files.segments().isEmpty() ? QueueIndex.NONE : read(queue);
        channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (isNew) {
            write(marked);
            channel.force(true);
            files.syncDirectory();
        }
    }

    static Path in(Path queue) {
        return queue.resolve(NAME);
    }

    /** What the mark of a directory says: an index, {@link QueueIndex#NONE} for a log of which nothing was synced. */
    static long read(Path queue) throws IOException {
        Path file = in(queue);
        if (!Files.exists(file)) {
            return UNKNOWN;
        }
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!text.matches("forced [0-9a-f]{16} crc32c [0-9a-f]{8}\n")) {
            return UNKNOWN;
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, CRC_AT);
        boolean isWhole = Long.parseLong(text.substring(CRC_AT, CRC_AT + 8), 16) == crc.getValue();
        return isWhole ? HexText.parse(text.substring(WORD_AT, WORD_AT + 16)) : UNKNOWN;
    }

    /** Notes that everything up to a record is on the disk, unless that was known. */
    void raise(long index) throws IOException {
        if (index > marked) {
            write(index);
        }
    }

    private void write(long index) throws IOException {
        marked = index;
        hex(WORD_AT, 16, index);
        crc.reset();
        crc.update(text.position(0).limit(CRC_AT));
        hex(CRC_AT, 8, crc.getValue());
        text.position(0).limit(LENGTH);
        for (int at = 0; text.hasRemaining(); ) {
            at += channel.write(text, at);
        }
    }

    /** Takes a promise back, durable when the call returns: what follows makes the log shorter. */
    static void lower(Path queue, long index) throws IOException {
        try (DurableMark mark = new DurableMark(queue)) {
            if (index < mark.marked) {
                mark.write(index);
                mark.channel.force(false);
            }
        }
    }

    private void hex(int at, int digits, long value) {
        text.clear();
        for (int i = 0; i < digits; i++) {
            text.put(at + i, HEX[(int) (value >>> 4 * (digits - 1 - i)) & 0xf]);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
