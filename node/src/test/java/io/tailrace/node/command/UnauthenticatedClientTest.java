package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.DiskSync;
import io.tailrace.node.config.Setting;
import io.tailrace.wire.memory.NativeBuffer;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client that must log in, and has not, can make the node spend. */
class UnauthenticatedClientTest {
    private static final String NO_AUTH = "-NOAUTH Authentication required.";

    private SessionBench bench;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        bench = new SessionBench(directory, 1, DiskSync.REAL, Map.of(Setting.REQUIREPASS, "secret"));
    }

    @AfterEach
    void stop() throws Exception {
        bench.close();
    }

    @Test
    void shouldBeClosedWhenItDoesNotReadItsErrors() throws Exception {
        SocketChannel channel = bench.connect();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 4 << 10);
        SessionBench.Client client = bench.client(channel);
        // more than the kernel's buffers of both sides hold
        client.sendPatiently("PING\r\n".repeat(400_000), 200_000);
        bench.await(() -> bench.services(0).stats().outputLimitClosed() == 1);
        assertEquals(0, bench.services(0).stats().connections());
    }

    @Test
    void shouldHoldOnlyAFewRepliesForIt() throws Exception {
        bench.client().reply("PING");
        long before = NativeBuffer.liveBytes();
        long most = 0;
        SessionBench.Client client = bench.client();
        for (int i = 0; i < 2_000; i++) {
            client.send("GET", "key");
        }
        for (int i = 0; i < 2_000; i++) {
            assertEquals(NO_AUTH, client.next().line(), "one who reads is served");
            most = Math.max(most, NativeBuffer.liveBytes() - before);
        }
        // its share of the read buffers is 64 KB and what goes out 16 KB
        assertTrue(most <= (64 << 10) + (16 << 10), most + " bytes");
        assertEquals("+OK", client.reply("AUTH", "secret").line());
        assertEquals("$-1", client.reply("GET", "key").toString());
    }

    @Test
    void shouldCostWhatItHasSentAndLittleMore() throws Exception {
        List<SessionBench.Client> clients = new ArrayList<>();
        bench.client().reply("PING");
        long before = NativeBuffer.liveBytes();
        for (int i = 0; i < 50; i++) {
            SessionBench.Client client = bench.client();
            client.sendRaw("*2\r\n$4\r\nAU");
            clients.add(client);
        }
        bench.await(() -> bench.services(0).stats().inputBytes() >= 50L * 10);
        long spent = NativeBuffer.liveBytes() - before;
        assertTrue(spent <= 50 * 1024, spent + " bytes for 50 beginnings of a request");
        for (SessionBench.Client client : clients) {
            client.sendRaw("TH\r\n$6\r\nsecret\r\n");
            assertEquals("+OK", client.next().line());
            assertEquals("+OK", client.reply("SET", "key", "v".repeat(100_000)).line());
        }
    }

    @Test
    void shouldSendNoMoreThanItTakesToLogIn() throws Exception {
        for (String request : List.of(
                "*11\r\n",
                "*2\r\n$4\r\nAUTH\r\n$16385\r\n",
                "AUTH " + "x".repeat(20_000),
                "a b c d e f g h i j k\r\n",
                "*" + "1".repeat(20_000))) {
            SessionBench.Client client = bench.client();
            client.sendRaw(request);
            assertTrue(client.next().line().startsWith("-ERR Protocol error: "), request.substring(0, 3));
            assertTrue(client.isClosed());
        }
        SessionBench.Client client = bench.client();
        assertEquals(
                "-WRONGPASS invalid username-password pair or user is disabled.",
                client.reply("AUTH", "x".repeat(16 << 10)).line());
        assertFalse(client.reply("AUTH", "secret").line().startsWith("-"));
        client.sendRaw("ECHO " + "x".repeat(20_000) + "\r\n");
        assertEquals(20_000, client.next().body().length(), "logged in it may");
    }
}
