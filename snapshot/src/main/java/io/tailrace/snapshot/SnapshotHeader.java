package io.tailrace.snapshot;

import static io.tailrace.snapshot.SnapshotLayout.*;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.HexText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Identifies a snapshot's shard and history, and the first record to redo after its entries are loaded. Immutable; the
 * constructor throws {@link IllegalArgumentException} naming the value that can't be written.
 *
 * @param shard 0 to shardCount - 1
 * @param history 40 lower-case hex digits
 * @param begin where the redo starts
 * @param createdMicros epoch microseconds
 * @param lineage earlier histories, one line each; opaque here, printable ASCII
 * @param state properties of the store at the start besides its entries, one line each; opaque here, printable ASCII. All lines
 *     of both take at most 65,432 bytes with a line end each
 */
public record SnapshotHeader(
        int shard,
        int shardCount,
        String history,
        Begin begin,
        long createdMicros,
        List<String> lineage,
        List<String> state) {

    /**
     * A place in the log.
     *
     * @param index index A of the first record to redo after the entries are loaded
     * @param chainBefore chain of the record before A
     * @param recordsBefore number of records before A
     */
    public record Begin(long index, long chainBefore, long recordsBefore) {
        public Begin {
            require(index >= 0, "begin index " + index);
            require(recordsBefore >= 0, "record count " + recordsBefore);
        }
    }

    public SnapshotHeader {
        require(shardCount > 0 && shard >= 0 && shard < shardCount, "shard " + shard + " of " + shardCount);
        if (!HexText.isHistory(history)) {
            throw notAllowed("history " + printable(history));
        }
        lineage = List.copyOf(lineage);
        state = List.copyOf(state);
        requirePrintable("lineage", lineage);
        requirePrintable("state", state);
        int length = length(lineage) + length(state);
        require(
                length <= MAX_LINES_LENGTH,
                "lineage and state of " + length + " bytes (allowed: " + MAX_LINES_LENGTH + ")");
    }

    public long beginIndex() {
        return begin.index();
    }

    public long chainBefore() {
        return begin.chainBefore();
    }

    public long recordsBefore() {
        return begin.recordsBefore();
    }

    private static void requirePrintable(String what, List<String> lines) {
        for (String line : lines) {
            for (int i = 0; i < line.length(); i++) {
                if (line.charAt(i) < ' ' || line.charAt(i) > '~') {
                    throw notAllowed(what + " line " + printable(line));
                }
            }
        }
    }

    /**
     * Identifies this walk, so that a transfer can be resumed: begin index and creation time as {@code <16 hex>-<16 hex>}, 33
     * characters. The index alone is not enough, because two walks that begin at the same index differ in their order of entries.
     */
    public String id() {
        return String.format(Locale.ROOT, "%016x-%016x", begin.index(), createdMicros);
    }

    /** Writes the payload and returns its length. */
    int encode(long address) {
        Memory.putInt(address + HEADER_SHARD_OFFSET, shard);
        Memory.putInt(address + HEADER_SHARD_COUNT_OFFSET, shardCount);
        Memory.putLong(address + HEADER_BEGIN_INDEX_OFFSET, begin.index());
        Memory.putLong(address + HEADER_CHAIN_OFFSET, begin.chainBefore());
        Memory.putLong(address + HEADER_RECORDS_BEFORE_OFFSET, begin.recordsBefore());
        Memory.putLong(address + HEADER_CREATED_OFFSET, createdMicros);
        putAscii(address + HEADER_HISTORY_OFFSET, history);
        Memory.putInt(address + HEADER_LINEAGE_LENGTH_OFFSET, length(lineage));
        Memory.putInt(address + HEADER_STATE_LENGTH_OFFSET, length(state));
        return putLines(address, putLines(address, HEADER_LINES_OFFSET, lineage), state);
    }

    private static int putLines(long address, int from, List<String> lines) {
        int offset = from;
        for (String line : lines) {
            putAscii(address + offset, line + '\n');
            offset += line.length() + 1;
        }
        return offset;
    }

    /** Throws {@link IllegalArgumentException} with what is wrong if the payload is not a header. */
    static SnapshotHeader decode(long address, int length) {
        require(length >= HEADER_LINES_OFFSET, "header of " + length + " bytes");
        int lineageLength = Memory.getInt(address + HEADER_LINEAGE_LENGTH_OFFSET);
        int stateLength = Memory.getInt(address + HEADER_STATE_LENGTH_OFFSET);
        boolean isRight = lineageLength >= 0
                && stateLength >= 0
                && (long) lineageLength + stateLength == length - HEADER_LINES_OFFSET;
        require(isRight, "lineage length " + lineageLength + ", state length " + stateLength);
        return new SnapshotHeader(
                Memory.getInt(address + HEADER_SHARD_OFFSET),
                Memory.getInt(address + HEADER_SHARD_COUNT_OFFSET),
                Memory.toAscii(address + HEADER_HISTORY_OFFSET, HISTORY_LENGTH),
                new Begin(
                        Memory.getLong(address + HEADER_BEGIN_INDEX_OFFSET),
                        Memory.getLong(address + HEADER_CHAIN_OFFSET),
                        Memory.getLong(address + HEADER_RECORDS_BEFORE_OFFSET)),
                Memory.getLong(address + HEADER_CREATED_OFFSET),
                lines("lineage", address + HEADER_LINES_OFFSET, lineageLength),
                lines("state", address + HEADER_LINES_OFFSET + lineageLength, stateLength));
    }

    private static List<String> lines(String what, long address, int length) {
        if (length == 0) {
            return List.of();
        }
        String lines = Memory.toAscii(address, length);
        require(lines.endsWith("\n"), what + " without a last line end");
        return List.of(lines.substring(0, lines.length() - 1).split("\n", -1));
    }

    private static int length(List<String> lines) {
        int length = 0;
        for (String line : lines) {
            length += line.length() + 1;
        }
        return length;
    }

    private static void putAscii(long address, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        Memory.copyIn(bytes, 0, address, bytes.length);
    }

    private static String printable(String text) {
        return text.replaceAll("[^ -~]", "?");
    }

    private static void require(boolean holds, String whatIsWrong) {
        if (!holds) {
            throw notAllowed(whatIsWrong);
        }
    }

    private static IllegalArgumentException notAllowed(String whatIsWrong) {
        return new IllegalArgumentException("not allowed in a snapshot: " + whatIsWrong);
    }
}
