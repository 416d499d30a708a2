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
    private boolean isFilled;

    RequestInput(ClientPlaces buffers, RequestDecoder decoder) {
        this.buffers = buffers;
        this.decoder = decoder;
    }

    /** What {@link #next} came to: the arguments, or the error. */
    RequestDecoder decoder() {
        return decoder;
    }

    /** Whether what was read last filled the buffer with a part of a request, for whose rest there is room now. */
    boolean isCut() {
        return isFilled && received > 0 && !isFull();
    }

    /** Bytes that are not executed. */
    int received() {
        return received;
    }

    /** Whether there is no room: what there is has to be executed first. */
    boolean isFull() {
        return buffer != null && received == buffer.capacity();
    }

    /** Bytes that are not an argument yet. */
    int unparsed() {
        return executed > 0 ? received : received - decoder.parsed();
    }

    /** Bytes of the arguments of the request that is executed now, or of which a part has come. */
    long argumentBytes() {
        boolean isUnderWay = executed > 0 || decoder.parsed() > 0;
        return isUnderWay ? decoder.arguments().totalLength() : 0;
    }

    /** Bytes of its buffer; 0 while it has none of its own. */
    int bufferBytes() {
        return buffer == null ? 0 : buffer.capacity();
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
        isFilled = count > 0 && isFull();
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

    /** Makes room for the rest of a request: for all of it when a quarter has come, otherwise for as much again as came. */
    void grow() {
        grow(ClientPlaces.INPUT_CAPACITY, 4L * received);
    }

    /** The same within a buffer of its own, so that many who send only a part of a request cost no more than they have sent. */
    void growTightly() {
        if (buffer != null && buffer.capacity() == ClientPlaces.INPUT_CAPACITY && received < SMALL_CAPACITY) {
            NativeBuffer shared = buffer;
            buffer = new NativeBuffer(SMALL_CAPACITY);
            Memory.copy(shared.address(), buffer.address(), received);
            buffers.giveBuffer(shared);
        }
        grow(SMALL_CAPACITY, 2L * received);
    }

    /** @param believed of a claimed length: as much room as is made at once */
    private void grow(int least, long believed) {
        if (buffer != null) {
            int needed = Math.max(decoder.needed(), received + 1);
            if (needed <= believed) {
                buffer.ensureRoom(needed, received);
            } else if (isFull()) {
                buffer.ensureRoom(Math.min(needed, Math.max(2 * received, least)), received);
            }
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
