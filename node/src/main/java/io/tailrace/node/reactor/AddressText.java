package io.tailrace.node.reactor;

import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** How clients are shown a socket's address: {@code host:port}, {@code [host]:port} for IPv6. */
final class AddressText {
    private AddressText() {}

    static String of(SocketAddress address) {
        InetSocketAddress socket = (InetSocketAddress) address;
        String host = socket.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + socket.getPort();
    }
}
