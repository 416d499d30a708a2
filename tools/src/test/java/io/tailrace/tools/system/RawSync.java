package io.tailrace.tools.system;

import io.tailrace.snapshot.EntrySink;
import io.tailrace.snapshot.SnapshotParser;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.wire.handshake.FrameLayout;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.QueueIndex;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A replica without data that is nothing but a socket: asks for a full sync, checks every chunk that comes, keeps none. */
final class RawSync implements AutoCloseable {
    private static final long ACK_NANOS = 1_000_000_000;
    private static final int PATIENCE_MS = 60_000;
    private static final int MAX_ENTRY = 64 << 20;
    private static final EntrySink NOWHERE = EntrySink.NOTHING;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final String answer;
    private long acknowledgedAt = System.nanoTime();
    private long bytes;
    private long entries;

    /** Connects and asks. */
    RawSync(NodeProcess primary, String replicaId) throws IOException {
        socket.setSoTimeout(PATIENCE_MS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), primary.replicationPort(0)));
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 256 << 10));
        String request = "REPLICATE VERSION 2 SHARD 0 OF 1 ID " + replicaId
                + " PORT 1 HISTORY - INDEX -1 CHAIN 0000000000000000\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        answer = readLine();
        if (!answer.startsWith("+SNAPSHOT ")) {
            throw new AssertionError("no full sync but " + answer);
        }
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.readUnsignedByte(); next != '\n'; next = in.readUnsignedByte()) {
            line.append((char) next);
        }
        return line.toString().trim();
    }

    /** Which snapshot it is sent. */
    String snapshotId() {
        return answer.split(" ")[1];
    }

    /** Reads to the end of the snapshot, and so that it is whole and sound. */
    void readSnapshot() throws IOException {
        byte[] header = new byte[FrameLayout.HEADER_LENGTH];
        try (NativeBuffer chunk = new NativeBuffer(FrameLayout.MAX_CHUNK);
                SnapshotParser parser = new SnapshotParser(NOWHERE, MAX_ENTRY)) {
            while (true) {
                sayThatItIsAlive();
                in.readFully(header);
                ByteBuffer frame = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
                byte[] body = in.readNBytes(frame.getInt(FrameLayout.BODY_LENGTH_OFFSET));
                long argument = frame.getLong(FrameLayout.ARGUMENT_OFFSET);
                int type = frame.get(FrameLayout.TYPE_OFFSET);
                if (type == FrameLayout.SNAPSHOT_CHUNK) {
                    require(argument == bytes, "a chunk of offset " + argument + " behind " + bytes + " bytes");
                    Memory.copyIn(body, 0, chunk.address(), body.length);
                    parser.accept(chunk.address(), body.length);
                    bytes += body.length;
                } else if (type == FrameLayout.SNAPSHOT_END) {
                    require(parser.isComplete() && argument == bytes, "an end after " + bytes + " bytes");
                    entries = parser.entryCount();
                    return;
                }
            }
        }
    }

    private void sayThatItIsAlive() throws IOException {
        if (System.nanoTime() - acknowledgedAt > ACK_NANOS) {
            acknowledgedAt = System.nanoTime();
            ByteBuffer ack = ByteBuffer.allocate(FrameLayout.HEADER_LENGTH + FrameLayout.ACK_LENGTH)
                    .order(ByteOrder.LITTLE_ENDIAN);
            ack.putInt(FrameLayout.BODY_LENGTH_OFFSET, FrameLayout.ACK_LENGTH);
            ack.put(FrameLayout.TYPE_OFFSET, FrameLayout.ACK);
            ack.putLong(FrameLayout.ARGUMENT_OFFSET, QueueIndex.NONE);
            socket.getOutputStream().write(ack.array());
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    /** Of the snapshot, so far. */
    long bytes() {
        return bytes;
    }

    long entries() {
        return entries;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
