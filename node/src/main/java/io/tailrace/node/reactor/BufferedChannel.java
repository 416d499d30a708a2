package io.tailrace.node.reactor;

import io.tailrace.node.security.Transport;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.ReplyWriter;
import java.io.IOException;
import java.nio.channels.SelectionKey;

/**
 * A socket that a reactor polls, with what goes out on it and is not sent. Owned by the reactor's thread; the writer is the
 * owner's to close.
 */
public final class BufferedChannel {
    private final Transport transport;
    private ReplyWriter output;
    private SelectionKey key;

    /** @param output what goes out, and is the owner's to close */
    public BufferedChannel(Transport transport, ReplyWriter output) {
        this.transport = transport;
        this.output = output;
    }

    /** Gives the socket's key, once it is registered. */
    public void attach(SelectionKey selectionKey) {
        key = selectionKey;
    }

    SelectionKey key() {
        return key;
    }

    public Transport transport() {
        return transport;
    }

    /** Another buffer, which has taken over what was unsent. */
    public void output(ReplyWriter newOutput) {
        output = newOutput;
    }

    /** Sends what the socket takes now; returns how many bytes that were. */
    public int flush() throws IOException {
        int total = 0;
        if (transport.hasUnsent()) {
            transport.push();
        }
        while (output.pending() > 0) {
            int sent = transport.write(output.pendingBytes());
            if (sent == 0) {
                break;
            }
            output.drained(sent);
            total += sent;
        }
        return total;
    }

    /** Whether all that was written has been sent. */
    public boolean isDrained() {
        return output.pending() == 0 && !transport.hasUnsent();
    }

    /** What the selector should wait for, with or without bytes to read. */
    public int wanted(boolean reads) {
        return transport.interest(
                (reads ? SelectionKey.OP_READ : 0) | (output.pending() > 0 ? SelectionKey.OP_WRITE : 0));
    }

    /** Waits for that, if the key is still good. */
    public void await(int operations) {
        if (isOpen() && key.interestOps() != operations) {
            key.interestOps(operations);
        }
    }

    /** Whether the socket is registered and not closed. */
    public boolean isOpen() {
        return key != null && key.isValid();
    }

    /** Reads and forgets; negative at the end. */
    int discard(int atMost) throws IOException {
        try (NativeBuffer nothing = new NativeBuffer(atMost)) {
            return transport.discard(nothing.buffer());
        }
    }
}
