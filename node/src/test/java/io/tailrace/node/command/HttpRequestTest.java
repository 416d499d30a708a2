package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.shard.RebuildException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP requests that a browser was tricked into sending: nothing of them, or after them, may run. */
class HttpRequestTest {
    private SessionBench bench;
    private SessionBench.Client browser;
    private SessionBench.Client client;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException, RebuildException {
        bench = new SessionBench(directory, 2);
        browser = bench.client();
        client = bench.client();
    }

    @AfterEach
    void stop() throws IOException {
        bench.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1\r\nHost: here:6379\r\nContent-Length: 20\r\n\r\nSET stolen 1\r\n",
                "post /x\r\nSET stolen 1\r\n",
                "pOsT\r\nSET stolen 1\r\n",
                "*1\r\n$4\r\nPOST\r\nSET stolen 1\r\n",
                "*3\r\n$4\r\npost\r\n$1\r\n/\r\n$8\r\nHTTP/1.1\r\n*3\r\n$3\r\nSET\r\n$6\r\nstolen\r\n$1\r\n1\r\n",
                "*2\r\n$5\r\nhOsT:\r\n$1\r\nx\r\nSET stolen 1\r\n",
                "GET / HTTP/1.1\r\nHost: here:6379\r\nUser-Agent: x\r\n\r\nSET stolen 1\r\n",
                "User-Agent: x\r\nhost: here\r\nSET stolen 1\r\n",
                "User-Agent: x\r\nHOST:here\r\nSET stolen 1\r\n",
                "GET / HTTP/1.0\r\n\r\nSET stolen 1\r\n",
                "PUT /a http/1.0\r\n\r\nSET stolen 1\r\n",
                "DELETE / HTTP/1.1\r\n\r\nSET stolen 1\r\n",
                "OPTIONS * HTTP/1.1\r\nAccept: *\r\n\r\nSET stolen 1\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nSET stolen 1\r\n",
                "MULTI\r\nPOST / HTTP/1.1\r\nSET stolen 1\r\nEXEC\r\n",
                "SUBSCRIBE c\r\nHost: x\r\nSET stolen 1\r\n",
                "SET first 1\r\nHost: x\r\nSET stolen 1\r\n"
            })
    void shouldCloseTheConnectionAtOnce(String request) {
        browser.sendRaw(request);
        assertTrue(browser.isClosed());
        assertEquals("$-1", client.reply("GET", "stolen").toString());
    }

    @Test
    void shouldCloseBeforeAuthenticationToo() throws Exception {
        client.reply("CONFIG", "SET", "requirepass", "secret");
        SessionBench.Client stranger = bench.client();
        stranger.sendRaw("POST / HTTP/1.1\r\nAUTH secret\r\nSET stolen 1\r\n");
        assertTrue(stranger.isClosed());
        assertEquals("$-1", client.reply("GET", "stolen").toString());
    }

    @Test
    void shouldTakeWhatOnlyLooksLikeIt() {
        for (Map.Entry<String, String> each : Map.of(
                        "SET HTTP/1.1 POST", "+OK",
                        "GET HTTP/1.1", "$4 POST",
                        "SET Host: HTTP/1.1", "+OK",
                        "ECHO Host:", "$5 Host:")
                .entrySet()) {
            assertEquals("+OK", browser.reply("SET", "HTTP/1.1", "POST").line());
            browser.sendRaw(each.getKey() + "\r\n");
            assertEquals(each.getValue(), browser.next().toString(), each.getKey());
        }
        assertEquals(
                "-ERR unknown command 'HOSTS', with args beginning with: ",
                browser.reply("HOSTS").line());
        assertTrue(browser.reply("GET", "/").line().startsWith("$"));
    }
}
