package io.tailrace.node.report;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code GET /metrics} over HTTP, on threads of its own that share nothing with the shards' but what those have
 * published. The JDK's server; a request must come, and its answer be taken, within seconds. Any thread may close it.
 */
public final class MetricsServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);
    private static final String PATH = "/metrics";
    private static final int BACKLOG = 16;
    private static final int THREADS = 2;
    private static final String LIMIT_SECONDS = "5";

    static {
        // the JDK's server waits for slow clients forever unless these are set before it is loaded
        for (String limit : new String[] {"maxReqTime", "maxRspTime", "idleInterval"}) {
            String property = "sun.net.httpserver." + limit;
            if (System.getProperty(property) == null) {
                System.setProperty(property, LIMIT_SECONDS);
            }
        }
    }

    private final HttpServer server;
    private final ExecutorService threads;
    private final Supplier<byte[]> text;
    private final String contentType;

    /**
     * Binds the port; {@link #start} answers.
     *
     * @param text of the metrics, from any thread; null while there is none
     * @throws IOException when the address is in use or not ours
     */
    public MetricsServer(InetSocketAddress address, String contentType, Supplier<byte[]> text) throws IOException {
        server = HttpServer.create(address, BACKLOG);
        this.contentType = contentType;
        this.text = text;
        AtomicInteger count = new AtomicInteger();
        threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "metrics-" + count.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::answer);
    }

    public void start() {
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            if (!exchange.getRequestURI().getPath().equals(PATH)) {
                exchange.sendResponseHeaders(HttpURLConnection.HTTP_NOT_FOUND, -1);
            } else if (!method.equals("GET") && !method.equals("HEAD")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                exchange.sendResponseHeaders(HttpURLConnection.HTTP_BAD_METHOD, -1);
            } else {
                answer(exchange, method.equals("HEAD"));
            }
        } catch (IOException e) {
            LOG.debug("a client of the metrics port", e);
        } catch (RuntimeException e) {
            LOG.error("can't serve metrics", e);
        }
    }

    private void answer(HttpExchange exchange, boolean isHead) throws IOException {
        byte[] body = text.get();
        if (body == null) {
            exchange.sendResponseHeaders(HttpURLConnection.HTTP_UNAVAILABLE, -1);
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", contentType);
        if (isHead) {
            exchange.sendResponseHeaders(HttpURLConnection.HTTP_OK, -1);
            return;
        }
        exchange.sendResponseHeaders(HttpURLConnection.HTTP_OK, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
