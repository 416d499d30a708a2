package io.tailrace.node.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.platform.Background;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients of HTTP may do, and what they may cost. */
class HttpListenerTest {
    private static final int LIMIT_MS = 30_000;
    private static final int LARGE = 64 << 20;
    private static final String GET = "GET /ok HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private final AtomicLong micros = new AtomicLong(1_000_000);
    private final List<Socket> sockets = new ArrayList<>();
    private HttpListener listener;

    @BeforeEach
    void start() throws IOException {
        HttpHandler handler = (request, remote, isTrusted) -> switch (request.path()) {
            case "/ok" -> HttpReply.text(200, "fine, " + request.header("host"));
            case "/large" -> HttpReply.ok("text/plain", new byte[LARGE]);
            case "/fault" -> throw new IllegalStateException("on purpose");
            default -> HttpReply.text(404, "nothing");
        };
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        listener = new HttpListener("web-test", any, handler, Background.THREADS, micros::get);
        listener.start(null);
    }

    @AfterEach
    void stop() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port());
        socket.setSoTimeout(LIMIT_MS);
        sockets.add(socket);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String readAll(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    private String ask(String request) throws IOException {
        Socket socket = connect();
        send(socket, request);
        return readAll(socket);
    }

    private static int status(String reply) {
        assertTrue(reply.matches("(?s)HTTP/1\\.1 \\d{3} [A-Za-z ]+\r\n.*\r\n\r\n.*"), reply);
        return Integer.parseInt(reply.substring(9, 12));
    }

    @Test
    void shouldAnswerARequestAndClose() throws Exception {
        String reply = ask(GET);
        assertEquals(200, status(reply));
        assertTrue(reply.endsWith("\r\n\r\nfine, localhost\n"), reply);
        assertTrue(reply.contains("\r\nContent-Length: 16\r\n"), reply);
        assertTrue(ask("HEAD /ok?a=b HTTP/1.0\n\n").endsWith("\r\n\r\n"));
        assertEquals(404, status(ask("GET /../etc/passwd HTTP/1.1\r\n\r\n")));
        assertEquals(500, status(ask("GET /fault HTTP/1.1\r\n\r\n")));
    }

    @ParameterizedTest
    @CsvSource({
        "405, POST /ok HTTP/1.1~Content-Length: 5~~hello",
        "405, BREW /ok HTTP/1.1~~",
        "405, CONNECT / HTTP/1.1~~",
        "400, GET /ok~~",
        "400, CONNECT example.org:80 HTTP/1.1~~",
        "400, GET http://example.org/ok HTTP/1.1~~",
        "400, GET  /ok HTTP/1.1~~",
        "400, *1|$4|PING|~~",
        "400, GET /ok HTTP/1.1~ folded: 1~~",
        "400, GET /ok HTTP/1.1~no colon~~",
        "400, GET /ok HTTP/1.1~Host: a~Host: b~~",
        "505, GET /ok HTTP/2.0~~",
        "505, PRI * HTTP/2.0~~SM~~",
        "400, \u0016\u0003\u0001~~",
    })
    void shouldRefuseWhatIsNoRequestForIt(int status, String request) throws Exception {
        assertEquals(status, status(ask(request.replace("~", "\r\n").replace('|', '\n'))));
    }

    @Test
    void shouldTakeARequestByteByByte() throws Exception {
        for (String end : new String[] {"\r\n", "\n"}) {
            Socket socket = connect();
            socket.setTcpNoDelay(true);
            for (char c : GET.replace("\r\n", end).toCharArray()) {
                send(socket, String.valueOf(c));
            }
            assertEquals(200, status(readAll(socket)));
        }
    }

    @Test
    void shouldRefuseAHeadThatIsTooLong() throws Exception {
        String filling = "x".repeat(HttpConnection.MAX_HEAD);
        assertEquals(431, status(ask("GET /" + filling + " HTTP/1.1\r\n\r\n")));
        assertEquals(431, status(ask("GET /ok HTTP/1.1\r\nA: " + filling + "\r\n\r\n")));
    }

    @Test
    void shouldAnswerThoughOthersHoldMoreConnectionsThanThereAre() throws Exception {
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < 3 * HttpListener.MAX_CONNECTIONS; i++) {
            Socket socket = connect();
            slow.add(socket);
            send(socket, "GET /ok HTTP/1.1\r\nHost: a");
            assertEquals(200, status(ask(GET)), "beside " + i);
        }
        assertTrue(threads() <= 2 * HttpListener.MAX_CONNECTIONS + 2, "threads: " + threads());
        // the oldest ones were closed for the others
        assertEnded(slow.get(0));
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("web-test"))
                .count();
    }

    private static void assertEnded(Socket socket) throws IOException {
        try {
            assertEquals(-1, socket.getInputStream().read());
        } catch (SocketException e) {
            assertTrue(e.getMessage().contains("reset"), e.getMessage());
        }
    }

    @Test
    void shouldEndAfterItsTimeWhoSendsNoEndOrTakesNoReply() throws Exception {
        Socket half = connect();
        send(half, "GET /ok HTTP/1.1\r\n");
        Socket greedy = connect();
        send(greedy, "GET /large HTTP/1.1\r\n\r\n");
        assertEquals('H', greedy.getInputStream().read());
        micros.addAndGet(11_000_000);
        assertEnded(half);
        long taken = 0;
        try {
            byte[] buffer = new byte[1 << 16];
            for (int count = 0; count >= 0; taken += count) {
                count = greedy.getInputStream().read(buffer);
            }
        } catch (SocketException e) {
            assertTrue(e.getMessage().contains("reset"), e.getMessage());
        }
        assertTrue(taken < LARGE, "it was cut, after " + taken);
        assertEquals(200, status(ask(GET)));
    }

    @Test
    void shouldThrowNothingElseForAnyBytes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String alphabet = "GET / HTTP/1.1\r\nHost: a:Authorization Basic \u0000\u00ff=";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder head =
                    new StringBuilder(random.nextBoolean() ? "GET / HTTP/1.1\r\nAuthorization: Basic " : "");
            for (int length = random.nextInt(60); length > 0; length--) {
                head.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                HttpRequest.parse(head.toString()).login();
            } catch (HttpException e) {
                assertTrue(e.reply().status() >= 400);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + head, e);
            }
        }
    }

    @Test
    void shouldNotTakeAPortThatIsInUse() {
        InetSocketAddress taken = new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.port());
        assertThrows(
                IOException.class,
                () -> new HttpListener("taken", taken, (a, b, c) -> null, Background.THREADS, micros::get));
    }
}
