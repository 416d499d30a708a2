package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.tailrace.node.shard.RebuildException;
import io.tailrace.wire.memory.NativeBuffer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes from shard to shard and back, on a node of two shards: "a" belongs to shard 1, "b" to shard 0. Its messages are used again. */
class ForwardTest {
    private static final int PIPELINE = 16;
    private static final int ROUNDS = 1_000;

    /** What a request may leave behind: a cycle of the reactor makes some, whatever it does. */
    private static final int MAX_GARBAGE = 48;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private SessionBench bench;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException, RebuildException {
        bench = new SessionBench(directory, 2);
    }

    @AfterEach
    void stop() throws IOException {
        bench.close();
    }

    /** Bytes that a pipelined request makes, the client's and the node's together, when it is compiled. */
    private long garbageOf(String... commands) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < PIPELINE; i++) {
            String[] arguments = commands[i % commands.length].split(" ");
            text.append('*').append(arguments.length).append("\r\n");
            for (String argument : arguments) {
                text.append('$').append(argument.length()).append("\r\n");
                text.append(argument).append("\r\n");
            }
        }
        byte[] requests = text.toString().getBytes(StandardCharsets.US_ASCII);
        ByteBuffer out = ByteBuffer.allocateDirect(requests.length).put(requests);
        ByteBuffer in = ByteBuffer.allocateDirect(64 << 10);
        try (SocketChannel channel = bench.handOverTo(0)) {
            channel.configureBlocking(false);
            int replyBytes = replyBytes(channel, out, in);
            long best = Long.MAX_VALUE;
            for (int attempt = 0; attempt < 8 && best >= MAX_GARBAGE; attempt++) {
                long before =
                        THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
                for (int i = 0; i < ROUNDS; i++) {
                    ask(channel, out, in, replyBytes);
                }
                long made =
                        THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
                best = Math.min(best, made / (PIPELINE * ROUNDS));
            }
            return best;
        }
    }

    /** Runs a pipeline until nothing more comes: the second time the keys exist. */
    private int replyBytes(SocketChannel channel, ByteBuffer out, ByteBuffer in) throws IOException {
        int count = 0;
        for (int round = 0; round < 2; round++) {
            in.clear();
            channel.write(out.flip());
            for (int i = 0; i < 100; i++) {
                bench.turn();
                channel.read(in);
            }
            count = in.position();
        }
        return count;
    }

    private void ask(SocketChannel channel, ByteBuffer out, ByteBuffer in, int replyBytes) throws IOException {
        out.rewind();
        channel.write(out);
        in.clear();
        long deadline = System.nanoTime() + 30_000_000_000L;
        while (in.position() < replyBytes) {
            bench.turn();
            channel.read(in);
            assertTrue(System.nanoTime() < deadline, "the replies come");
        }
    }

    @Test
    void shouldMakeNoGarbageForACommandOfAnotherShard() throws IOException {
        long bytes = garbageOf("SET a x", "GET b", "GET a", "STRLEN a", "SET b x");
        assertTrue(bytes < MAX_GARBAGE, bytes + " bytes a request");
    }

    @Test
    void shouldMakeNoGarbageForACommandOverShards() throws IOException {
        long bytes = garbageOf("MSET a x b y", "MGET a b");
        assertTrue(bytes < MAX_GARBAGE, bytes + " bytes a request");
    }

    @Test
    void shouldMakeNoGarbageForTransactions() throws IOException {
        long elsewhere = garbageOf("MULTI", "SET a x", "SET a y", "EXEC");
        assertTrue(elsewhere < MAX_GARBAGE, elsewhere + " bytes a request");
        long both = garbageOf("MULTI", "SET a x", "SET b y", "EXEC");
        assertTrue(both < MAX_GARBAGE, both + " bytes a request");
    }

    /** Each of them waits until the one before is answered. */
    @Test
    void shouldMakeNoGarbageForACommandOverShardsThatWaits() throws IOException {
        long bytes = garbageOf("GET a", "MGET a b");
        assertTrue(bytes < MAX_GARBAGE, bytes + " bytes a request");
    }

    @Test
    void shouldReplyInOrderWhateverTheSizes() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        SessionBench.Client client = bench.clientOfShard(0);
        for (int round = 0; round < 40; round++) {
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                String key = random.nextBoolean() ? "a" : "b";
                String value = Integer.toString(i).repeat(1 + random.nextInt(random.nextInt(20) == 0 ? 30_000 : 60));
                client.send("SET", key, value);
                client.send("GET", key);
                expected.add("+OK");
                expected.add(value);
            }
            for (int i = 0; i < expected.size(); i++) {
                Reply reply = client.next();
                assertEquals(expected.get(i), i % 2 == 0 ? reply.line() : reply.body(), "round " + round);
            }
        }
    }

    /** What another shard is about to answer goes with what is here already, and is not waited for longer than a cycle. */
    @Test
    void shouldSendWhatItHasWithWhatAnotherShardAnswersNext() throws IOException {
        ByteBuffer in = ByteBuffer.allocate(100);
        try (SocketChannel channel = bench.handOverTo(0)) {
            channel.configureBlocking(false);
            channel.write(ByteBuffer.wrap("PING\r\n".getBytes(StandardCharsets.US_ASCII)));
            receive(channel, in, "+PONG\r\n", 0, 1);
            ByteBuffer both = ByteBuffer.wrap("STRLEN b\r\nSTRLEN a\r\n".getBytes(StandardCharsets.US_ASCII));
            channel.write(both);
            bench.turn(0);
            assertEquals(0, channel.read(in), "the second reply is about to come");
            bench.turn(1);
            bench.turn(0);
            receive(channel, in, ":0\r\n:0\r\n", 0, 1);
            channel.write(both.rewind());
            receive(channel, in, ":0\r\n", 0);
            receive(channel, in, ":0\r\n", 0, 1);
        }
    }

    private void receive(SocketChannel channel, ByteBuffer in, String wanted, int... turned) throws IOException {
        long deadline = System.nanoTime() + 30_000_000_000L;
        in.clear();
        while (in.position() < wanted.length()) {
            assertTrue(System.nanoTime() < deadline, () -> "instead of " + wanted);
            for (int shard : turned) {
                bench.turn(shard);
            }
            channel.read(in);
        }
        assertEquals(wanted, new String(in.array(), 0, in.position(), StandardCharsets.US_ASCII));
    }

    /** The reply of another shard comes when nobody wants it: its memory is given back, and its message used for the next one. */
    @Test
    void shouldTakeBackWhatAClosedConnectionHadAsked() throws IOException {
        SessionBench.Client other = bench.clientOfShard(0);
        other.reply("SET", "a", "v".repeat(100_000));
        other.reply("GET", "a");
        long before = NativeBuffer.liveBytes();
        for (int i = 0; i < 10; i++) {
            SocketChannel channel = bench.handOverTo(0);
            String asks = "GET a\r\nGET b\r\nGET a\r\n";
            channel.write(ByteBuffer.wrap(asks.getBytes(StandardCharsets.US_ASCII)));
            if (i % 2 == 0) {
                bench.turn();
            }
            channel.close();
            assertEquals(100_000, other.reply("GET", "a").body().length());
            bench.await(() -> bench.node.clients.get() == 1);
        }
        other.reply("PING");
        SessionBench.assertFreed(before);
    }
}
