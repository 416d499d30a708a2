package io.tailrace.node.security;

import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;

/** TLS above a socket that was accepted, for a thread that may wait. One thread; closing the socket below it ends all that waits. */
public final class TlsServerSocket implements AutoCloseable {
    private final SSLSocket secure;
    private final boolean isCertificateNeeded;

    TlsServerSocket(SSLSocket secure, boolean isCertificateNeeded) {
        this.secure = secure;
        this.isCertificateNeeded = isCertificateNeeded;
    }

    /** To read and write by; the handshake is done already. */
    public Socket socket() {
        return secure;
    }

    /** Whether the client has shown a certificate that is good, or none is needed. A wrong one ended the handshake. */
    public boolean isTrusted() {
        if (!isCertificateNeeded) {
            return true;
        }
        try {
            return secure.getSession().getPeerCertificates().length > 0;
        } catch (SSLPeerUnverifiedException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        secure.close();
    }
}
