package io.tailrace.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A snapshot's bytes, whatever they are, from a file or from a peer: they give the same entries and the same error however they
 * are cut, and memory grows with what came and not with what is claimed. The input is taken as it is, where checksums stop nearly
 * everything, and once more with checksums, sequences and the trailer's sums made to fit, as a peer could that means harm.
 */
class SnapshotParserFuzzTest {
    private static final int MAX_ENTRY = 1 << 20;
    private static final int[] CUTS = {1, 15, 2, 16, 700, 3, 64};

    @FuzzTest
    void shouldParseTheSameHoweverItIsCut(byte[] input) {
        shouldBeTheSame(input);
        byte[] fitting = input.clone();
        reseal(fitting);
        shouldBeTheSame(fitting);
    }

    private static void shouldBeTheSame(byte[] bytes) {
        List<String> whole = parse(bytes, bytes.length);
        assertEquals(whole, parse(bytes, 0));
    }

    /** @param piece how long each is, 0 for changing ones */
    private static List<String> parse(byte[] bytes, int piece) {
        long before = NativeBuffer.liveBytes();
        RecordingSink sink = new RecordingSink();
        List<String> results = new ArrayList<>();
        try (NativeBuffer input = new NativeBuffer(Math.max(1, bytes.length));
                SnapshotParser parser = new SnapshotParser(sink, MAX_ENTRY)) {
            Memory.copyIn(bytes, 0, input.address(), bytes.length);
            long most = NativeBuffer.liveBytes() + 2L * bytes.length;
            try {
                int at = 0;
                for (int i = 0; at < bytes.length; i++) {
                    int length = Math.min(bytes.length - at, piece == 0 ? CUTS[i % CUTS.length] : piece);
                    parser.accept(input.address() + at, length);
                    at += length;
                    assertTrue(NativeBuffer.liveBytes() <= most, "memory is taken for what did not come");
                    assertTrue(parser.verifiedBytes() <= at, "more was verified than came");
                }
            } catch (SnapshotFormatException e) {
                results.add(e.getMessage());
                assertFalse(parser.isComplete() && results.isEmpty());
            }
            assertEquals(sink.entries.size(), parser.entryCount());
            results.add(parser.verifiedBytes() + " " + parser.header() + " " + parser.trailer());
            shouldEncodeTheSame(parser.header());
        }
        assertEquals(before, NativeBuffer.liveBytes(), "native bytes left behind");
        sink.entries.forEach(entry -> results.add(entry.toString()));
        return results;
    }

    private static void shouldEncodeTheSame(SnapshotHeader header) {
        if (header != null) {
            try (NativeBuffer copy = new NativeBuffer(SnapshotLayout.MAX_CHUNK_LENGTH)) {
                assertEquals(header, SnapshotHeader.decode(copy.address(), header.encode(copy.address())));
            }
        }
    }

    private static void reseal(byte[] bytes) {
        if (bytes.length < SnapshotLayout.PREAMBLE_LENGTH) {
            return;
        }
        Sample.view(bytes).putLong(0, SnapshotLayout.MAGIC).putLong(Long.BYTES, SnapshotLayout.FORMAT_VERSION);
        ChunkDigest digest = new ChunkDigest();
        int sequence = 0;
        for (int at = SnapshotLayout.PREAMBLE_LENGTH; isChunk(bytes, at); at += Sample.chunkLength(bytes, at)) {
            Sample.view(bytes).putInt(at + SnapshotLayout.CHUNK_SEQUENCE_OFFSET, sequence++);
            if (Sample.chunkLength(bytes, at) == SnapshotLayout.TRAILER_CHUNK_LENGTH) {
                fitTrailer(bytes, at, digest.total());
            }
            Sample.reseal(bytes, at);
            try (NativeBuffer chunk = new NativeBuffer(Sample.chunkLength(bytes, at))) {
                Memory.copyIn(bytes, at, chunk.address(), chunk.capacity());
                digest.add(chunk.address(), chunk.capacity());
            }
        }
    }

    private static void fitTrailer(byte[] bytes, int at, long total) {
        int kind = Sample.view(bytes).getInt(at + SnapshotLayout.CHUNK_KIND_OFFSET);
        if (kind == ChunkKind.TRAILER.code()) {
            int payload = at + SnapshotLayout.CHUNK_HEADER_LENGTH;
            Sample.view(bytes)
                    .putLong(payload + SnapshotLayout.TRAILER_ENTRY_COUNT_OFFSET, entries(Arrays.copyOf(bytes, at)))
                    .putLong(
                            payload + SnapshotLayout.TRAILER_FILE_LENGTH_OFFSET,
                            at + SnapshotLayout.TRAILER_CHUNK_LENGTH)
                    .putLong(payload + SnapshotLayout.TRAILER_TOTAL_HASH_OFFSET, total);
        }
    }

    private static long entries(byte[] begin) {
        RecordingSink sink = new RecordingSink();
        try (SnapshotParser parser = new SnapshotParser(sink, MAX_ENTRY)) {
            Sample.accept(parser, begin, 0, begin.length);
        } catch (SnapshotFormatException e) {
            return 0;
        }
        return sink.entries.size();
    }

    private static boolean isChunk(byte[] bytes, int at) {
        if (bytes.length - at < SnapshotLayout.CHUNK_HEADER_LENGTH) {
            return false;
        }
        int length = Sample.chunkLength(bytes, at);
        return length > SnapshotLayout.CHUNK_HEADER_LENGTH && length <= bytes.length - at;
    }
}
