package io.tailrace.node.reactor;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import jdk.net.ExtendedSocketOptions;

/** Has the system ask a silent client for a sign of life, in Redis's way: three times, a third of the time apart. Stateless. */
final class KeepAlive {
    private static final int TIMES = 3;

    private KeepAlive() {}

    /** @param seconds of silence before the first time, 0 for never */
    static void set(SocketChannel channel, int seconds) throws IOException {
        if (seconds == 0) {
            return;
        }
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        if (channel.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
            channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, Math.min(seconds, Short.MAX_VALUE));
            channel.setOption(
                    ExtendedSocketOptions.TCP_KEEPINTERVAL, Math.min(Math.max(1, seconds / TIMES), Short.MAX_VALUE));
            channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, TIMES);
        }
    }
}
