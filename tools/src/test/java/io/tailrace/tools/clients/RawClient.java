package io.tailrace.tools.clients;

import io.tailrace.tools.demo.NodeProcess;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client's socket without any protocol: bytes out, bytes in. No wait is longer than 20 seconds. */
final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MS = 20_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;

    RawClient(NodeProcess node) throws IOException {
        socket.connect(new InetSocketAddress("127.0.0.1", node.port()), TIMEOUT_MS);
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream(), 64 << 10));
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
        out().write(bytes);
    }

    OutputStream out() throws IOException {
        return socket.getOutputStream();
    }

    /** The next {@code length} bytes. */
    String read(int length) throws IOException {
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** The next line, with its end. */
    String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next;
        do {
            next = in.read();
            if (next < 0) {
                throw new EOFException("closed behind '" + line + "'");
            }
            line.write(next);
        } while (next != '\n');
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    /** What still comes until the node closes. */
    String rest() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    /** No more bytes will be sent; they are still taken. */
    void end() throws IOException {
        socket.shutdownOutput();
    }

    /** Ends with RST. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
