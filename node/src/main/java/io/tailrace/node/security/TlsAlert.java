package io.tailrace.node.security;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the peer why its handshake failed, which tls-channel leaves out: the engine has an alert ready when it throws, and
 * nothing else sends it. Stateless.
 */
final class TlsAlert {
    private static final Logger LOG = LoggerFactory.getLogger(TlsAlert.class);
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private TlsAlert() {}

    /**
     * Sends what the engine has to say, as far as the socket takes it at once, and nothing after it. A socket that is closed while
     * the peer still sends is reset, and the peer may lose the alert: it is best read from until it has ended.
     */
    static void send(SSLEngine engine, SocketChannel channel) {
        ByteBuffer alert = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        try {
            SSLEngineResult result;
            do {
                result = engine.wrap(NOTHING.duplicate(), alert);
            } while (result.bytesProduced() > 0 && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP);
            channel.write(alert.flip());
            channel.shutdownOutput();
        } catch (SSLException e) {
            LOG.debug("no alert to send", e);
        } catch (IOException e) {
            LOG.debug("the peer of a failed handshake is gone", e);
        }
    }
}
