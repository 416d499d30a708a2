package io.tailrace.node.feed;

import io.tailrace.wire.record.QueueIndex;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The bytes of a slot's file: two cells, of which the whole one with the higher sequence counts. The older is written over, so that
 * one is whole whenever its writer is killed. Little-endian.
 *
 * <pre>
 *  0        4        8                16               24               32
 *  +--------+--------+----------------+----------------+----------------+
 *  | "TRFS" | crc32c |    sequence    |     index      |     chain      |   crc32c of all bytes of the cell after it
 *  +--------+--------+----------------+----------------+----------------+
 *  | seen, epoch ms  | registered, ms | history: 40 hex digits, or zeroes, to byte 88; zeroes to byte 128
 *  +-----------------+----------------+----------------------------------
 * </pre>
 */
final class SlotLayout {
    static final int CELL = 128;
    static final int LENGTH = 2 * CELL;

    private static final int MAGIC = 0x5346_5254;
    private static final int CRC = 4;
    private static final int SEQUENCE = 8;
    private static final int INDEX = 16;
    private static final int CHAIN = 24;
    private static final int SEEN = 32;
    private static final int REGISTERED = 40;
    private static final int HISTORY = 48;
    private static final int HISTORY_LENGTH = 40;

    private SlotLayout() {}

    static ByteBuffer encode(SlotState state) {
        ByteBuffer cell = ByteBuffer.allocate(CELL).order(ByteOrder.LITTLE_ENDIAN);
        FeedPosition position = state.position();
        cell.putInt(0, MAGIC);
        cell.putLong(SEQUENCE, state.sequence());
        cell.putLong(INDEX, position == null ? QueueIndex.NONE : position.index());
        cell.putLong(CHAIN, position == null ? 0 : position.chain());
        cell.putLong(SEEN, state.seenMs());
        cell.putLong(REGISTERED, state.registeredMs());
        if (position != null) {
            cell.put(HISTORY, position.history().getBytes(StandardCharsets.US_ASCII));
        }
        cell.putInt(CRC, crc(cell, 0));
        return cell;
    }

    private static int crc(ByteBuffer bytes, int at) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().limit(at + CELL).position(at + SEQUENCE));
        return (int) crc.getValue();
    }

    /** The newer of the whole cells, or null when there is none. */
    static SlotState decode(String name, byte[] file) {
        SlotState newest = null;
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at + CELL <= file.length; at += CELL) {
            boolean isWhole = bytes.getInt(at) == MAGIC && bytes.getInt(at + CRC) == crc(bytes, at);
            if (isWhole && (newest == null || bytes.getLong(at + SEQUENCE) > newest.sequence())) {
                newest = decode(name, bytes, at);
            }
        }
        return newest;
    }

    private static SlotState decode(String name, ByteBuffer bytes, int at) {
        long index = bytes.getLong(at + INDEX);
        String history = new String(bytes.array(), at + HISTORY, HISTORY_LENGTH, StandardCharsets.US_ASCII);
        return new SlotState(
                name,
                bytes.getLong(at + SEQUENCE),
                index == QueueIndex.NONE ? null : new FeedPosition(history, index, bytes.getLong(at + CHAIN)),
                bytes.getLong(at + SEEN),
                bytes.getLong(at + REGISTERED));
    }
}
