package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.config.Setting;
import io.tailrace.wire.memory.NativeBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What connections cost, and how much one reply may. */
class ConnectionMemoryTest {
    private static final int SHARDS = 2;

    @TempDir
    Path directory;

    private SessionBench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new SessionBench(directory, SHARDS);
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    private int open(int shard) {
        return bench.services(shard).stats().connections();
    }

    @Test
    void shouldGiveEachShardItsPartOfManyThatComeAtOnce() throws Exception {
        List<SocketChannel> burst = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            burst.add(bench.connect());
        }
        bench.await(() -> open(0) + open(1) == 40);
        assertEquals(20, open(0));
        for (SocketChannel channel : burst) {
            channel.close();
        }
        bench.await(() -> open(0) + open(1) == 0);
        bench.client().reply("PING");
        bench.client().reply("PING");
        assertEquals(1, open(0));
        assertEquals(1, open(1));
    }

    @Test
    void shouldKeepNearlyNothingForConnectionsThatAreIdle() throws Exception {
        List<SessionBench.Client> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(bench.client());
            clients.get(i).reply("PING");
        }
        long before = NativeBuffer.liveBytes();
        for (int i = 0; i < 80; i++) {
            clients.add(bench.client());
            clients.get(8 + i).reply("PING");
        }
        bench.nowMicros += 10_000_000;
        bench.await(() -> NativeBuffer.liveBytes() <= before + 80 * 128);
        for (SessionBench.Client client : clients) {
            client.reply("PING");
        }
    }

    @Test
    void shouldLeaveThoseTheirMemoryThatAreNotIdle() throws Exception {
        bench.jumpedMicros = 3_600_000_000L;
        SessionBench.Client client = bench.clientOfShard(0);
        client.reply("ECHO", "x".repeat(1_000));
        long before = NativeBuffer.liveBytes();
        bench.nowMicros += 1_500_000;
        client.isSilent(3);
        assertEquals(before, NativeBuffer.liveBytes());
        bench.nowMicros += 1_500_000;
        client.isSilent(3);
        assertTrue(NativeBuffer.liveBytes() < before);
    }

    @Test
    void shouldAnswerAnErrorInsteadOfAReplyAboveTheOutputLimit() throws Exception {
        bench.node.settings().change(Map.of(Setting.CLIENT_OUTPUT_LIMIT, "1mb"));
        bench.nowMicros += 10_000;
        SessionBench.Client client = bench.clientOfShard(0);
        String large = "x".repeat(60_000);
        // one of each shard
        for (String key : List.of("foo", "bar")) {
            client.reply("SET", key, large);
            List<String> command = new ArrayList<>(List.of("MGET"));
            command.addAll(Collections.nCopies(10, key));
            assertEquals(
                    10, client.reply(command.toArray(String[]::new)).elements().size());
        }
        for (String key : List.of("foo", "bar")) {
            List<String> command = new ArrayList<>(List.of("MGET"));
            command.addAll(Collections.nCopies(20, key));
            assertEquals(
                    "-ERR the reply is larger than 1048576 bytes (client-output-limit)",
                    client.reply(command.toArray(String[]::new)).line());
        }
        client.send("MULTI");
        for (int i = 0; i < 20; i++) {
            client.send("APPEND", "bar", "x");
            client.send("GET", "bar");
        }
        for (int i = 0; i < 41; i++) {
            client.next();
        }
        assertTrue(client.reply("EXEC").line().startsWith("-EXECABORT "));
        assertEquals(":60000", client.reply("STRLEN", "bar").line(), "nothing of it was done");
        assertEquals("+OK", client.reply("SET", "after", "it").line());
    }

    @Test
    void shouldHoldRepliesOfAnotherShardWithinTheOutputLimit() throws Exception {
        bench.node.settings().change(Map.of(Setting.CLIENT_OUTPUT_LIMIT, "1mb"));
        bench.nowMicros += 10_000;
        SessionBench.Client client = bench.clientOfShard(0);
        int refused = 0;
        for (String key : List.of("foo", "bar")) {
            client.reply("SET", key, "x".repeat(60_000));
            long before = NativeBuffer.liveBytes();
            // all that the limit has room for, and three: few enough for the sockets to take them meanwhile
            for (int i = 0; i < 20; i++) {
                client.send("GET", key);
            }
            for (int i = 0; i < 20; i++) {
                String line = client.next().line();
                refused += line.startsWith("-ERR the reply is larger than ") ? 1 : 0;
                assertTrue(line.startsWith("-ERR the reply is larger than ") || line.equals("$60000"), line);
            }
            bench.nowMicros += 10_000_000;
            bench.await(() -> NativeBuffer.liveBytes() <= before + (512 << 10));
        }
        assertTrue(refused > 0 && refused <= 3, "of the other shard's: " + refused);
    }
}
