package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.tailrace.tools.clients.ClientProgram;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.AwaitException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Chromium without a window, driven over its DevTools: one page, which is looked at, clicked and typed into. One thread. */
final class Browser implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final Pattern LISTENING = Pattern.compile("DevTools listening on ws://([^/]+)/");
    private static final Pattern SOCKET = Pattern.compile("\"webSocketDebuggerUrl\": *\"([^\"]+)\"");
    private static final Pattern ID = Pattern.compile("^\\{\"id\":(\\d+),");

    private final Process process;
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<String>> asked = new ConcurrentHashMap<>();
    private int calls;

    /** Skips the test where there is none. */
    Browser(Path directory) throws IOException, InterruptedException {
        String program =
                NAMES.stream().filter(ClientProgram::isOnPath).findFirst().orElse(null);
        if (program == null) {
            System.err.println("skipped: chromium is missing; Debian has it in the package chromium");
        }
        assumeTrue(program != null, "chromium is missing; Debian has it in the package chromium");
        Path log = directory.resolve("chromium.txt");
        ProcessBuilder builder = new ProcessBuilder(
                        program,
                        "--headless=new",
                        // tests run as root in containers; the only page is ours
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-extensions",
                        "--disable-background-networking",
                        "--hide-scrollbars",
                        "--ignore-certificate-errors",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + directory.resolve("profile"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("TMPDIR", directory.toString());
        process = builder.start();
        try {
            socket = connect(log);
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
        call("Page.enable", "");
    }

    private WebSocket connect(Path log) throws IOException, InterruptedException {
        Await.until("chromium to listen", LIMIT, () -> LISTENING
                .matcher(Files.readString(log))
                .find());
        Matcher address = LISTENING.matcher(Files.readString(log));
        address.find();
        HttpClient http = HttpClient.newHttpClient();
        URI page = URI.create("http://" + address.group(1) + "/json/new?about:blank");
        HttpRequest request = HttpRequest.newBuilder(page)
                .PUT(HttpRequest.BodyPublishers.noBody())
                .timeout(LIMIT)
                .build();
        Matcher url = SOCKET.matcher(
                http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        if (!url.find()) {
            throw new IOException("chromium has made no page");
        }
        return http.newWebSocketBuilder()
                .buildAsync(URI.create(url.group(1)), new Replies())
                .join();
    }

    /** Of the socket's thread. */
    private final class Replies implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean isLast) {
            text.append(data);
            if (isLast) {
                Matcher id = ID.matcher(text);
                CompletableFuture<String> call = id.find() ? asked.remove(Integer.parseInt(id.group(1))) : null;
                if (call != null) {
                    call.complete(text.toString());
                }
                text.setLength(0);
            }
            from.request(1);
            return null;
        }
    }

    private static String quote(String text) {
        return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }

    /** @param parameters JSON, without its braces */
    private String call(String method, String parameters) throws IOException {
        int id = ++calls;
        CompletableFuture<String> reply = new CompletableFuture<>();
        asked.put(id, reply);
        socket.sendText("{\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":{" + parameters + "}}", true);
        try {
            String text = reply.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            if (text.contains("\"exceptionDetails\"") || text.startsWith("{\"id\":" + id + ",\"error\"")) {
                throw new IOException(method + ": " + text);
            }
            return text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IOException("chromium does not answer " + method, e);
        }
    }

    /** The first field of that name in a reply. */
    private static String field(String json, String name) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME && parser.currentName().equals(name)) {
                    parser.nextToken();
                    return parser.getText();
                }
            }
        }
        throw new IOException("no " + name + " in " + json);
    }

    void size(int width, int height) throws IOException {
        call(
                "Emulation.setDeviceMetricsOverride",
                "\"width\":" + width + ",\"height\":" + height + ",\"deviceScaleFactor\":1,\"mobile\":"
                        + (width < 600));
    }

    void dark(boolean isWanted) throws IOException {
        String scheme = isWanted ? "dark" : "light";
        call(
                "Emulation.setEmulatedMedia",
                "\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"" + scheme + "\"}]");
    }

    void open(String url) throws IOException {
        call("Page.navigate", "\"url\":" + quote(url));
    }

    /** What a JavaScript expression is, as text. */
    String value(String expression) throws IOException {
        String wanted = "String(" + expression + ")";
        return field(call("Runtime.evaluate", "\"returnByValue\":true,\"expression\":" + quote(wanted)), "value");
    }

    /** Waits until it is so. */
    void await(String expression) throws IOException {
        await(expression, () -> {});
    }

    /** What is done before each look. */
    interface Step {
        void take() throws IOException;
    }

    /** Waits until it is so, and does something meanwhile. */
    void await(String expression, Step step) throws IOException {
        try {
            Await.until(expression, LIMIT, () -> {
                step.take();
                return value(expression).equals("true");
            });
        } catch (AwaitException e) {
            throw new AssertionError(e.getMessage() + "; the page is:\n" + value("document.body.innerText"), e);
        }
    }

    /** Clicks into the middle of an element, by the mouse. */
    void click(String selector) throws IOException {
        String[] at = value("(() => { const e = document.querySelector(" + quote(selector)
                        + "); e.scrollIntoView({block:'center'}); const r = e.getBoundingClientRect();"
                        + " return (r.x + r.width / 2) + ' ' + (r.y + r.height / 2); })()")
                .split(" ");
        for (String type : List.of("mousePressed", "mouseReleased")) {
            call(
                    "Input.dispatchMouseEvent",
                    "\"type\":\"" + type + "\",\"x\":" + at[0] + ",\"y\":" + at[1]
                            + ",\"button\":\"left\",\"clickCount\":1");
        }
    }

    /** Presses a key that writes no character. */
    void key(String name, int code) throws IOException {
        for (String type : List.of("rawKeyDown", "keyUp")) {
            call(
                    "Input.dispatchKeyEvent",
                    "\"type\":\"" + type + "\",\"key\":\"" + name + "\",\"code\":\"" + name
                            + "\",\"windowsVirtualKeyCode\":" + code);
        }
    }

    /** Of the whole page, as PNG. */
    void screenshot(Path file) throws IOException {
        String data =
                field(call("Page.captureScreenshot", "\"format\":\"png\",\"captureBeyondViewport\":true"), "data");
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, Base64.getDecoder().decode(data.getBytes(StandardCharsets.US_ASCII)));
    }

    @Override
    public void close() {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
