package io.tailrace.node.admin;

import io.tailrace.node.security.Tls;
import io.tailrace.node.security.TlsServerSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its reply, on a thread of its own that may wait; {@link #abort} ends it from any other, whatever it waits for.
 */
final class HttpConnection {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);
    static final int MAX_HEAD = 8 << 10;
    private static final int READ_TIMEOUT_MS = 5_000;
    private static final int LINGER_MS = 500;
    private static final int MAX_DISCARDED = 64 << 10;

    private final Socket socket;
    private final Tls tls;
    private final HttpHandler handler;
    private final long deadlineMicros;

    /**
     * @param tls null for none
     * @param deadlineMicros when it is to be aborted, by the listener
     */
    HttpConnection(Socket socket, Tls tls, HttpHandler handler, long deadlineMicros) {
        this.socket = socket;
        this.tls = tls;
        this.handler = handler;
        this.deadlineMicros = deadlineMicros;
    }

    boolean isOver(long nowMicros) {
        return nowMicros - deadlineMicros >= 0;
    }

    /** Closes the socket itself: also a TLS that waits to say goodbye ends by that. */
    void abort() {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("closing", e);
        }
    }

    void run() {
        try {
            socket.setSoTimeout(READ_TIMEOUT_MS);
            socket.setTcpNoDelay(true);
            if (tls == null) {
                converse(socket, true);
                linger();
            } else {
                try (TlsServerSocket secure = tls.accept(socket)) {
                    converse(secure.socket(), secure.isTrusted());
                }
            }
        } catch (IOException e) {
            LOG.debug("an HTTP client failed", e);
        } finally {
            abort();
        }
    }

    private void converse(Socket client, boolean isTrusted) throws IOException {
        OutputStream out = client.getOutputStream();
        HttpReply reply;
        boolean hasBody = true;
        try {
            HttpRequest request = HttpRequest.parse(readHead(client.getInputStream()));
            hasBody = !request.method().equals("HEAD");
            reply = answer(request, isTrusted);
        } catch (HttpException e) {
            reply = e.reply();
        } catch (SocketTimeoutException e) {
            return;
        }
        out.write(reply.head());
        if (hasBody) {
            out.write(reply.body());
        }
        out.flush();
    }

    private HttpReply answer(HttpRequest request, boolean isTrusted) throws HttpException {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return HttpReply.text(405, "there is only GET and HEAD here").with("Allow", "GET, HEAD");
        }
        try {
            return handler.answer(request, socket.getRemoteSocketAddress(), isTrusted);
        } catch (RuntimeException e) {
            LOG.error("can't answer {} {}", request.method(), request.path(), e);
            return HttpReply.text(500, "see the node's log");
        }
    }

    /** Up to the empty line. */
    private static String readHead(InputStream in) throws IOException, HttpException {
        byte[] head = new byte[MAX_HEAD];
        int length = 0;
        while (true) {
            int count = in.read(head, length, head.length - length);
            if (count < 0) {
                throw new HttpException(400, "the request ended in the middle of its head");
            }
            int from = Math.max(0, length - 3);
            length += count;
            int end = end(head, from, length);
            if (end >= 0) {
                return new String(head, 0, end, StandardCharsets.ISO_8859_1);
            }
            if (length == head.length) {
                throw new HttpException(431, "the head of a request must be shorter than " + MAX_HEAD + " bytes");
            }
        }
    }

    /** Where the lines before the empty one end, or -1. */
    private static int end(byte[] head, int from, int length) {
        for (int i = from; i < length - 1; i++) {
            boolean isEnd = head[i] == '\n'
                    && (head[i + 1] == '\n' || head[i + 1] == '\r' && i + 2 < length && head[i + 2] == '\n');
            if (isEnd) {
                return i > 0 && head[i - 1] == '\r' ? i - 1 : i;
            }
        }
        return -1;
    }

    /** What still comes is read for nothing: a socket that is closed before would take the reply back. */
    private void linger() throws IOException {
        socket.shutdownOutput();
        socket.setSoTimeout(LINGER_MS);
        byte[] nothing = new byte[MAX_HEAD];
        int left = MAX_DISCARDED;
        for (int count = 0; count >= 0 && left > 0; left -= count) {
            count = socket.getInputStream().read(nothing);
        }
    }
}
