package io.tailrace.tools.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What bytes and connections, proper or not, can do to a node of two shards. It answers PING quickly all the while. */
class ProtocolIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int LIMIT_BYTES = 1 << 20;

    @TempDir
    private static Path dir;

    private static NodeGroup group;
    private static NodeProcess node;

    @BeforeAll
    static void start() throws Exception {
        group = new NodeGroup(dir);
        node = group.add("node", "--shards", "2", "--max-value-size", "1mb").startAndAwait();
    }

    @AfterAll
    static void stop() {
        group.close();
    }

    @AfterEach
    void shouldHaveKeptNothing() throws Exception {
        try (RespClient client = node.connect()) {
            Await.until("all others to be gone", LIMIT, () -> "1"
                    .equals(client.info("clients").get("connected_clients")));
            assertEquals("PONG", client.text("PING"));
        }
        assertFalse(node.printed().contains("level=error"), node.printed());
    }

    /** The slowest of some PINGs must be quick, for a machine that does other things too. */
    private static void assertQuick() throws IOException {
        try (RespClient client = node.connect()) {
            long[] nanos = new long[20];
            for (int i = 0; i < nanos.length; i++) {
                long from = System.nanoTime();
                assertEquals("PONG", client.text("PING"));
                nanos[i] = System.nanoTime() - from;
            }
            Arrays.sort(nanos);
            assertTrue(nanos[10] < TimeUnit.MILLISECONDS.toNanos(50), "median PING " + nanos[10] + " ns");
            assertTrue(nanos[19] < TimeUnit.SECONDS.toNanos(3), "slowest PING " + nanos[19] + " ns");
        }
    }

    @Test
    void shouldAnswer100000RequestsOfOneWriteInOrder() throws Exception {
        int count = 100_000;
        StringBuilder requests = new StringBuilder();
        StringBuilder replies = new StringBuilder();
        for (int i = 0; i < count; i++) {
            String number = Integer.toString(i);
            requests.append("*2\r\n$4\r\nECHO\r\n$" + number.length() + "\r\n" + number + "\r\n");
            replies.append("$" + number.length() + "\r\n" + number + "\r\n");
            if (i % 100 == 0) {
                requests.append("*3\r\n$3\r\nSET\r\n$" + number.length() + "\r\n" + number + "\r\n$1\r\nv\r\n");
                replies.append("+OK\r\n");
            }
        }
        try (RawClient client = new RawClient(node)) {
            CompletableFuture<Void> write = CompletableFuture.runAsync(() -> send(client, requests.toString()));
            assertEquals(replies.toString(), client.read(replies.length()));
            write.get(20, TimeUnit.SECONDS);
        }
    }

    private static void send(RawClient client, String text) {
        try {
            client.send(text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void shouldAnswerAllThatCameBeforeTheEnd() throws Exception {
        int count = 50_000;
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < count; i++) {
            requests.append("SET end:").append(i).append(" v\r\n");
        }
        try (RawClient client = new RawClient(node)) {
            CompletableFuture<String> replies = CompletableFuture.supplyAsync(() -> rest(client));
            send(client, requests.toString());
            client.end();
            assertEquals("+OK\r\n".repeat(count), replies.get(20, TimeUnit.SECONDS));
        }
    }

    private static String rest(RawClient client) {
        try {
            return client.rest();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void shouldServeOthersWhileOneDoesNotRead() throws Exception {
        try (RawClient deaf = new RawClient(node)) {
            deaf.send("*3\r\n$3\r\nSET\r\n$3\r\nbig\r\n$100000\r\n" + "x".repeat(100_000) + "\r\n");
            assertEquals("+OK\r\n", deaf.line());
            deaf.send("*2\r\n$3\r\nGET\r\n$3\r\nbig\r\n".repeat(500));
            assertQuick();
            for (int i = 0; i < 500; i++) {
                assertEquals("$100000\r\n", deaf.line());
                deaf.read(100_002);
            }
        }
    }

    @Test
    void shouldHoldTheOutputLimitWithinOneRead() throws Exception {
        try (RawClient deaf = new RawClient(node);
                RespClient admin = node.connect()) {
            admin.call("MSET", "foo", new byte[1_000_000], "bar", new byte[1_000_000]);
            long before = node.residentBytes();
            admin.call("CONFIG", "SET", "client-output-limit", "32mb");
            try {
                deaf.send("GET foo\r\nGET bar\r\n".repeat(500));
                Await.until("the deaf client to be cut", LIMIT, () -> "1"
                        .equals(admin.info("clients").get("connected_clients")));
            } finally {
                admin.call("CONFIG", "SET", "client-output-limit", "1gb");
            }
            long grown = node.residentBytes() - before;
            assertTrue(grown < 200 << 20, "1,000 replies of 1 MB under a limit of 32 MB took " + grown + " bytes");
        }
    }

    @Test
    void shouldTakeInlineCommands() throws Exception {
        try (RawClient client = new RawClient(node)) {
            client.send(
                    "PING\r\nping\n\r\nSET inline \"a b\\x41\\n\"\r\nGET inline\r\n  ECHO   'x'  \r\nGET \"open\r\n");
            assertEquals(
                    "+PONG\r\n+PONG\r\n+OK\r\n$5\r\na bA\n\r\n$1\r\nx\r\n"
                            + "-ERR Protocol error: unbalanced quotes in request\r\n",
                    client.rest());
        }
    }

    @Test
    void shouldTakeRequestsByteByByte() throws Exception {
        String requests =
                "*3\r\n$3\r\nSET\r\n$5\r\nbytes\r\n$4\r\n\r\n$1\r\n*2\r\n$3\r\nGET\r\n$5\r\nbytes\r\nECHO \"q\"\r\n*0\r\n"
                        + "*1\r\n$4\r\nPING\r\n";
        try (RawClient client = new RawClient(node)) {
            for (int i = 0; i < requests.length(); i++) {
                client.send(requests.substring(i, i + 1));
            }
            String replies = "+OK\r\n$4\r\n\r\n$1\r\n$1\r\nq\r\n+PONG\r\n";
            assertEquals(replies, client.read(replies.length()));
        }
    }

    @Test
    void shouldRefuseWhatIsTooLargeAndStayInStep() throws Exception {
        try (RawClient client = new RawClient(node)) {
            for (int length : new int[] {LIMIT_BYTES + 1, 40 << 20}) {
                client.send("*3\r\n$3\r\nSET\r\n$3\r\nbig\r\n$" + length + "\r\n");
                byte[] piece = new byte[64 << 10];
                Arrays.fill(piece, (byte) '*');
                for (int sent = 0; sent < length; sent += piece.length) {
                    client.out().write(piece, 0, Math.min(piece.length, length - sent));
                }
                client.send("\r\nPING\r\n");
                assertEquals(
                        "-ERR value of " + length + " bytes is larger than max-value-size (" + LIMIT_BYTES
                                + " bytes)\r\n",
                        client.line());
                assertEquals("+PONG\r\n", client.line());
            }
            String longKey = "k".repeat((64 << 10) + 1);
            client.send("*3\r\n$3\r\nSET\r\n$" + longKey.length() + "\r\n" + longKey + "\r\n$1\r\nv\r\nPING\r\n");
            assertTrue(client.line().startsWith("-ERR "));
            assertEquals("+PONG\r\n", client.line());
        }
    }

    @Test
    void shouldCloseBehindWhatMakesNoSense() throws Exception {
        String[] senseless = {
            "*1\r\n:1\r\n",
            "expected '$', got ':'",
            "*x\r\n",
            "invalid multibulk length",
            "*2147483647\r\n",
            "invalid multibulk length",
            "*1\r\n$1073741824\r\n",
            "invalid bulk length",
            "*1\r\n$-1\r\n",
            "invalid bulk length",
            "*1" + "1".repeat(70_000),
            "too big mbulk count string",
            "a".repeat(70_000),
            "too big inline request"
        };
        for (int i = 0; i < senseless.length; i += 2) {
            try (RawClient client = new RawClient(node)) {
                client.send("PING\r\n" + senseless[i]);
                assertEquals("+PONG\r\n-ERR Protocol error: " + senseless[i + 1] + "\r\n", client.rest());
            }
        }
    }

    @Test
    void shouldReserveNothingForLengthsThatAreOnlyClaimed() throws Exception {
        long before = node.residentBytes();
        List<RawClient> claimants = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                RawClient claimant = new RawClient(node);
                claimant.send(
                        i % 2 == 0 ? "*1048576\r\n$536870912\r\nabc" : "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1048576\r\nx");
                claimants.add(claimant);
            }
            assertQuick();
            long grown = node.residentBytes() - before;
            assertTrue(grown < 100 << 20, "100 claims cost " + grown + " bytes");
        } finally {
            for (RawClient claimant : claimants) {
                claimant.close();
            }
        }
    }

    @Test
    void shouldEndureRubbish() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            byte[] rubbish = new byte[1 + random.nextInt(2_000)];
            random.nextBytes(rubbish);
            if (i % 2 == 0) {
                byte[] start = "*3\r\n$3\r\nSET\r\n$".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
                System.arraycopy(start, 0, rubbish, 0, Math.min(start.length, rubbish.length));
            }
            try (RawClient client = new RawClient(node)) {
                client.send(rubbish);
                client.end();
                client.rest();
            } catch (java.net.SocketTimeoutException e) {
                throw new AssertionError("no end of connection " + i + " of seed " + seed, e);
            } catch (java.net.SocketException e) {
                // closed by the node with bytes unread, which resets
            }
        }
        assertQuick();
    }

    @Test
    void shouldHold1000IdleConnections() throws Exception {
        List<RawClient> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 1_000; i++) {
                idle.add(new RawClient(node));
            }
            assertQuick();
            for (RawClient client : idle) {
                client.send("PING\r\n");
            }
            for (RawClient client : idle) {
                assertEquals("+PONG\r\n", client.line());
            }
        } finally {
            for (RawClient client : idle) {
                client.close();
            }
        }
    }

    @Test
    void shouldWithstandAStormOfResets() throws Exception {
        CompletableFuture<Void> storm = CompletableFuture.allOf(IntStream.range(0, 2)
                .mapToObj(thread -> CompletableFuture.runAsync(ProtocolIT::connectAndReset))
                .toArray(CompletableFuture[]::new));
        do {
            assertQuick();
        } while (!storm.isDone());
        storm.get();
    }

    @Test
    void shouldWaitQuietlyWhenThereAreNoMoreFiles() throws Exception {
        Path program = Path.of("/usr/bin/prlimit");
        Assumptions.assumeTrue(Files.isExecutable(program), "prlimit is missing; Debian has it in util-linux");
        Path descriptors = Path.of("/proc", Long.toString(node.pid()), "fd");
        List<RawClient> clients = new ArrayList<>();
        try (RespClient first = node.connect()) {
            int open = descriptors.toFile().list().length;
            limitFiles(program, open + 20);
            for (int i = 0; i < 40; i++) {
                clients.add(new RawClient(node));
                clients.get(i).send("PING\r\n");
            }
            Await.until("the trouble", LIMIT, () -> node.printed().contains("can't accept clients"));
            assertEquals("PONG", first.text("PING"));
            for (RawClient client : clients.subList(0, 30)) {
                client.reset();
            }
            assertEquals("+PONG\r\n", clients.get(39).line());
        } finally {
            limitFiles(program, 4_096);
            for (RawClient client : clients) {
                client.close();
            }
        }
        Await.until("the end of the trouble", LIMIT, () -> node.printed().contains("accepting clients again"));
        long lines =
                node.printed().lines().filter(line -> line.contains("accept")).count();
        assertTrue(lines < 10, node.printed());
    }

    private static void limitFiles(Path program, int limit) throws Exception {
        String[] command = {program.toString(), "--pid", Long.toString(node.pid()), "--nofile=" + limit + ":"};
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertEquals(0, process.waitFor());
    }

    private static void connectAndReset() {
        String[] unfinished = {"", "PING\r\n", "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100\r\nabc", "MULTI\r\nWATCH"};
        try {
            for (int i = 0; i < 1_000; i++) {
                RawClient client = new RawClient(node);
                client.send(unfinished[i % unfinished.length]);
                client.reset();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
