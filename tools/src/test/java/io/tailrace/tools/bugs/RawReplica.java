package io.tailrace.tools.bugs;

import io.tailrace.tools.demo.NodeProcess;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A connection to a replication port that behaves as badly as a test wants. */
final class RawReplica implements AutoCloseable {
    private static final int TIMEOUT_MS = 10_000;

    private final Socket socket;

    RawReplica(NodeProcess primary, int shard) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), primary.replicationPort(shard));
        socket.setSoTimeout(TIMEOUT_MS);
    }

    /** Introduces a replica that has nothing, and gives the primary's line. */
    String handshake(String id, int shard, int shards) throws IOException {
        send("REPLICATE VERSION 2 SHARD " + shard + " OF " + shards + " ID " + id
                + " PORT 1 HISTORY - INDEX -1 CHAIN 0000000000000000\r\n");
        return line();
    }

    void send(String ascii) throws IOException {
        socket.getOutputStream().write(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = socket.getInputStream().read(); next >= 0 && next != '\n'; ) {
            line.append((char) next);
            next = socket.getInputStream().read();
        }
        return line.toString().trim();
    }

    /** Takes what comes until the primary closes; fails when it does not. */
    void awaitEnd() throws IOException {
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[64 << 10];
        try {
            while (in.read(buffer) >= 0) {
                // not looked at
            }
        } catch (java.net.SocketException e) {
            // the other way to end a connection: with a reset
        }
    }

    /** Ends the connection with RST instead of FIN. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
