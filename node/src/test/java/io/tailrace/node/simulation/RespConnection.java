package io.tailrace.node.simulation;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A client's connection to a node, a step at a time. */
final class RespConnection {
    private final Machine machine;
    private final SimulatedChannel channel;
    private final ByteQueue unsent = new ByteQueue();
    private final RespReader replies = new RespReader();
    private boolean isConnected;

    RespConnection(HostSockets sockets, Machine machine) {
        this.machine = machine;
        channel = (SimulatedChannel) sockets.openSocketChannel();
        channel.connect(new InetSocketAddress(machine.host(), Machine.PORT));
    }

    Machine machine() {
        return machine;
    }

    boolean isConnected() {
        return isConnected;
    }

    /** Whether a step may do something. */
    boolean isReady() {
        int ready = channel.readyOps();
        int wanted = isConnected
                ? SelectionKey.OP_READ | (unsent.isEmpty() ? 0 : SelectionKey.OP_WRITE)
                : SelectionKey.OP_CONNECT;
        return (ready & wanted) != 0;
    }

    /** Connects, sends what it can, takes what has come. */
    void step() throws IOException {
        if (!isConnected) {
            isConnected = channel.finishConnect();
            return;
        }
        if (!unsent.isEmpty()) {
            byte[] all = unsent.takeAll();
            ByteBuffer bytes = ByteBuffer.wrap(all);
            channel.write(bytes);
            unsent.add(bytes, bytes.remaining());
        }
        ByteBuffer into = ByteBuffer.allocate(1 << 14);
        int count = channel.read(into);
        if (count < 0) {
            throw new IOException("closed by the node");
        }
        replies.add(into.array(), count);
    }

    void send(List<String> words) {
        StringBuilder text =
                new StringBuilder().append('*').append(words.size()).append("\r\n");
        words.forEach(word -> text.append('$')
                .append(word.length())
                .append("\r\n")
                .append(word)
                .append("\r\n"));
        unsent.add(text.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The next reply that has arrived, or null. */
    Object take() {
        return replies.take();
    }

    /** Takes this many replies, when they all have arrived. */
    boolean take(int wanted) {
        return replies.take(wanted);
    }

    /** The next replies that have arrived or are on their way, as many as wanted, or null while they are not all there. */
    List<Object> peek(int wanted) {
        Endpoint own = channel.endpoint();
        byte[] arrived = own.inbound().copy();
        byte[] underWay = own.inboundFlow().bytes().copy();
        return replies.peek(wanted, arrived, underWay);
    }

    /** Whether something that was sent has not been read at the other end, and may be. */
    boolean isUnderWay() {
        Flow out = channel.endpoint().outbound();
        return !out.to().isGone()
                && !(out.bytes().isEmpty() && out.to().inbound().isEmpty());
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
