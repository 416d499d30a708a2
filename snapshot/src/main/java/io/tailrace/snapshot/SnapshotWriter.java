package io.tailrace.snapshot;

import static io.tailrace.snapshot.ElementsLayout.*;
import static io.tailrace.snapshot.SnapshotLayout.*;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.EntryImage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes one snapshot file, owned by the one background thread that made it, which also closes it.
 *
 * <p>Other threads may call {@link #publishedBytes()}, {@link #trailer()}, {@link #isAborted()}, {@link #open()} and the path
 * accessors, and read that many bytes of the file while it is still growing: published bytes are whole chunks, are in the
 * page cache and never change.
 *
 * <p>Any {@link IOException}, a full disk included, aborts: the part file is deleted, nothing is under the final name, and
 * the writer is of no further use. An interrupt of the thread counts as one, since it closes the channel.
 */
public final class SnapshotWriter implements Closeable {
    /** Like Redis's rdb-save-incremental-fsync: small enough that a sync of the log in between doesn't wait for long. */
    private static final long SYNC_EVERY_BYTES = 4 << 20;

    private final Path path;
    private final PartFile part;
    private final NativeBuffer chunk = new NativeBuffer(MAX_CHUNK_LENGTH);
    private final ChunkDigest digest = new ChunkDigest();
    private int filled = CHUNK_HEADER_LENGTH;
    private int sequence;
    private long entryCount;
    private boolean isInCollection;
    private int section;
    private long elements;
    private volatile long publishedBytes;
    private volatile SnapshotTrailer trailer;
    private volatile boolean isAborted;

    /** Makes the part file in an existing directory and writes the header; fails when that part file is there already. */
    public SnapshotWriter(Path directory, SnapshotHeader header) throws IOException {
        this(
                directory,
                header,
                part -> FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    SnapshotWriter(Path directory, SnapshotHeader header, PartOpener opener) throws IOException {
        path = SnapshotFiles.path(directory, header.beginIndex());
        Path partPath = SnapshotFiles.partPath(directory, header.beginIndex());
        try {
            part = new PartFile(partPath, opener.open(partPath));
        } catch (IOException | RuntimeException e) {
            chunk.close();
            throw e;
        }
        try {
            writePreamble();
            filled += header.encode(chunk.address() + filled);
            writeChunk(ChunkKind.HEADER);
        } catch (IOException e) {
            abort();
            throw e;
        }
    }

    /** How the part file is opened; a test puts a disk that fails here. */
    @FunctionalInterface
    interface PartOpener {
        FileChannel open(Path part) throws IOException;
    }

    /**
     * Appends one entry, which is read before this returns.
     *
     * @throws IllegalArgumentException when the key is longer than {@link SnapshotLayout#MAX_KEY_LENGTH}
     */
    public void entry(EntryImage entry) throws IOException {
        requireOpen();
        assert !isInCollection : "a collection is open";
        try {
            append(entry, entry.type());
        } catch (IOException e) {
            abort();
            throw e;
        }
    }

    /** Begins a collection: its {@link #element}s follow, and then {@link #endCollection}. */
    public void beginCollection(EntryImage head) throws IOException {
        requireOpen();
        assert !isInCollection : "a collection is open";
        isInCollection = true;
        elements = 0;
        try {
            append(head, (byte) (head.type() | FOLLOW));
            flush(ChunkKind.ENTRIES);
        } catch (IOException e) {
            abort();
            throw e;
        }
    }

    /** Appends one element of the collection, in the form of its type. */
    public void element(int elementSection, long address, int length) throws IOException {
        requireOpen();
        assert isInCollection : "no collection is open";
        try {
            boolean isNewChunk = filled == CHUNK_HEADER_LENGTH;
            if (!isNewChunk && (elementSection != section || filled + length > MAX_CHUNK_LENGTH)) {
                writeChunk(ChunkKind.ELEMENTS);
            }
            if (CHUNK_HEADER_LENGTH + ELEMENTS_OFFSET + length > MAX_CHUNK_LENGTH) {
                appendParts(elementSection, address, length);
            } else {
                appendElement(elementSection, address, length);
            }
            elements++;
        } catch (IOException e) {
            abort();
            throw e;
        }
    }

    private void appendElement(int elementSection, long address, int length) {
        if (filled == CHUNK_HEADER_LENGTH) {
            section = elementSection;
            Memory.putByte(chunk.address() + filled + SECTION_OFFSET, (byte) elementSection);
            filled += ELEMENTS_OFFSET;
        }
        Memory.copy(address, chunk.address() + filled, length);
        filled += length;
    }

    private void appendParts(int elementSection, long address, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int count = Math.min(length - done, MAX_PAYLOAD_LENGTH - PART_OFFSET);
            long payload = chunk.address() + filled;
            Memory.putByte(payload + SECTION_OFFSET, (byte) elementSection);
            Memory.putInt(payload + PART_LEFT_OFFSET, length - done - count);
            Memory.copy(address + done, payload + PART_OFFSET, count);
            filled += PART_OFFSET + count;
            done += count;
            writeChunk(ChunkKind.ELEMENT_PART);
        }
    }

    /** Ends the collection. */
    public void endCollection() throws IOException {
        requireOpen();
        assert isInCollection : "no collection is open";
        isInCollection = false;
        try {
            flush(ChunkKind.ELEMENTS);
            Memory.putLong(chunk.address() + filled, elements);
            filled += END_LENGTH;
            writeChunk(ChunkKind.END);
        } catch (IOException e) {
            abort();
            throw e;
        }
    }

    private void append(EntryImage entry, byte type) throws IOException {
        int keyLength = entry.keyLength();
        int valueLength = entry.valueLength();
        if (keyLength > MAX_KEY_LENGTH || valueLength < 0) {
            throw new IllegalArgumentException("key of " + keyLength + " bytes, value of " + valueLength + " bytes");
        }
        int headerLength = entry.headerLength();
        long length = (long) headerLength + keyLength + valueLength;
        if (filled + length > MAX_CHUNK_LENGTH) {
            flush(ChunkKind.ENTRIES);
        }
        long header = chunk.address() + filled;
        Memory.copy(entry.header(), header, headerLength);
        EntryImage.putLengths(header, type, entry.place(), keyLength, valueLength);
        filled += headerLength;
        if (length <= MAX_PAYLOAD_LENGTH) {
            Memory.copy(entry.keyAddress(), chunk.address() + filled, keyLength);
            Memory.copy(entry.valueAddress(), chunk.address() + filled + keyLength, valueLength);
            filled += keyLength + valueLength;
        } else {
            appendFragments(entry.keyAddress(), keyLength);
            appendFragments(entry.valueAddress(), valueLength);
            flush(ChunkKind.FRAGMENT);
        }
        entryCount++;
    }

    /**
     * Writes the trailer, syncs, and gives the file its final name. Blocks for the sync.
     *
     * @param endIndex B, the last record appended when the walk had ended
     */
    public SnapshotTrailer finish(long endIndex, long endChain, long endRecordCount) throws IOException {
        requireOpen();
        try {
            flush(ChunkKind.ENTRIES);
            long fileLength = part.length() + TRAILER_CHUNK_LENGTH;
            SnapshotTrailer end =
                    new SnapshotTrailer(endIndex, endChain, endRecordCount, entryCount, fileLength, digest.total());
            end.encode(chunk.address() + filled);
            filled += TRAILER_PAYLOAD_LENGTH;
            sealAndAppend(ChunkKind.TRAILER);
            part.publishAs(path);
            publishedBytes = part.length();
            trailer = end;
            chunk.close();
            return end;
        } catch (IOException e) {
            abort();
            throw e;
        }
    }

    /** Deletes the part file; does nothing after {@link #finish} or a second time. */
    public void abort() {
        if (trailer != null || isAborted) {
            return;
        }
        isAborted = true;
        chunk.close();
        try {
            part.delete();
        } catch (IOException e) {
            // The disk is failing already and the caller has its own exception; the next start deletes what is left.
        }
    }

    /** Aborts unless finished. */
    @Override
    public void close() {
        abort();
    }

    /** Bytes of whole chunks that any thread may read; the whole file, trailer included, only when it has its final name. */
    public long publishedBytes() {
        return publishedBytes;
    }

    /** Null until finished. */
    public SnapshotTrailer trailer() {
        return trailer;
    }

    public boolean isAborted() {
        return isAborted;
    }

    public Path partPath() {
        return part.path();
    }

    /** The final name, which exists once {@link #trailer()} isn't null. */
    public Path path() {
        return path;
    }

    /** Opens the file for reading, whichever name it has now; it stays readable through the rename and after an abort. */
    public FileChannel open() throws IOException {
        try {
            return FileChannel.open(part.path(), StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            return FileChannel.open(path, StandardOpenOption.READ);
        }
    }

    private void writePreamble() throws IOException {
        long address = chunk.address();
        Memory.putLong(address + PREAMBLE_MAGIC_OFFSET, MAGIC);
        Memory.putInt(address + PREAMBLE_VERSION_OFFSET, FORMAT_VERSION);
        Memory.putInt(address + PREAMBLE_ZERO_OFFSET, 0);
        append(PREAMBLE_LENGTH);
    }

    private void appendFragments(long address, int length) throws IOException {
        int done = 0;
        while (done < length) {
            if (filled == MAX_CHUNK_LENGTH) {
                writeChunk(ChunkKind.FRAGMENT);
            }
            int count = Math.min(length - done, MAX_CHUNK_LENGTH - filled);
            Memory.copy(address + done, chunk.address() + filled, count);
            filled += count;
            done += count;
        }
    }

    private void flush(ChunkKind kind) throws IOException {
        if (filled > CHUNK_HEADER_LENGTH) {
            writeChunk(kind);
        }
    }

    private void writeChunk(ChunkKind kind) throws IOException {
        sealAndAppend(kind);
        publishedBytes = part.length();
        part.syncEvery(SYNC_EVERY_BYTES);
    }

    private void sealAndAppend(ChunkKind kind) throws IOException {
        long address = chunk.address();
        Memory.putInt(address + CHUNK_PAYLOAD_LENGTH_OFFSET, filled - CHUNK_HEADER_LENGTH);
        Memory.putInt(address + CHUNK_SEQUENCE_OFFSET, sequence++);
        Memory.putInt(address + CHUNK_KIND_OFFSET, kind.code());
        Memory.putInt(address + CHUNK_CRC_OFFSET, digest.crcOf(chunk, filled));
        digest.add(address, filled);
        append(filled);
        filled = CHUNK_HEADER_LENGTH;
    }

    private void append(int length) throws IOException {
        ByteBuffer bytes = chunk.buffer();
        bytes.limit(length).position(0);
        part.append(bytes);
        bytes.clear();
    }

    private void requireOpen() {
        if (trailer != null || isAborted) {
            throw new IllegalStateException(part.path() + (isAborted ? " was aborted" : " is finished"));
        }
    }
}
