package io.tailrace.tools.rdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With a server that answers as it is told, and then no more. */
@Timeout(60)
class CommandBatchesTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String YES = "+OK\r\n+OK\r\n";

    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private void shouldEnd(String replies, String message, String... commands) throws Exception {
        try (RespClient client = new RespClient(server.getLocalPort(), LIMIT);
                Socket peer = server.accept()) {
            peer.getOutputStream().write(replies.getBytes(StandardCharsets.US_ASCII));
            peer.shutdownOutput();
            CommandBatches batches = new CommandBatches(client, 10);
            for (String each : commands) {
                batches.add(Stream.of(each.split(" "))
                        .map(word -> word.getBytes(StandardCharsets.US_ASCII))
                        .toArray());
            }
            if (message == null) {
                batches.flush();
                assertEquals(10 + commands.length, batches.done());
            } else {
                assertEquals(
                        message, assertThrows(IOException.class, batches::flush).getMessage());
            }
        }
    }

    @Test
    void shouldDoAllOrNone() throws Exception {
        shouldEnd(YES + "+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n:1\r\n:2\r\n", null, "RPUSH a 1", "RPUSH a 2");
    }

    @Test
    void shouldLeaveTransactionsOfTheFileWhole() throws Exception {
        shouldEnd(
                YES + "+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n:1\r\n:2\r\n",
                null,
                "MULTI",
                "RPUSH a 1",
                "EXEC",
                "RPUSH a 2");
    }

    @Test
    void shouldTellHowToFindOutWhatWasDoneWhenTheConnectionBreaks() throws Exception {
        shouldEnd(
                YES + "+OK\r\n+QUEUED\r\n+QUEUED\r\n",
                "the node closed the connection; commands 11 to 12 were either all executed or not at all: check whether the"
                        + " last one, RPUSH a, was; if so continue with --skip 12, otherwise with --skip 10",
                "RPUSH a 1",
                "RPUSH a 2");
    }

    @Test
    void shouldStopExactlyAtTheCommandThatIsRefused() throws Exception {
        shouldEnd(
                YES + "+OK\r\n+QUEUED\r\n-OOM full\r\n-EXECABORT no\r\n" + ":1\r\n-OOM full\r\n",
                "command 12, SET b, was refused: OOM full; continue with --skip 11",
                "RPUSH a 1",
                "SET b 2");
    }

    @Test
    void shouldSayWhichOneFailedAmongThoseThatAreDone() throws Exception {
        shouldEnd(
                YES + "+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n:1\r\n-WRONGTYPE other\r\n",
                "command 14, SADD a, was refused: WRONGTYPE other; all others up to 14 were executed: continue without it with --skip 14",
                "MULTI",
                "RPUSH a 1",
                "EXEC",
                "SADD a 2");
    }

    /** Where a user has no right to MULTI nothing may be done before that is known. */
    @Test
    void shouldDoOneByOneWhereThereAreNoTransactions() throws Exception {
        shouldEnd("-NOPERM no\r\n:1\r\n:2\r\n", null, "RPUSH a 1", "RPUSH a 2");
    }

    @Test
    void shouldGoOnBeforeATransactionThatIsRefused() throws Exception {
        shouldEnd(
                "-NOPERM no\r\n:1\r\n+OK\r\n-OOM full\r\n",
                "command 13, SET b, was refused: OOM full; continue with --skip 11",
                "RPUSH a 1",
                "MULTI",
                "SET b 2",
                "EXEC");
    }
}
