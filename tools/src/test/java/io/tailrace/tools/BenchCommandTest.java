package io.tailrace.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
class BenchCommandTest {
    /** A server that counts what it is asked, and answers it. */
    private static final class CountingServer implements AutoCloseable {
        private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final Map<String, LongAdder> commands = new ConcurrentHashMap<>();
        private volatile String value = "";

        private CountingServer() throws IOException {
            start(this::accept);
        }

        private static void start(Runnable task) {
            Thread thread = new Thread(task, "counting-server");
            thread.setDaemon(true);
            thread.start();
        }

        private void accept() {
            try {
                while (true) {
                    Socket socket = listener.accept();
                    start(() -> serve(socket));
                }
            } catch (IOException e) {
                // closed
            }
        }

        private void serve(Socket socket) {
            try (socket) {
                InputStream in = new BufferedInputStream(socket.getInputStream());
                OutputStream out = socket.getOutputStream();
                for (int count = count(in); count > 0; count = count(in)) {
                    List<String> words = new ArrayList<>();
                    for (int i = 0; i < count; i++) {
                        words.add(new String(in.readNBytes(count(in)), StandardCharsets.ISO_8859_1));
                        in.readNBytes(2);
                    }
                    out.write(reply(words).getBytes(StandardCharsets.ISO_8859_1));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static int count(InputStream in) throws IOException {
            int number = 0;
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    return 0;
                }
                number = next >= '0' && next <= '9' ? number * 10 + next - '0' : number;
            }
            return number;
        }

        private String reply(List<String> words) {
            commands.computeIfAbsent(words.get(0), any -> new LongAdder()).increment();
            return switch (words.get(0)) {
                case "INFO" -> {
                    String info = "redis_version:9.9\r\nprocess_id:"
                            + ProcessHandle.current().pid() + "\r\n";
                    yield "$" + info.length() + "\r\n" + info + "\r\n";
                }
                case "GET" -> "$" + value.length() + "\r\n" + value + "\r\n";
                case "SET" -> {
                    value = words.get(2);
                    yield "+OK\r\n";
                }
                default -> "-ERR unknown command\r\n";
            };
        }

        private long asked(String command) {
            return commands.getOrDefault(command, new LongAdder()).sum();
        }

        private String address() {
            return "127.0.0.1:" + listener.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private CountingServer first;
    private CountingServer second;

    @BeforeEach
    void start() throws IOException {
        first = new CountingServer();
        second = new CountingServer();
    }

    @AfterEach
    void stop() throws IOException {
        first.close();
        second.close();
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("bench", first.address(), "--clients", "3", "--warm-up", "0"));
        all.addAll(List.of(arguments));
        return Tailrace.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(all.toArray(new String[0]));
    }

    @Test
    void shouldAskBothServersForAsMuchAndTellTheRatio() throws IOException {
        Path json = directory.resolve("report.json");
        Path html = directory.resolve("report.html");

        int code = run(
                "--vs",
                second.address(),
                "--ops",
                "set",
                "--pipeline",
                "4",
                "--rounds",
                "2",
                "--requests",
                "1001",
                "--json",
                json.toString(),
                "--html",
                html.toString());

        assertEquals(0, code, out::toString);
        assertEquals(2_002, first.asked("SET"));
        assertEquals(2_002, second.asked("SET"));
        assertTrue(out.toString().contains("set -P 4"), out::toString);
        assertTrue(out.toString().contains(second.address() + " redis 9.9"), out::toString);
        int objects = 0;
        try (JsonParser parser = new JsonFactory().createParser(json.toFile())) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                objects += token == JsonToken.START_OBJECT ? 1 : 0;
            }
        }
        assertTrue(objects > 20, "servers, figures and ratios: " + objects);
        String page = Files.readString(html);
        assertTrue(page.contains("<svg") && page.contains("</html>"), page);
        assertFalse(page.contains("http://") || page.contains("src="), "it needs nothing else");
    }

    @Test
    void shouldFillWhatIsReadAndMix() {
        assertEquals(
                0,
                run("--mix", "get=3,set=1", "--keys", "500", "--requests", "4000", "--rounds", "1", "--pipeline", "8"),
                out::toString);
        long sets = first.asked("SET") - 500;
        assertEquals(4_000, sets + first.asked("GET"));
        assertTrue(sets > 800 && sets < 1_200, "a quarter: " + sets);
    }

    @Test
    void shouldAskAtARateAndMeasureTheLagOfAReplica() {
        assertEquals(
                0,
                run(
                        "--command",
                        "GET {key}",
                        "--rate",
                        "2000",
                        "--requests",
                        "600",
                        "--rounds",
                        "1",
                        "--replica",
                        first.address()),
                out::toString);
        assertTrue(first.asked("GET") > 600, "its own and the probe's: " + first.asked("GET"));
        assertTrue(out.toString().contains("lag of its replica"), out::toString);
    }

    @Test
    void shouldFailWhenAServerRepliesWithErrors() {
        assertEquals(1, run("--ops", "incr", "--requests", "10", "--rounds", "1", "--pipeline", "1"));
        assertTrue(out.toString().contains("10 errors, the first: ERR unknown command"), out::toString);
    }

    @Test
    void shouldSayWhatIsWrong() {
        for (String[] wrong : new String[][] {
            {"--ops", "nothing"},
            {"--mix", "get"},
            {"--keys", "0"},
            {"--value-size", "9-3"},
            {"--rounds", "0"},
            {"--requests", "many"},
            {"--vs", "nowhere"}
        }) {
            out.getBuffer().setLength(0);
            assertEquals(2, run(wrong), () -> String.join(" ", wrong) + ": " + out);
            assertTrue(out.toString().contains(wrong[1]), out::toString);
        }
    }
}
