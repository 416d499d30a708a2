package io.tailrace.node.replication;

import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;

/** This machine's network with as little room in the kernel as it gives, so that what is not read soon waits in the sender. */
final class NarrowSockets extends SelectorProvider {
    static final int BYTES = 4 << 10;

    private final SelectorProvider machine = SelectorProvider.provider();

    @Override
    public SocketChannel openSocketChannel() throws IOException {
        return machine.openSocketChannel()
                .setOption(StandardSocketOptions.SO_SNDBUF, BYTES)
                .setOption(StandardSocketOptions.SO_RCVBUF, BYTES);
    }

    @Override
    public ServerSocketChannel openServerSocketChannel() throws IOException {
        return machine.openServerSocketChannel().setOption(StandardSocketOptions.SO_RCVBUF, BYTES);
    }

    @Override
    public AbstractSelector openSelector() throws IOException {
        return machine.openSelector();
    }

    @Override
    public DatagramChannel openDatagramChannel() throws IOException {
        return machine.openDatagramChannel();
    }

    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
        return machine.openDatagramChannel(family);
    }

    @Override
    public Pipe openPipe() throws IOException {
        return machine.openPipe();
    }
}
