package io.tailrace.node.reactor;

import io.tailrace.node.security.Transport;
import io.tailrace.node.store.Store;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.RequestDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What came in on a connection and was not executed yet. It has a buffer, of those that the reactor keeps, only while there is a
 * part of a request. Owned by the connection's thread.
 *
 * <pre>
 *  0            executed        received     capacity
 *  | requests    | a part        | room       |
 *                ^ moves to 0 in {@link #compact}
 * </pre>
 */
final class RequestInput {
    private static final int SMALL_CAPACITY = 512;

    private final ClientPlaces buffers;
    private final RequestDecoder decoder;
    private NativeBuffer buffer;
    private int executed;
    private int received;
    private int touched;

    RequestInput(ClientPlaces buffers, RequestDecoder decoder) {
        this.buffers = buffers;
        this.decoder = decoder;
    }

    /** What {@link #next} came to: the arguments, or the error. */
    RequestDecoder decoder() {
        return decoder;
    }

    /** Bytes that are not executed. */
    int received() {
        return received;
    }

    /** Whether there is no room: what there is has to be executed first. */
    boolean isFull() {
        return buffer != null && received == buffer.capacity();
    }

    /** Takes what has come, into room that there must be; returns how much, 0 for nothing and negative for the end. */
    int readFrom(Transport transport) throws IOException {
        if (buffer == null) {
            buffer = buffers.takeBuffer();
        }
        ByteBuffer target = buffer.buffer();
        target.limit(buffer.capacity()).position(received);
        int count = transport.read(target);
        received += Math.max(0, count);
        giveBufferBack();
        return count;
    }

    /** Decodes the next request. Its bytes stay where they are until {@link #compact}. */
    RequestDecoder.Outcome next() {
        RequestDecoder.Outcome outcome =
                decoder.decode(buffer == null ? 0 : buffer.address() + executed, received - executed);
        executed += decoder.consumed();
        return outcome;
    }

    /** Touches the entries of the keys that the next requests are about, if there are several. */
    void lookAhead(LookAhead ahead, Store store) {
        if (executed >= touched && received - executed >= 2 * LookAhead.MIN_BYTES) {
            touched = executed + ahead.touch(store, buffer.address() + executed, buffer.address() + received);
        }
    }

    /** Drops what was executed. */
    void compact() {
        int rest = received - executed;
        if (executed > 0 && rest > 0) {
            Memory.copy(buffer.address() + executed, buffer.address(), rest);
        }
        executed = 0;
        touched = 0;
        received = rest;
        giveBufferBack();
    }

    /** Makes room for the rest of a request, at most as much again as came of it. */
    void grow() {
        grow(ClientPlaces.INPUT_CAPACITY);
    }

    /** The same within a buffer of its own, so that many who send only a part of a request cost no more than they have sent. */
    void growTightly() {
        if (buffer != null && buffer.capacity() == ClientPlaces.INPUT_CAPACITY && received < SMALL_CAPACITY) {
            NativeBuffer shared = buffer;
            buffer = new NativeBuffer(SMALL_CAPACITY);
            Memory.copy(shared.address(), buffer.address(), received);
            buffers.giveBuffer(shared);
        }
        grow(SMALL_CAPACITY);
    }

    private void grow(int least) {
        if (buffer != null) {
            int step = Math.max(2 * received, least);
            buffer.ensureCapacity(Math.min(Math.max(decoder.needed(), received + 1), step), received);
        }
    }

    /** Takes what is not executed away, to be closed elsewhere; null for nothing. */
    NativeBuffer takeRest() {
        compact();
        NativeBuffer rest = buffer;
        buffer = null;
        received = 0;
        return rest;
    }

    /** Drops everything. */
    void clear() {
        executed = 0;
        touched = 0;
        received = 0;
        giveBufferBack();
    }

    private void giveBufferBack() {
        if (received == 0 && buffer != null) {
            buffers.giveBuffer(buffer);
            buffer = null;
        }
    }
}
