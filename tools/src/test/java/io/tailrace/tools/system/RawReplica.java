package io.tailrace.tools.system;

import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.wire.handshake.FrameLayout;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordLayout;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A replica that is nothing but a socket: it reads when its test says so, keeps no data and remembers where it is. */
final class RawReplica implements AutoCloseable {

    /** Where a replica says that it stands. */
    record Position(String history, long index, long chain) {
        private Position after(long nextIndex, long nextChain) {
            return new Position(history, nextIndex, nextChain);
        }
    }

    private static final int SMALL_BUFFER = 64 << 10;
    private static final int PATIENCE_MS = 30_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final byte[] header = new byte[FrameLayout.HEADER_LENGTH];
    private Position position = new Position("-", -1, 0);
    private long records;

    /** Connects; the kernel buffers little, so that a replica that does not read is soon noticed. */
    RawReplica(NodeProcess primary) throws IOException {
        socket.setReceiveBufferSize(SMALL_BUFFER);
        socket.setSoTimeout(PATIENCE_MS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), primary.replicationPort(0)));
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    /** Introduces itself as one without data; returns the answer's line. */
    String handshake() throws IOException {
        return handshake(position);
    }

    /** Introduces itself as standing at a position; returns the answer's line. */
    String handshake(Position claimed) throws IOException {
        send("REPLICATE VERSION 2 SHARD 0 OF 1 ID raw PORT 1 HISTORY " + claimed.history + " INDEX " + claimed.index
                + " CHAIN " + String.format("%016x", claimed.chain) + "\r\n");
        String answer = readLine();
        if (answer.startsWith("+STREAM ") || answer.startsWith("+LOG ")) {
            String end = answer.split(" ")[2];
            position = new Position(end.substring(0, end.indexOf(':')), claimed.index, claimed.chain);
        }
        return answer;
    }

    String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.readUnsignedByte(); next != '\n'; next = in.readUnsignedByte()) {
            line.append((char) next);
        }
        return line.toString().trim();
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads frames until this many records have come in all; checks that none is missing between two. */
    void readRecords(long wanted) throws IOException {
        while (records < wanted) {
            readFrame();
        }
    }

    /** Reads frames until the record at {@code wanted}. */
    void readUntil(long wanted) throws IOException {
        while (position.index < wanted) {
            readFrame();
        }
    }

    private void readFrame() throws IOException {
        in.readFully(header);
        ByteBuffer frame = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
        byte[] body = in.readNBytes(frame.getInt(0));
        int type = frame.get(4);
        long argument = frame.getLong(8);
        if (type == FrameLayout.RECORD) {
            long last = position.index;
            if (argument != last + 1 && (QueueIndex.sequence(argument) != 0 || argument < last)) {
                throw new AssertionError(QueueIndex.toString(argument) + " follows " + QueueIndex.toString(last));
            }
            ByteBuffer record = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
            position = position.after(argument, record.getLong(RecordLayout.CHAIN_OFFSET));
            records++;
        }
    }

    /** Reads until the primary ends the connection. */
    void readToTheEnd() throws IOException {
        try {
            while (true) {
                readFrame();
            }
        } catch (java.io.EOFException | java.net.SocketException e) {
            // the primary's part of the connection is over
        }
    }

    Position position() {
        return position;
    }

    /** Ends the connection by a reset. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
