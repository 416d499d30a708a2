package io.tailrace.node.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricsServerTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    static {
        // before the server is loaded; its own limit is a few seconds
        System.setProperty("sun.net.httpserver.maxReqTime", "1");
    }

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();
    private byte[] text = "up 1.0\n".getBytes(StandardCharsets.US_ASCII);
    private MetricsServer server;

    @BeforeEach
    void start() throws IOException {
        server = new MetricsServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "text/plain; version=0.0.4", () -> text);
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> ask(String method, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(LIMIT)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void shouldAnswerMetricsAndNothingElse() throws Exception {
        HttpResponse<String> response = ask("GET", "/metrics");
        assertEquals(200, response.statusCode());
        assertEquals("up 1.0\n", response.body());
        assertEquals(
                "text/plain; version=0.0.4",
                response.headers().firstValue("Content-Type").orElse(""));
        assertEquals("", ask("HEAD", "/metrics").body());
        assertEquals(404, ask("GET", "/").statusCode());
        assertEquals(405, ask("POST", "/metrics").statusCode());
    }

    @Test
    void shouldSayThatThereIsNothingYet() throws Exception {
        text = null;
        assertEquals(503, ask("GET", "/metrics").statusCode());
    }

    @Test
    void shouldGiveUpSlowClientsThatKeepOthersWaiting() throws Exception {
        Socket[] slow = new Socket[6];
        try {
            for (int i = 0; i < slow.length; i++) {
                slow[i] = new Socket(InetAddress.getLoopbackAddress(), server.port());
                slow[i].getOutputStream().write("GET /metrics HTTP/1.1\r\nHost:".getBytes(StandardCharsets.US_ASCII));
            }
            assertEquals(200, ask("GET", "/metrics").statusCode());
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void shouldNotTakeAPortThatIsInUse() {
        InetSocketAddress taken = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
        assertThrows(IOException.class, () -> new MetricsServer(taken, "text/plain", () -> text));
    }
}
