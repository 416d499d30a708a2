package io.tailrace.node.backlog;

import io.tailrace.wire.record.Chain;
import io.tailrace.wire.record.EffectCheck;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.openhft.chronicle.core.OS;
import net.openhft.chronicle.core.UnsafeMemory;

/**
 * Finds records in a damaged segment's file from any byte on, without trusting the words before them: a record is where a
 * word's length and the record's own agree. Owned and closed by one thread; nothing may write the
 * file meanwhile.
 *
 * <p>Whether a record is also the one that was written the chain tells: it must follow the record found before it, by the
 * chain which that one claims, or by the one that its bytes give.
 */
final class SegmentSalvage implements AutoCloseable {
    private static final int WORD = Integer.BYTES;
    private static final int LENGTH_MASK = 0x3fff_ffff;
    private static final int CHUNK = 64 << 10;

    private final RecordView record = new RecordView();
    private final EffectCheck effects = new EffectCheck();
    private final FileChannel channel;
    private final long length;
    private final long mapping;
    private long at;
    private long boundary;
    private long position;
    private long claimed;
    private long computed;
    private boolean isSound;

    /** @param chainBefore of the last record that was good */
    SegmentSalvage(Path file, long from, long chainBefore) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.READ);
        length = channel.size();
        mapping = length == 0 ? 0 : OS.map(channel, MapMode.READ_ONLY, 0, length);
        at = from + WORD - 1 & -WORD;
        boundary = at;
        claimed = chainBefore;
        computed = chainBefore;
    }

    /** The next record there is, or null; valid until this is closed. */
    RecordView next() {
        while (at + WORD + RecordLayout.HEADER_LENGTH <= length) {
            if (isRecordAt(at) || at == boundary && isDamagedRecordAt(at)) {
                position = at + WORD;
                at = position + record.length() + WORD - 1 & -WORD;
                boundary = at;
                judge();
                return record;
            }
            boolean isNothing = (at & 7) == 0 && UnsafeMemory.MEMORY.readLong(mapping + at) == 0;
            at += isNothing ? Long.BYTES : WORD;
        }
        return null;
    }

    private int frameAt(long place) {
        return UnsafeMemory.MEMORY.readInt(mapping + place) & LENGTH_MASK;
    }

    private long after(long place) {
        return place + WORD + frameAt(place) + WORD - 1 & -WORD;
    }

    private boolean isFrameAt(long place) {
        int frame = place + WORD <= length ? frameAt(place) : 0;
        return frame >= RecordLayout.HEADER_LENGTH && frame <= length - place - WORD;
    }

    private boolean isRecordAt(long place) {
        return isFrameAt(place)
                && record.wrap(mapping + place + WORD, frameAt(place)).problem() == null;
    }

    /** Where a record must be, one is there if its own length makes it follow, or its frame's leads to another one. */
    private boolean isDamagedRecordAt(long place) {
        int payload = RecordLayout.payloadLength(mapping + place + WORD);
        int total = RecordLayout.HEADER_LENGTH + payload;
        boolean isInside = payload > 0 && total <= length - place - WORD;
        if (isInside
                && RecordLayout.chain(mapping + place + WORD) == Chain.next(claimed, mapping + place + WORD, total)) {
            record.wrap(mapping + place + WORD, total);
            return true;
        }
        boolean isFollowed = isFrameAt(place) && isRecordAt(after(place));
        record.wrap(mapping + place + WORD, frameAt(place));
        return isFollowed;
    }

    private void judge() {
        long afterClaimed = Chain.next(claimed, record.address(), record.length());
        long afterComputed = Chain.next(computed, record.address(), record.length());
        long own = RecordLayout.chain(record.address());
        isSound = (own == afterClaimed || own == afterComputed) && record.problem() == null && isMeaningful();
        claimed = own;
        computed = afterComputed;
    }

    private boolean isMeaningful() {
        return !record.hasEffects() || effects.problem(record) == null;
    }

    /** Whether the record last found follows the one before it. */
    boolean isSound() {
        return isSound;
    }

    /** The chain that the record last found claims, for the next segment's file. */
    long claimedChain() {
        return claimed;
    }

    /** Where in the file the record last found begins. */
    long position() {
        return position;
    }

    /**
     * The first byte that is not zero from a place on, or -1. Most of a segment may have to be looked at, and reading that is
     * several times as fast as to let each page of the mapping fault.
     */
    long firstByteFrom(long from) throws IOException {
        ByteBuffer zeroes = ByteBuffer.allocate(CHUNK);
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        long at = from;
        while (at < length && channel.read(chunk.clear(), at) > 0) {
            int count = chunk.position();
            int first = zeroes.slice(0, count).mismatch(chunk.flip());
            if (first >= 0) {
                return at + first;
            }
            at += count;
        }
        return -1;
    }

    @Override
    public void close() {
        try (channel) {
            if (length > 0) {
                OS.unmap(mapping, length);
            }
        } catch (IOException e) {
            throw new BacklogException("can't close a segment's file: " + e.getMessage(), e);
        }
    }
}
