package io.tailrace.wire.handshake;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.EntryImage;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.resp.ReplyWriter;

/**
 * Appends frames to a link's output. No garbage, apart from {@link #error}.
 *
 * <p>Used by the thread that owns the output, which also closes it.
 */
public final class FrameWriter {
    private final ReplyWriter out;

    public FrameWriter(ReplyWriter out) {
        this.out = out;
    }

    /** A record, as it is in the queue. */
    public void record(long index, long address, int length) {
        Memory.copy(address, frame(FrameLayout.RECORD, index, length), length);
    }

    /**
     * @param lastIndex of the sender's queue
     * @param epochMicros the sender's clock
     * @param recordCount records of the sender's history
     */
    public void ping(long lastIndex, long epochMicros, long recordCount) {
        long body = frame(FrameLayout.PING, lastIndex, FrameLayout.PING_LENGTH);
        Memory.putLong(body + FrameLayout.PING_MICROS_OFFSET, epochMicros);
        Memory.putLong(body + FrameLayout.PING_RECORD_COUNT_OFFSET, recordCount);
    }

    /**
     * @param applied index of the last applied record
     * @param received index of the last received record
     * @param durable index of the last record that is on disk
     * @param appliedChain chain at the last applied record
     * @param commitMicros commit time of the last applied record
     */
    public void ack(long applied, long received, long durable, long appliedChain, long commitMicros) {
        long body = frame(FrameLayout.ACK, applied, FrameLayout.ACK_LENGTH);
        Memory.putLong(body + FrameLayout.ACK_RECEIVED_OFFSET, received);
        Memory.putLong(body + FrameLayout.ACK_DURABLE_OFFSET, durable);
        Memory.putLong(body + FrameLayout.ACK_CHAIN_OFFSET, appliedChain);
        Memory.putLong(body + FrameLayout.ACK_COMMIT_MICROS_OFFSET, commitMicros);
    }

    /** The announcement of a snapshot whose redo begins at the index. */
    public void snapshotBegin(long beginIndex, String snapshotId) {
        ascii(FrameLayout.SNAPSHOT_BEGIN, beginIndex, snapshotId, FrameLayout.MAX_SNAPSHOT_ID);
    }

    /** 1 to {@link FrameLayout#MAX_CHUNK} bytes of the snapshot file from the offset on. */
    public void snapshotChunk(long fileOffset, long address, int length) {
        Memory.copy(address, snapshotChunk(fileOffset, length), length);
    }

    /** The same with the bytes left for the caller to fill in, at the returned address and before the next call. */
    public long snapshotChunk(long fileOffset, int length) {
        assert length > 0 && length <= FrameLayout.MAX_CHUNK : length;
        return frame(FrameLayout.SNAPSHOT_CHUNK, fileOffset, length);
    }

    /** The end of a snapshot file of that many bytes. */
    public void snapshotEnd(long fileLength) {
        frame(FrameLayout.SNAPSHOT_END, fileLength, 0);
    }

    /** Keys, each as its place (u32), length (u32) and bytes, at most {@link FrameLayout#MAX_FETCH} in all; 0 bytes to end fetching. */
    public void fetch(long keysAddress, int length) {
        Memory.copy(keysAddress, frame(FrameLayout.FETCH, 0, length), length);
    }

    /**
     * A key as in a FETCH, and members of its collection, each as its length (u32) and bytes, at most
     * {@link FrameLayout#MAX_FETCH} in all.
     *
     * @param type of the collection
     * @param key with its place and its length before it
     */
    public void fetchMembers(int type, long key, int keyLength, long members, int length) {
        long body = frame(FrameLayout.FETCH_MEMBERS, type, keyLength + length);
        Memory.copy(key, body, keyLength);
        Memory.copy(members, body + keyLength, length);
    }

    /** The entry of a key whose collection follows, in {@link #elements}; all of its value is what the type keeps besides them. */
    public void collection(EntryImage entry) {
        EntryImage.putType(put(entry), (byte) (entry.type() | FrameLayout.ELEMENTS_FOLLOW));
    }

    /** An entry. */
    public void entry(EntryImage entry) {
        put(entry);
    }

    private long put(EntryImage entry) {
        int keyLength = entry.keyLength();
        int valueLength = entry.valueLength();
        int headerLength = entry.headerLength();
        long body = frame(FrameLayout.ENTRY, entry.version(), headerLength + keyLength + valueLength);
        Memory.copy(entry.header(), body, headerLength);
        Memory.copy(entry.keyAddress(), body + headerLength, keyLength);
        Memory.copy(entry.valueAddress(), body + headerLength + keyLength, valueLength);
        return body;
    }

    /** That there is no entry of the key. */
    public void noEntry(int place, long keyAddress, int keyLength) {
        int headerLength = EntryImage.headerLength(place);
        long body = frame(FrameLayout.ENTRY, QueueIndex.NONE, headerLength + keyLength);
        EntryImage.putVersion(body, QueueIndex.NONE, 0, 0);
        EntryImage.putLengths(body, (byte) 0, place, keyLength, 0);
        Memory.copy(keyAddress, body + headerLength, keyLength);
    }

    /** Whole elements of the collection whose entry was sent last, for the caller to fill in at the returned address. */
    public long elements(int section, int length) {
        return frame(FrameLayout.ELEMENTS, section, length);
    }

    /** That all elements of the collection were sent. */
    public void elementsEnd(long elements) {
        frame(FrameLayout.ELEMENTS_END, elements, 0);
    }

    /** The end of the entries of one FETCH: none of them is newer than that record. */
    public void fetched(long lastIndex, long chain, long recordCount) {
        long body = frame(FrameLayout.FETCHED, lastIndex, FrameLayout.FETCHED_LENGTH);
        Memory.putLong(body + FrameLayout.FETCHED_CHAIN_OFFSET, chain);
        Memory.putLong(body + FrameLayout.FETCHED_RECORD_COUNT_OFFSET, recordCount);
    }

    /** The wish that the replica forces what it has to the disk. */
    public void force() {
        frame(FrameLayout.FORCE, 0, 0);
    }

    /** The wish for a {@link #probed} that repeats {@code echo}. */
    public void probe(long echo) {
        frame(FrameLayout.PROBE, echo, 0);
    }

    /**
     * @param index of the part that came
     * @param shard of the part that is waited for
     */
    public void waiting(long index, int shard) {
        long body = frame(FrameLayout.WAITING, index, FrameLayout.WAITING_LENGTH);
        Memory.putInt(body + FrameLayout.WAITING_SHARD_OFFSET, shard);
    }

    /**
     * @param lastIndex of the sender's log
     * @param echo of the probe
     * @param ageMicros by which the sender's own data may be behind, or -1
     */
    public void probed(long lastIndex, long echo, long ageMicros) {
        long body = frame(FrameLayout.PROBED, lastIndex, FrameLayout.PROBED_LENGTH);
        Memory.putLong(body + FrameLayout.PROBED_ECHO_OFFSET, echo);
        Memory.putLong(body + FrameLayout.PROBED_AGE_OFFSET, ageMicros);
    }

    /** Why the sender is about to close; cut off after {@link FrameLayout#MAX_REASON} characters. */
    public void error(String reason) {
        ascii(FrameLayout.ERROR, 0, reason, FrameLayout.MAX_REASON);
    }

    private void ascii(byte type, long argument, String text, int maxLength) {
        int length = Math.min(text.length(), maxLength);
        long body = frame(type, argument, length);
        for (int i = 0; i < length; i++) {
            Memory.putByte(body + i, (byte) text.charAt(i));
        }
    }

    private long frame(byte type, long argument, int bodyLength) {
        long frame = out.claim(FrameLayout.HEADER_LENGTH + bodyLength);
        FrameLayout.putHeader(frame, bodyLength, type, argument);
        return frame + FrameLayout.BODY_OFFSET;
    }
}
