package io.tailrace.snapshot;

import static io.tailrace.snapshot.ElementsLayout.*;
import static io.tailrace.snapshot.SnapshotLayout.*;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.util.Locale;

/**
 * Takes a snapshot in pieces of any size, as they come, and hands its entries on. One thread owns it and closes it.
 *
 * <p>An entry is handed on only after its chunk's checksum, sequence and every length in it have been checked, so each chunk
 * reaches the sink as a whole or not at all. That all of them came, unchanged and in order, is known only when {@link
 * #isComplete()}: until then the sink's state must not be served.
 *
 * <p>After a failure every further call fails with the same exception.
 */
public final class SnapshotParser implements AutoCloseable {
    private static final int MAX_ENTRY_LENGTH = 1 << 30;

    private final String source;
    private final String expectedId;
    private final EntryDecoder decoder;
    private final FragmentAssembler fragments;
    private final ElementPartAssembler parts;
    private final EntrySink sink;
    private final NativeBuffer staged;
    private final ChunkDigest digest = new ChunkDigest();
    private int stagedLength;
    private int neededLength = PREAMBLE_LENGTH;
    private long verifiedBytes;
    private int nextSequence;
    private boolean isInCollection;
    private long entryCount;
    private SnapshotHeader header;
    private SnapshotTrailer trailer;
    private SnapshotFormatException failure;

    /** @param maxEntryLength of key and value together, bytes: anything larger is an error before memory is taken for it */
    public SnapshotParser(EntrySink sink, int maxEntryLength) {
        this("snapshot stream", sink, maxEntryLength);
    }

    /** @param source what the bytes come from, for messages: a file, or a primary's address */
    public SnapshotParser(String source, EntrySink sink, int maxEntryLength) {
        this(source, sink, maxEntryLength, null);
    }

    /** @param expectedId {@link SnapshotHeader#id()} that the header must have, null for any */
    SnapshotParser(String source, EntrySink sink, int maxEntryLength, String expectedId) {
        if (maxEntryLength < 1 || maxEntryLength > MAX_ENTRY_LENGTH) {
            throw new IllegalArgumentException("maxEntryLength " + maxEntryLength + " (1 to " + MAX_ENTRY_LENGTH + ")");
        }
        this.source = source;
        this.expectedId = expectedId;
        this.decoder = new EntryDecoder(sink, maxEntryLength);
        this.staged = new NativeBuffer(MAX_CHUNK_LENGTH);
        this.fragments = new FragmentAssembler(decoder);
        this.parts = new ElementPartAssembler(sink, maxEntryLength);
        this.sink = sink;
    }

    /** Takes the next bytes of the stream. What the sink throws comes through, and this has failed then as well. */
    public void accept(long address, int length) throws SnapshotFormatException {
        if (failure != null) {
            throw failure;
        }
        if (staged.capacity() == 0) {
            throw new IllegalStateException(source + ": the parser is closed");
        }
        int taken = 0;
        while (taken < length) {
            if (trailer != null) {
                throw failed("bytes after the trailer");
            }
            int count = Math.min(length - taken, neededLength - stagedLength);
            Memory.copy(address + taken, staged.address() + stagedLength, count);
            stagedLength += count;
            taken += count;
            if (stagedLength == neededLength) {
                takeStaged();
            }
        }
    }

    /** Null until the header chunk has come. */
    public SnapshotHeader header() {
        return header;
    }

    /** Null until complete. */
    public SnapshotTrailer trailer() {
        return trailer;
    }

    /** Whether all of the snapshot has come and adds up. */
    public boolean isComplete() {
        return trailer != null;
    }

    /** Entries handed on so far. */
    public long entryCount() {
        return entryCount;
    }

    /** End of the last whole chunk, bytes from the start of the file: where an interrupted transfer can continue. */
    public long verifiedBytes() {
        return verifiedBytes;
    }

    /** Frees the native memory. */
    @Override
    public void close() {
        staged.close();
        fragments.close();
        parts.close();
    }

    /** Bytes that are still missing to the next thing that can be checked; 0 when complete. */
    int needed() {
        return trailer != null ? 0 : neededLength - stagedLength;
    }

    /** What the bytes come from, for messages. */
    String source() {
        return source;
    }

    /** The exception for a source that ends where it has come to. */
    SnapshotFormatException incomplete() {
        long end = verifiedBytes + stagedLength;
        return new SnapshotFormatException(source, end, "incomplete, it ends before " + endedBefore());
    }

    private String endedBefore() {
        return verifiedBytes == 0
                ? "the end of the preamble"
                : "the end of chunk " + Integer.toUnsignedString(nextSequence) + ", without a trailer";
    }

    private void takeStaged() throws SnapshotFormatException {
        if (verifiedBytes == 0) {
            checkPreamble();
        } else if (stagedLength == CHUNK_HEADER_LENGTH) {
            neededLength = chunkLength();
        } else {
            takeChunk();
        }
    }

    private void checkPreamble() throws SnapshotFormatException {
        long address = staged.address();
        if (Memory.getLong(address + PREAMBLE_MAGIC_OFFSET) != MAGIC) {
            throw failed("not a snapshot, its first 8 bytes aren't TAILSNAP");
        }
        int version = Memory.getInt(address + PREAMBLE_VERSION_OFFSET);
        if (version != FORMAT_VERSION || Memory.getInt(address + PREAMBLE_ZERO_OFFSET) != 0) {
            throw failed(
                    "format version " + Integer.toUnsignedString(version) + " (this reads: " + FORMAT_VERSION + ")");
        }
        verified(PREAMBLE_LENGTH);
    }

    private int chunkLength() throws SnapshotFormatException {
        int length = Memory.getInt(staged.address() + CHUNK_PAYLOAD_LENGTH_OFFSET);
        if (length < 1 || length > MAX_PAYLOAD_LENGTH) {
            throw failed("a chunk payload of " + Integer.toUnsignedString(length) + " bytes (allowed: 1 to "
                    + MAX_PAYLOAD_LENGTH + ")");
        }
        return CHUNK_HEADER_LENGTH + length;
    }

    private void takeChunk() throws SnapshotFormatException {
        long chunk = staged.address();
        int length = stagedLength;
        checkChunk(chunk, length);
        long payload = chunk + CHUNK_HEADER_LENGTH;
        int payloadLength = length - CHUNK_HEADER_LENGTH;
        ChunkKind kind = checkedKind(Memory.getInt(chunk + CHUNK_KIND_OFFSET));
        try {
            switch (kind) {
                case HEADER -> takeHeader(payload, payloadLength);
                case ENTRIES -> takeEntries(payload, payloadLength);
                case FRAGMENT -> takeFragment(payload, payloadLength);
                case TRAILER -> takeTrailer(payload, payloadLength);
                case ELEMENTS -> takeElements(payload, payloadLength);
                case ELEMENT_PART -> check(parts.add(payload, payloadLength));
                case END -> takeEnd(payload, payloadLength);
            }
        } catch (RuntimeException | Error e) {
            failed("the sink threw " + e);
            throw e;
        }
        digest.add(chunk, length);
        nextSequence++;
        verified(length);
    }

    private void checkChunk(long chunk, int length) throws SnapshotFormatException {
        int expected = Memory.getInt(chunk + CHUNK_CRC_OFFSET);
        int actual = digest.crcOf(staged, length);
        if (actual != expected) {
            throw failed(String.format(
                    Locale.ROOT,
                    "chunk %s says CRC32C %08x but its %d bytes have %08x",
                    Integer.toUnsignedString(nextSequence),
                    expected,
                    length,
                    actual));
        }
        int sequence = Memory.getInt(chunk + CHUNK_SEQUENCE_OFFSET);
        if (sequence != nextSequence) {
            throw failed("chunk " + Integer.toUnsignedString(sequence) + " where "
                    + Integer.toUnsignedString(nextSequence) + " should be");
        }
    }

    private ChunkKind checkedKind(int code) throws SnapshotFormatException {
        ChunkKind kind = ChunkKind.of(code);
        if (kind == null) {
            throw failed("unknown chunk kind " + Integer.toUnsignedString(code));
        }
        if ((kind == ChunkKind.HEADER) != (header == null)) {
            throw failed(header == null ? "a chunk of kind " + kind + " before the header" : "a second header");
        }
        if (fragments.isPending() && kind != ChunkKind.FRAGMENT) {
            throw failed("a chunk of kind " + kind + " inside an entry of several fragments");
        }
        if (parts.isPending() && kind != ChunkKind.ELEMENT_PART) {
            throw failed("a chunk of kind " + kind + " inside an element of several parts");
        }
        boolean isOfCollection = kind == ChunkKind.ELEMENTS || kind == ChunkKind.ELEMENT_PART || kind == ChunkKind.END;
        if (isOfCollection != isInCollection) {
            throw failed("a chunk of kind " + kind + (isInCollection ? " inside" : " outside") + " a collection");
        }
        return kind;
    }

    private void takeHeader(long payload, int length) throws SnapshotFormatException {
        SnapshotHeader decoded;
        try {
            decoded = SnapshotHeader.decode(payload, length);
        } catch (IllegalArgumentException e) {
            throw failed(e.getMessage());
        }
        if (expectedId != null && !expectedId.equals(decoded.id())) {
            throw failed("the header is that of snapshot " + decoded.id());
        }
        header = decoded;
        sink.header(decoded);
    }

    private void takeEntries(long payload, int length) throws SnapshotFormatException {
        for (int offset = 0; offset < length; offset += EntryDecoder.length(payload + offset)) {
            String problem = decoder.headerProblem(payload + offset, length - offset);
            if (problem == null && EntryDecoder.length(payload + offset) > length - offset) {
                problem = "an entry of " + EntryDecoder.length(payload + offset) + " bytes in the last "
                        + (length - offset) + " bytes of its chunk";
            }
            if (problem == null
                    && EntryDecoder.hasElements(payload + offset)
                    && EntryDecoder.length(payload + offset) < length - offset) {
                problem = "an entry after a collection's in one chunk";
            }
            if (problem != null) {
                throw failed(CHUNK_HEADER_LENGTH + offset, problem);
            }
        }
        for (int offset = 0; offset < length; offset += EntryDecoder.length(payload + offset)) {
            isInCollection = decoder.deliver(payload + offset);
            entryCount++;
        }
    }

    private void takeFragment(long payload, int length) throws SnapshotFormatException {
        String problem = fragments.problem(payload, length);
        if (problem != null) {
            throw failed(CHUNK_HEADER_LENGTH, problem);
        }
        FragmentAssembler.Outcome outcome = fragments.add(payload, length);
        if (outcome != FragmentAssembler.Outcome.PENDING) {
            isInCollection = outcome == FragmentAssembler.Outcome.COLLECTION;
            entryCount++;
        }
    }

    private void takeElements(long payload, int length) throws SnapshotFormatException {
        if (length <= ELEMENTS_OFFSET) {
            throw failed("a chunk of no elements");
        }
        int section = Memory.getByte(payload + SECTION_OFFSET) & 0xff;
        check(sink.elements(section, payload + ELEMENTS_OFFSET, length - ELEMENTS_OFFSET));
    }

    private void takeEnd(long payload, int length) throws SnapshotFormatException {
        if (length != END_LENGTH) {
            throw failed("the end of a collection of " + length + " bytes (should be: " + END_LENGTH + ")");
        }
        check(sink.endCollection(Memory.getLong(payload)));
        isInCollection = false;
    }

    private void check(String problem) throws SnapshotFormatException {
        if (problem != null) {
            throw failed(CHUNK_HEADER_LENGTH, problem);
        }
    }

    private void takeTrailer(long payload, int length) throws SnapshotFormatException {
        if (length != TRAILER_PAYLOAD_LENGTH) {
            throw failed("a trailer of " + length + " bytes (should be: " + TRAILER_PAYLOAD_LENGTH + ")");
        }
        SnapshotTrailer claimed = SnapshotTrailer.decode(payload);
        SnapshotTrailer counted = new SnapshotTrailer(
                claimed.endIndex(),
                claimed.endChain(),
                claimed.endRecordCount(),
                entryCount,
                verifiedBytes + TRAILER_CHUNK_LENGTH,
                digest.total());
        if (!claimed.equals(counted)) {
            throw failed("the trailer says " + claimed + " but it is " + counted);
        }
        trailer = claimed;
    }

    private void verified(int length) {
        verifiedBytes += length;
        stagedLength = 0;
        neededLength = CHUNK_HEADER_LENGTH;
    }

    /** Makes the exception for the place it has come to, and every later call fail with it. */
    SnapshotFormatException failed(String problem) {
        return failed(0, problem);
    }

    private SnapshotFormatException failed(int offset, String problem) {
        failure = new SnapshotFormatException(source, verifiedBytes + offset, problem);
        return failure;
    }
}
