package io.tailrace.snapshot;

import static io.tailrace.snapshot.ElementsLayout.PART_LEFT_OFFSET;
import static io.tailrace.snapshot.ElementsLayout.PART_OFFSET;
import static io.tailrace.snapshot.ElementsLayout.SECTION_OFFSET;
import static io.tailrace.snapshot.SnapshotLayout.MAX_CHUNK_LENGTH;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;

/** Puts one large element together again; memory grows with the bytes that came, never with what they claim. */
final class ElementPartAssembler implements AutoCloseable {
    private final EntrySink sink;
    private final int maxElementLength;
    private final NativeBuffer element = new NativeBuffer(MAX_CHUNK_LENGTH);
    private int filled;
    private int section;
    private long left;

    ElementPartAssembler(EntrySink sink, int maxElementLength) {
        this.sink = sink;
        this.maxElementLength = maxElementLength;
    }

    /** Whether an element has begun that needs more parts. */
    boolean isPending() {
        return filled > 0;
    }

    /** Takes the payload of a chunk; returns null or what is wrong with it. */
    String add(long payload, int length) {
        if (length <= PART_OFFSET) {
            return "a part of an element of " + length + " bytes";
        }
        int partSection = Memory.getByte(payload + SECTION_OFFSET) & 0xff;
        long leftAfter = Memory.getInt(payload + PART_LEFT_OFFSET) & 0xffff_ffffL;
        int bytes = length - PART_OFFSET;
        if (filled == 0) {
            if (bytes + leftAfter > maxElementLength) {
                return "an element of " + (bytes + leftAfter) + " bytes (allowed: " + maxElementLength + ")";
            }
            section = partSection;
        } else if (partSection != section || leftAfter != left - bytes) {
            return "a part of an element with " + leftAfter + " bytes after it, where " + left + " are missing";
        }
        element.ensureCapacity(filled + bytes, filled);
        Memory.copy(payload + PART_OFFSET, element.address() + filled, bytes);
        filled += bytes;
        left = leftAfter;
        return left > 0 ? null : deliver();
    }

    private String deliver() {
        String problem = sink.elements(section, element.address(), filled);
        filled = 0;
        element.shrinkTo(MAX_CHUNK_LENGTH);
        return problem;
    }

    @Override
    public void close() {
        element.close();
    }
}
