package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.config.Setting;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which clients are closed, and when, while all of them hold more than max-memory-clients; on two shards. */
class ClientEvictionTest {
    private static final int KB = 1 << 10;

    @TempDir
    Path directory;

    private SessionBench bench;
    private SessionBench.Client control;

    @BeforeEach
    void open() throws Exception {
        bench = new SessionBench(directory, 2);
        control = bench.clientOfShard(0);
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    private void limit(String limit) throws Exception {
        bench.node.settings().change(Map.of(Setting.MAX_MEMORY_CLIENTS, limit));
        bench.nowMicros += 10_000;
        bench.turn();
    }

    private long info(String section, String field) {
        String text = control.reply("INFO", section).body();
        return Long.parseLong(text.split(field + ":")[1].split("\r\n")[0]);
    }

    private long held(String name) {
        for (String line : control.reply("CLIENT", "LIST").body().split("\n")) {
            if (line.contains(" name=" + name + " ")) {
                return Long.parseLong(line.split(" tot-mem=")[1].split(" ")[0]);
            }
        }
        return -1;
    }

    private SessionBench.Client named(String name, int shard) {
        SessionBench.Client client = bench.clientOfShard(shard);
        client.reply("CLIENT", "SETNAME", name);
        return client;
    }

    /** One that has sent so much of a request, and not the rest. */
    private SessionBench.Client withPart(String name, int shard, int bytes) {
        SessionBench.Client client = named(name, shard);
        client.sendPatiently("*1\r\n$" + (bytes + 1) + "\r\n" + "x".repeat(bytes), 1_000);
        bench.await(() -> held(name) > bytes);
        return client;
    }

    @Test
    void shouldCloseTheLargestOfAllShardsUntilTheRestFits() throws Exception {
        limit("1900kb");
        withPart("small", 0, 100 * KB);
        SessionBench.Client large = withPart("large", 1, 1_000 * KB);
        SessionBench.Client larger = withPart("larger", 0, 480 * KB);
        assertEquals(0, info("stats", "evicted_clients"));

        // only the first shard's client does something, and the largest one is the other's
        SessionBench.Client last = named("last", 0);
        last.sendPatiently("*1\r\n$" + 450 * KB + "\r\n" + "x".repeat(400 * KB), 1_000);

        assertTrue(large.isClosed());
        assertEquals(1, info("stats", "evicted_clients"));
        assertTrue(held("small") > 0 && held("larger") > 0 && held("last") > 0);

        limit("300kb");

        assertTrue(larger.isClosed());
        assertTrue(last.isClosed());
        assertEquals(3, info("stats", "evicted_clients"));
        assertTrue(held("small") > 100 * KB);
        control.reply("CONFIG", "RESETSTAT");
        assertEquals(0, info("stats", "evicted_clients"));
    }

    @Test
    void shouldLeaveClientsAloneThatMayNotBeClosed() throws Exception {
        limit("1"); // the least is 128 KB
        control.reply("CLIENT", "NO-EVICT", "ON");
        SessionBench.Client client = named("kept", 1);
        client.reply("CLIENT", "NO-EVICT", "on");
        client.reply("MULTI");
        client.reply("SET", "a", "x".repeat(300 * KB));
        assertTrue(held("kept") > 300 * KB);
        assertEquals(0, info("stats", "evicted_clients"));

        client.reply("DISCARD");
        client.reply("CLIENT", "NO-EVICT", "OFF");
        client.reply("MULTI");
        client.send("SET", "a", "x".repeat(300 * KB));

        assertTrue(client.isClosed());
        assertEquals("+PONG", control.reply("PING").line());
    }

    @Test
    void shouldTakeAPercentageOfMaxMemory() throws Exception {
        limit("10%");
        SessionBench.Client client = withPart("one", 0, 900 * KB);
        assertEquals(0, info("stats", "evicted_clients"), "of no limit there is no part");

        bench.node.settings().change(Map.of(Setting.MAX_MEMORY, "8mb"));
        bench.nowMicros += 10_000;

        assertTrue(client.isClosed());
    }

    /** What a client can make a node keep for it, a step at a time. */
    enum Hoard {
        WATCHES(i -> new String[] {"WATCH", "key" + i}),
        CHANNELS(i -> new String[] {"SUBSCRIBE", "channel" + i}),
        PATTERNS(i -> new String[] {"PSUBSCRIBE", "channel" + i}),
        SHARD_CHANNELS(i -> new String[] {"SSUBSCRIBE", "channel" + i}),
        PREFIXES(i -> new String[] {"CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", String.format("%07d", i)}),
        QUEUED(i -> i == 0 ? new String[] {"MULTI"} : new String[] {"SET", "key" + i, "x".repeat(1_000)});

        private final IntFunction<String[]> step;

        Hoard(IntFunction<String[]> step) {
            this.step = step;
        }
    }

    @ParameterizedTest
    @EnumSource(Hoard.class)
    void shouldCountWhatAClientMakesTheNodeKeep(Hoard hoard) throws Exception {
        limit("128kb");
        SessionBench.Client client = named("hoarder", 1);
        int steps = 0;
        while (held("hoarder") > 0) {
            assertTrue(steps < 5_000, "closed by now");
            StringBuilder some = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                some.append(String.join(" ", hoard.step.apply(steps++))).append("\r\n");
            }
            client.sendPatiently(some.toString(), 10);
        }

        assertTrue(client.isClosed());
        assertTrue(steps > 50, "not at once");
        assertEquals(1, info("stats", "evicted_clients"));
    }

    @Test
    void shouldCloseWhoDoesNotReadItsReplies() throws Exception {
        limit("4mb");
        control.reply("SET", "large", "x".repeat(500 * KB));
        SessionBench.Client client = named("deaf", 1);
        for (int i = 0; i < 2_000 && held("deaf") > 0; i++) {
            client.sendPatiently("GET large\r\n", 10);
        }

        assertEquals(-1, held("deaf"));
        assertEquals(1, info("stats", "evicted_clients"));
        assertEquals(0, info("stats", "client_output_limit_closed"));
    }

    @Test
    void shouldTellWhatClientsHoldWithoutALimitToo() throws Exception {
        withPart("one", 1, 700 * KB);
        bench.nowMicros += 1_500_000;
        bench.await(() -> info("memory", "mem_clients_normal") > 700 * KB);
        assertTrue(info("memory", "mem_clients_normal") < 1_000 * KB);

        control.reply("CLIENT", "KILL", "TYPE", "normal");
        bench.await(() -> info("memory", "mem_clients_normal") < 100 * KB);
    }

    @Test
    void shouldTellTheLargestBuffersOfTheLastSeconds() throws Exception {
        withPart("one", 1, 700 * KB);
        bench.nowMicros += 1_500_000;
        bench.await(() -> info("clients", "client_recent_max_input_buffer") > 700 * KB);
        control.reply("CLIENT", "KILL", "TYPE", "normal");
        for (int second = 0; second < 8; second++) {
            bench.nowMicros += 1_100_000;
            bench.turn();
            bench.turn();
        }
        assertEquals(0, info("clients", "client_recent_max_input_buffer"));
        assertEquals(0, info("clients", "client_recent_max_output_buffer"));
    }

    @Test
    void shouldShowThePartsOfARequestAsRedisDoes() {
        SessionBench.Client client = named("part", 0);
        client.sendRaw("*3\r\n$3\r\nSET\r\n$5\r\nabcde\r\n$4\r\nxy");
        bench.await(() -> held("part") > 60 * KB);

        String line = control.reply("CLIENT", "LIST")
                .body()
                .lines()
                .filter(text -> text.contains(" name=part "))
                .findFirst()
                .orElseThrow();
        assertTrue(line.contains(" qbuf=2 "), line);
        assertTrue(line.contains(" argv-mem=8 "), line);
        assertFalse(line.contains(" qbuf-free=0 "), line);
        String own = control.reply("CLIENT", "LIST").body().lines().findFirst().orElseThrow();
        assertTrue(own.contains(" qbuf=26 ") && own.contains(" argv-mem=10 "), own);
    }

    /** As Redis 7.0.15 says for the same commands. */
    @Test
    void shouldShowWhatIsQueuedAsRedisDoes() {
        SessionBench.Client client = named("queue", 1);
        client.reply("MULTI");
        client.reply("SET", "a", "b");
        client.reply("SET", "a", "b");

        assertTrue(control.reply("CLIENT", "LIST")
                .body()
                .contains(" multi=2 qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=58 "));
    }
}
