package io.tailrace.snapshot;

import static io.tailrace.snapshot.SnapshotLayout.*;

import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.EntryImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Reads snapshot files: all of one through a sink, or only its two ends. Stateless; blocks for the disk. */
public final class SnapshotReader {
    private static final int READ_LENGTH = 256 * 1024;
    private static final EntrySink NO_ENTRIES = new EntrySink() {
        @Override
        public void entry(EntryImage entry) {
            throw new AssertionError("an entry before the header was complete");
        }

        @Override
        public void beginCollection(EntryImage head) {
            entry(head);
        }

        @Override
        public String elements(int section, long address, int length) {
            throw new AssertionError("elements before the header was complete");
        }

        @Override
        public String endCollection(long elements) {
            throw new AssertionError("the end of a collection before the header was complete");
        }
    };

    private SnapshotReader() {}

    /**
     * Hands every entry to the sink and checks the whole file. When it throws, what the sink has got must be thrown away.
     *
     * @param maxEntryLength of key and value together, bytes
     * @throws SnapshotFormatException when the file is not a whole, intact snapshot
     */
    public static SnapshotTrailer read(Path file, EntrySink sink, int maxEntryLength) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                SnapshotParser parser = new SnapshotParser(file.toString(), sink, maxEntryLength)) {
            feed(channel, parser);
            if (!parser.isComplete()) {
                throw parser.incomplete();
            }
            return parser.trailer();
        }
    }

    /** Reads and checks only the start of the file; a part file will do once its header is written. */
    public static SnapshotHeader readHeader(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                NativeBuffer buffer = new NativeBuffer(MAX_CHUNK_LENGTH);
                SnapshotParser parser = new SnapshotParser(file.toString(), NO_ENTRIES, 1)) {
            while (parser.header() == null) {
                ByteBuffer bytes = buffer.buffer();
                bytes.clear().limit(parser.needed());
                int count = channel.read(bytes);
                if (count < 0) {
                    throw parser.incomplete();
                }
                parser.accept(buffer.address(), count);
            }
            return parser.header();
        }
    }

    /**
     * Reads only the last {@link SnapshotLayout#TRAILER_CHUNK_LENGTH} bytes and checks that they are the intact trailer of a
     * file of this length. Finds every file that was cut off or not written to its end, not a flipped byte in the middle.
     */
    public static SnapshotTrailer readTrailer(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                NativeBuffer buffer = new NativeBuffer(TRAILER_CHUNK_LENGTH)) {
            long fileLength = channel.size();
            long position = Math.max(0, fileLength - TRAILER_CHUNK_LENGTH);
            ByteBuffer bytes = buffer.buffer();
            while (bytes.hasRemaining() && channel.read(bytes, position + bytes.position()) >= 0) {
                continue;
            }
            boolean isWhole = !bytes.hasRemaining();
            bytes.clear();
            SnapshotTrailer trailer = isWhole ? SnapshotTrailer.decodeChunk(buffer) : null;
            if (trailer == null || trailer.fileLength() != fileLength) {
                throw new SnapshotFormatException(
                        file.toString(), position, "incomplete, its last bytes aren't the trailer of this file");
            }
            return trailer;
        }
    }

    /** Gives the parser all bytes from the channel's position on. */
    static void feed(FileChannel channel, SnapshotParser parser) throws IOException {
        try (NativeBuffer buffer = new NativeBuffer(READ_LENGTH)) {
            ByteBuffer bytes = buffer.buffer();
            for (int count = channel.read(bytes); count >= 0; count = channel.read(bytes.clear())) {
                parser.accept(buffer.address(), count);
            }
        }
    }
}
