package io.tailrace.node.rewind;

import io.tailrace.node.value.ElementReader;
import io.tailrace.node.value.FrozenValue;
import io.tailrace.wire.handshake.FrameWriter;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.EntryImage;

/**
 * Sends a large collection as it was at one moment: an ENTRY of all but its elements, then ELEMENTS, then their end, in parts.
 * The collection continues to be written meanwhile. Owned by the shard's reactor thread.
 */
final class CollectionSender implements AutoCloseable {
    /** Elements are gathered into frames of about this many bytes. */
    private static final int FRAME = 16 << 10;

    private static final int RETAINED = 1 << 20;

    private final NativeBuffer buffer = new NativeBuffer(FRAME);
    private final EntryImage image = new EntryImage();
    private FrozenValue frozen;
    private ElementReader elements;
    private boolean hasNext;
    private long sent;

    /** Whether one is being sent. */
    boolean isOpen() {
        return frozen != null;
    }

    /** Begins with one, which is closed when all of it was sent. */
    void begin(FrozenValue collection, FrameWriter frames) {
        frozen = collection;
        frames.collection(collection.head(buffer, image));
        elements = collection.type().reader(collection);
        hasNext = elements.next();
        sent = 0;
    }

    /** Sends about this many bytes more; returns how many. */
    int fill(FrameWriter frames, int budget) {
        int filled = 0;
        while (hasNext && filled < budget) {
            filled += frame(frames);
        }
        if (!hasNext) {
            frames.elementsEnd(sent);
            end();
        }
        return filled + 1;
    }

    private int frame(FrameWriter frames) {
        int section = elements.section();
        int length = 0;
        while (hasNext && elements.section() == section && (length == 0 || length + elements.length() <= FRAME)) {
            buffer.ensureCapacity(length + elements.length(), length);
            elements.copyTo(buffer.address() + length);
            length += elements.length();
            sent++;
            hasNext = elements.next();
        }
        Memory.copy(buffer.address(), frames.elements(section, length), length);
        buffer.shrinkTo(RETAINED);
        return length;
    }

    private void end() {
        frozen.close();
        frozen = null;
        elements = null;
    }

    @Override
    public void close() {
        if (frozen != null) {
            end();
        }
        buffer.close();
    }
}
