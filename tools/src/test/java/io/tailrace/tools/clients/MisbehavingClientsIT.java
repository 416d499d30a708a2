package io.tailrace.tools.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What clients can take of a real node's memory: each case has its bound, for the process and for its buffers. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MisbehavingClientsIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final long MIB = 1 << 20;

    /** Of the Java heap the node takes what it may before it collects: this much and no more, whatever clients do. */
    private static final long HEAP_BYTES = 512 * MIB;

    @TempDir
    private static Path dir;

    private static NodeGroup group;
    private static NodeProcess node;
    private static RespClient admin;

    @BeforeAll
    static void start() throws Exception {
        group = new NodeGroup(dir);
        node = group.add("node", "--shards", "2", "--client-output-limit", "16mb")
                .startAndAwait();
        admin = node.connect();
    }

    @AfterAll
    static void stop() throws Exception {
        admin.close();
        group.close();
    }

    private static long buffers() throws IOException {
        return Long.parseLong(admin.info("memory").get("used_memory_buffers"));
    }

    private static void awaitClients(int count) {
        Await.until(count + " clients", LIMIT, () -> Integer.toString(count)
                .equals(admin.info("clients").get("connected_clients")));
    }

    private static SocketChannel open() throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", node.port()));
        channel.configureBlocking(false);
        return channel;
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A file for each, here as there, and what both processes need themselves. */
    private static int mostConnections() {
        var system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return (int) Math.min(9_990, system.getMaxFileDescriptorCount() - 512);
    }

    @Test
    @Order(1)
    void shouldHold10000IdleConnections() throws Exception {
        int count = mostConnections();
        long before = buffers();
        long resident = node.residentBytes();
        List<SocketChannel> idle = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                idle.add(open());
            }
            for (SocketChannel channel : idle) {
                channel.write(bytes("PING\r\n"));
            }
            awaitClients(count + 1);
            Await.until("little memory for them", LIMIT, () -> buffers() - before <= 16 * MIB);
            long grown = node.residentBytes() - resident;
            System.out.printf(
                    "%d idle connections: buffers +%d KB, process +%d MB%n",
                    count, (buffers() - before) >> 10, grown >> 20);
            assertTrue(grown <= HEAP_BYTES + 64 * MIB, count + " idle connections take " + grown + " bytes");
            assertEquals("PONG", admin.text("PING"));
        } finally {
            for (SocketChannel channel : idle) {
                channel.close();
            }
        }
        awaitClients(1);
    }

    @Test
    @Order(2)
    void shouldBoundWhatAPipelineWithoutAReaderTakes() throws Exception {
        admin.call("SET", "key", new byte[10_000]);
        long before = buffers();
        byte[] gets = "GET key\r\n".repeat(10_000).getBytes(StandardCharsets.US_ASCII);
        long most = 0;
        List<SocketChannel> deaf = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                deaf.add(open());
            }
            for (int i = 0; i < 200; i++) {
                for (SocketChannel channel : deaf) {
                    write(channel, gets);
                }
                most = Math.max(most, buffers() - before);
            }
        } finally {
            for (SocketChannel channel : deaf) {
                channel.close();
            }
        }
        awaitClients(1);
        long closed = Long.parseLong(admin.info("stats").get("client_output_limit_closed"));
        System.out.printf("4 clients that don't read: buffers +%d MB at most, %d closed%n", most >> 20, closed);
        assertEquals(4, closed);
        assertTrue(most <= 4 * 2 * 2 * 16 * MIB, "they took " + most + " bytes");
    }

    private static void write(SocketChannel channel, byte[] bytes) {
        try {
            channel.write(ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            // the node has closed it
        }
    }

    @Test
    @Order(3)
    void shouldTakeForHalfACommandWhatHasCome() throws Exception {
        long before = buffers();
        List<SocketChannel> half = new ArrayList<>();
        byte[] part = new byte[(int) MIB];
        try {
            for (int i = 0; i < 20; i++) {
                SocketChannel channel = open();
                channel.configureBlocking(true);
                half.add(channel);
                channel.write(bytes("*3\r\n$3\r\nSET\r\n$3\r\nbig\r\n$16777216\r\n"));
                channel.write(ByteBuffer.wrap(part));
            }
            Await.until("all of it to be read", LIMIT, () -> buffers() - before >= 20 * MIB);
            assertTrue(
                    buffers() - before <= 20 * 4 * MIB + 16 * MIB, "for 1 MB each they took " + (buffers() - before));
        } finally {
            for (SocketChannel channel : half) {
                channel.close();
            }
        }
        awaitClients(1);
        Await.until("the memory to be back", LIMIT, () -> buffers() - before <= 16 * MIB);
    }

    @Test
    @Order(4)
    void shouldRefuseMoreClientsThanItMayHave() throws Exception {
        admin.call("CONFIG", "SET", "max-clients", "5");
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                clients.add(new RawClient(node));
                clients.get(i).send("PING\r\n");
                assertEquals("+PONG\r\n", clients.get(i).line());
            }
            for (int i = 0; i < 200; i++) {
                try (RawClient tooMany = new RawClient(node)) {
                    assertEquals("-ERR max number of clients reached\r\n", tooMany.rest());
                }
            }
            assertEquals("PONG", admin.text("PING"));
        } finally {
            admin.call("CONFIG", "SET", "max-clients", "10000");
            for (RawClient client : clients) {
                client.close();
            }
        }
        awaitClients(1);
    }

    @Test
    @Order(5)
    void shouldCloseWhoIsIdleForLongerThanTheTimeout() throws Exception {
        try (RawClient silent = new RawClient(node);
                RawClient half = new RawClient(node);
                RawClient subscriber = new RawClient(node)) {
            half.send("*2\r\n$3\r\nGET\r\n$1");
            subscriber.send("SUBSCRIBE news\r\n");
            assertEquals("*3\r\n", subscriber.line());
            admin.call("CONFIG", "SET", "timeout", "1");
            try {
                awaitClients(2);
                assertEquals("", silent.rest());
                assertEquals("", half.rest());
            } finally {
                admin.call("CONFIG", "SET", "timeout", "0");
            }
        }
        awaitClients(1);
    }
}
