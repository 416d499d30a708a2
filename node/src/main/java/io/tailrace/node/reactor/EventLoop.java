package io.tailrace.node.reactor;

import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.security.Tls;
import io.tailrace.node.security.Transport;
import io.tailrace.node.services.ClientInfo;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;

/** A reactor as those see it that let it poll their sockets: replication, handovers. On its thread, if not said otherwise. */
public interface EventLoop {
    /** Registers a channel; its handler is called when it is ready. Also before the loop runs. */
    SelectionKey register(SelectableChannel channel, int operations, ChannelHandler handler) throws IOException;

    /** Runs a task in one of its cycles; any thread. False when it has too many tasks already. */
    boolean execute(Runnable task);

    /**
     * The transport of a socket that it polls.
     *
     * @param tls null for none
     */
    Transport transport(SocketChannel channel, Tls tls, boolean isAccepted, ChannelHandler handler);

    /** Gives a registered channel, and its transport, to another handler from now on. */
    void reattach(SelectionKey key, Transport transport, ChannelHandler handler);

    /** Opens the sockets of the network that it polls. */
    SelectorProvider sockets();

    CycleClock clock();

    /** What a connected socket is, for lists of clients. */
    ClientInfo info(ClientInfo.Kind kind, SocketChannel channel) throws IOException;

    /** Listening sockets that can't accept now. */
    PausedListeners pausedListeners();
}
