package io.tailrace.snapshot;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;

/** Snapshots to test with, as files and as bytes. */
final class Sample {
    static final int MAX_ENTRY_LENGTH = (16 << 20) + SnapshotLayout.MAX_KEY_LENGTH;
    static final String HISTORY = "0123456789abcdef0123456789abcdef01234567";
    static final long END_INDEX = 3L << 32 | 9;
    static final long END_CHAIN = 0x1122334455667788L;
    static final long END_RECORD_COUNT = 1009;

    private Sample() {}

    static SnapshotHeader header() {
        return header(3L << 32 | 5);
    }

    static SnapshotHeader header(long beginIndex) {
        return new SnapshotHeader(
                1,
                4,
                HISTORY,
                new SnapshotHeader.Begin(beginIndex, 0x8877665544332211L, 1000),
                1_700_000_000_000_001L,
                List.of("term 1", ""),
                List.of("a state"));
    }

    static Path write(Path directory, List<Entry> entries) throws IOException {
        return write(directory, header(), entries);
    }

    static Path write(Path directory, SnapshotHeader header, List<Entry> entries) throws IOException {
        try (SnapshotWriter writer = new SnapshotWriter(directory, header)) {
            for (Entry entry : entries) {
                entry.writeTo(writer);
            }
            writer.finish(END_INDEX, END_CHAIN, END_RECORD_COUNT);
            return writer.path();
        }
    }

    static byte[] bytes(Path directory, List<Entry> entries) throws IOException {
        Path file = write(directory, entries);
        byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);
        return bytes;
    }

    static void accept(SnapshotParser parser, byte[] bytes, int from, int length) throws SnapshotFormatException {
        try (NativeBuffer buffer = new NativeBuffer(Math.max(1, length))) {
            Memory.copyIn(bytes, from, buffer.address(), length);
            parser.accept(buffer.address(), length);
        }
    }

    static void accept(SnapshotReceiver receiver, byte[] bytes, int from, int length) throws IOException {
        try (NativeBuffer buffer = new NativeBuffer(Math.max(1, length))) {
            Memory.copyIn(bytes, from, buffer.address(), length);
            receiver.accept(from, buffer.address(), length);
        }
    }

    /** Appends the next bytes, as many as said or as there are. */
    static void acceptNext(SnapshotReceiver receiver, byte[] bytes, int pieceLength) throws IOException {
        int from = (int) receiver.receivedBytes();
        accept(receiver, bytes, from, Math.min(pieceLength, bytes.length - from));
    }

    static void acceptRest(SnapshotReceiver receiver, byte[] bytes, int pieceLength) throws IOException {
        while (receiver.receivedBytes() < bytes.length) {
            acceptNext(receiver, bytes, pieceLength);
        }
    }

    /** The whole bytes in one go; throws what the parser throws, also for an end that comes too early. */
    static List<Entry> parse(byte[] bytes) throws SnapshotFormatException {
        RecordingSink sink = new RecordingSink();
        try (SnapshotParser parser = new SnapshotParser(sink, MAX_ENTRY_LENGTH)) {
            accept(parser, bytes, 0, bytes.length);
            if (!parser.isComplete()) {
                throw parser.incomplete();
            }
            return sink.entries;
        }
    }

    static ByteBuffer view(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Offset of the n-th chunk. */
    static int chunkOffset(byte[] bytes, int sequence) {
        int offset = SnapshotLayout.PREAMBLE_LENGTH;
        for (int i = 0; i < sequence; i++) {
            offset += chunkLength(bytes, offset);
        }
        return offset;
    }

    static int chunkLength(byte[] bytes, int chunk) {
        return SnapshotLayout.CHUNK_HEADER_LENGTH
                + view(bytes).getInt(chunk + SnapshotLayout.CHUNK_PAYLOAD_LENGTH_OFFSET);
    }

    /** Gives a chunk that was changed the checksum that fits, as a faulty writer would. */
    static void reseal(byte[] bytes, int chunk) {
        CRC32C crc = new CRC32C();
        int from = SnapshotLayout.CHUNK_PAYLOAD_LENGTH_OFFSET;
        crc.update(bytes, chunk + from, chunkLength(bytes, chunk) - from);
        view(bytes).putInt(chunk + SnapshotLayout.CHUNK_CRC_OFFSET, (int) crc.getValue());
    }
}
