package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import io.tailrace.wire.handshake.FrameLayout;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.Chain;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordBuilder;
import io.tailrace.wire.record.SegmentRecord;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What peers of the replication can take of a real node's memory, and of its log: a little, and its clients notice nothing. */
class MisbehavingPeersIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final long MIB = 1 << 20;

    /** The heap of a node that has just started grows by itself, whoever makes it work; it may have 512 MB. */
    private static final long RESIDENT_BYTES = 320 * MIB;

    private static final String END = "ab".repeat(20) + ":4294967297:00c0ffee12345678";
    private static final String STREAM = "+LOG 4294967296 " + END + "\r\n";

    @TempDir
    private Path dir;

    private static long buffers(RespClient client) throws IOException {
        return Long.parseLong(client.info("memory").get("used_memory_buffers"));
    }

    @Test
    void shouldBearStormsOnThePortOfItsReplicas() throws Exception {
        try (NodeGroup group = new NodeGroup(dir)) {
            NodeProcess primary = group.add("primary").startAndAwait();
            List<Socket> silent = new ArrayList<>();
            try (RespClient client = primary.connect()) {
                client.call("SET", "key", "value");
                long before = buffers(client);
                long resident = primary.residentBytes();
                InetSocketAddress port =
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), primary.replicationPort(0));
                for (int i = 0; i < 300; i++) {
                    silent.add(new Socket());
                    silent.get(i).connect(port);
                }
                for (int i = 0; i < 1_500; i++) {
                    storm(port, i);
                }
                try (RawReplica good = new RawReplica(primary)) {
                    assertTrue(good.handshake().startsWith("+LOG "));
                    long grown = buffers(client) - before;
                    long process = primary.residentBytes() - resident;
                    System.out.printf("1,800 strangers: buffers +%d KB, process +%d MB%n", grown >> 10, process >> 20);
                    assertTrue(grown <= 4 * MIB, "1,800 strangers take " + grown + " bytes");
                    assertTrue(process <= RESIDENT_BYTES, "the process grew by " + process);
                    client.call("SET", "key", "other");
                    good.readRecords(3);
                }
                assertEquals("PONG", client.text("PING"));
            } finally {
                for (Socket socket : silent) {
                    socket.close();
                }
            }
            long lines = primary.printed()
                    .lines()
                    .filter(line -> line.contains("detached"))
                    .count();
            assertTrue(lines < 300, lines + " lines of log for strangers");
        }
    }

    private static void storm(InetSocketAddress port, int number) throws IOException {
        String[] said = {"", "REPLICATE VERS", "*1\r\n$536870912\r\n", "\0\0\0", "REPLICATE VERSION 2 SHARD 0 OF 1 ID"};
        try (Socket socket = new Socket()) {
            socket.connect(port);
            socket.getOutputStream().write(said[number % said.length].getBytes(StandardCharsets.US_ASCII));
            socket.setSoLinger(number % 2 == 0, 0);
        }
    }

    @Test
    void shouldServeOnWhateverItsPrimarySends() throws Exception {
        byte[] zeroes = new byte[(int) MIB];
        List<byte[][]> answers = List.of(
                answer("HTTP/1.1 400 Bad Request\r\n"),
                answer("+", zeroes),
                answer(STREAM, frame(1 << 30, 1), zeroes, zeroes, zeroes, zeroes),
                answer(STREAM, frame(-1, 1), zeroes),
                answer(STREAM, frame(24, 1), new byte[24]),
                answer(STREAM, recordOfAnotherChain()),
                answer("+SNAPSHOT ../../etc -1 0 70000 " + END + "\r\n", frame(65_536, 5), zeroes),
                answer(
                        "+SNAPSHOT 0000000300000005-00060a24181e4001 100 0 100 " + END + "\r\n",
                        frame(65_536, 5),
                        new byte[65_536]));
        try (NodeGroup group = new NodeGroup(dir);
                ServerSocket clients = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                ServerSocket replicas = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            AtomicInteger served = new AtomicInteger();
            String topology = "*4\r\n:1\r\n:" + replicas.getLocalPort() + "\r\n:1\r\n$3\r\nbad\r\n";
            serve(clients, number -> answer(topology), new AtomicInteger());
            serve(replicas, number -> answers.get(number % answers.size()), served);
            NodeProcess replica = group.add("replica", "--replicaof", "127.0.0.1:" + clients.getLocalPort())
                    .startAndAwait();
            try (RespClient client = replica.connect()) {
                long before = buffers(client);
                long resident = replica.residentBytes();
                Await.until("each of them to be tried", LIMIT, () -> served.get() >= answers.size());
                long grown = buffers(client) - before;
                long process = replica.residentBytes() - resident;
                System.out.printf(
                        "%d bad answers of a primary: buffers +%d KB, process +%d MB%n",
                        answers.size(), grown >> 10, process >> 20);
                assertTrue(grown <= 32 * MIB, "the buffers grew by " + grown);
                assertTrue(process <= RESIDENT_BYTES, "the process grew by " + process);
                assertEquals("PONG", client.text("PING"));
                assertEquals("slave", client.info("replication").get("role"));
            }
            assertFalse(replica.printed().contains("internal error"), replica.printed());
            String both = "record 1:0: its chain is [0-9a-f]{16}, but its bytes make [0-9a-f]{16}";
            assertTrue(Pattern.compile(both).matcher(replica.printed()).find(), replica.printed());
        }
    }

    private interface Behaviour {
        byte[][] of(int number);
    }

    /** Answers whatever is said on each connection, until the socket is closed. */
    private static void serve(ServerSocket listener, Behaviour behaviour, AtomicInteger served) {
        Thread thread = new Thread(
                () -> {
                    while (!listener.isClosed()) {
                        try (Socket socket = listener.accept()) {
                            answer(socket, behaviour.of(served.get()));
                            served.incrementAndGet();
                        } catch (IOException e) {
                            // it has hung up, or the test is over
                        }
                    }
                },
                "bad-primary");
        thread.setDaemon(true);
        thread.start();
    }

    private static void answer(Socket socket, byte[][] parts) throws IOException {
        socket.setSoTimeout(5_000);
        InputStream in = socket.getInputStream();
        in.read(new byte[4096]);
        try {
            for (byte[] part : parts) {
                socket.getOutputStream().write(part);
            }
            socket.shutdownOutput();
            in.readAllBytes();
        } catch (IOException e) {
            // closed in the middle of it, as it should be
        }
    }

    private static byte[][] answer(String line, byte[]... more) {
        List<byte[]> parts = new ArrayList<>(List.of(line.getBytes(StandardCharsets.US_ASCII)));
        parts.addAll(List.of(more));
        return parts.toArray(byte[][]::new);
    }

    /** The first record of a log, as a primary would write it that had one before. */
    private static byte[] recordOfAnotherChain() {
        try (RecordBuilder record = new RecordBuilder()) {
            new SegmentRecord("ab".repeat(20), 1, SegmentRecord.Previous.NONE, 1, 0).encode(record);
            record.seal(1, ~Chain.SEED);
            ByteBuffer frame = ByteBuffer.allocate(FrameLayout.HEADER_LENGTH + record.length())
                    .order(ByteOrder.LITTLE_ENDIAN);
            frame.putInt(record.length()).putInt(FrameLayout.RECORD).putLong(QueueIndex.of(1, 0));
            return frame.put(Memory.toBytes(record.address(), record.length())).array();
        }
    }

    private static byte[] frame(int length, int type) {
        byte[] header = new byte[16];
        for (int i = 0; i < Integer.BYTES; i++) {
            header[i] = (byte) (length >> (8 * i));
        }
        header[4] = (byte) type;
        return header;
    }
}
