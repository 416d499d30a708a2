package io.tailrace.node.admin;

import io.tailrace.node.platform.Background;
import io.tailrace.node.security.Tls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port that answers HTTP/1.1, one request a connection. It has threads of the node's background, which are kept off the shards'
 * processors: one that accepts, one that aborts what takes too long, and one for each of at most {@value #MAX_CONNECTIONS} connections. Who
 * comes when there are as many closes the oldest of them, so that clients that only hold connections keep nobody out. Any thread may
 * close it.
 *
 * <p>Not the JDK's server: its limits are properties of the whole process, its TLS can't be exchanged while it runs, and a client that
 * takes no reply holds one of its threads until a timer of tens of seconds.
 */
public final class HttpListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);
    static final int MAX_CONNECTIONS = 16;
    private static final int BACKLOG = 64;
    private static final long LIMIT_MICROS = 10_000_000;
    private static final long CHECK_MS = 500;
    private static final long PAUSE_NANOS = 200_000_000;

    private final String name;
    private final ServerSocket listener;
    private final HttpHandler handler;
    private final Background background;
    private final LongSupplier steadyMicros;
    private final Deque<HttpConnection> open = new ArrayDeque<>();
    private int threads;
    private ScheduledExecutorService timer;

    /**
     * Binds the port; {@link #start} answers.
     *
     * @param name of its threads
     * @throws IOException when the address is in use or not ours
     */
    HttpListener(
            String name,
            InetSocketAddress address,
            HttpHandler handler,
            Background background,
            LongSupplier steadyMicros)
            throws IOException {
        this.name = name;
        this.handler = handler;
        this.background = background;
        this.steadyMicros = steadyMicros;
        if (address.isUnresolved()) {
            throw new IOException("the host is not known");
        }
        listener = new ServerSocket();
        try {
            listener.setReuseAddress(true);
            listener.bind(address, BACKLOG);
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    /** @param tls what clients speak, null for none */
    public synchronized void start(Tls tls) {
        timer = background.executor(name + "-timer");
        timer.scheduleWithFixedDelay(this::abortOverdue, CHECK_MS, CHECK_MS, TimeUnit.MILLISECONDS);
        background.run(name, () -> acceptAll(tls));
    }

    public int port() {
        return listener.getLocalPort();
    }

    private void acceptAll(Tls tls) {
        boolean isTold = false;
        while (!listener.isClosed()) {
            try {
                take(listener.accept(), tls);
                isTold = false;
            } catch (IOException | OutOfMemoryError e) {
                if (!isTold && !listener.isClosed()) {
                    LOG.warn("{} port: can't take a connection, trying again: {}", name, e.getMessage());
                }
                isTold = true;
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private void take(Socket socket, Tls tls) {
        HttpConnection connection = new HttpConnection(socket, tls, handler, steadyMicros.getAsLong() + LIMIT_MICROS);
        HttpConnection oldest;
        synchronized (this) {
            oldest = open.size() < MAX_CONNECTIONS ? null : open.pollFirst();
            // those that were aborted are on their way out; no more of them than of the others
            boolean isTaken = threads < 2 * MAX_CONNECTIONS && !listener.isClosed();
            if (isTaken) {
                threads++;
                open.addLast(connection);
                begin(connection);
            } else {
                connection.abort();
            }
        }
        if (oldest != null) {
            oldest.abort();
        }
    }

    private void begin(HttpConnection connection) {
        boolean isBegun = false;
        try {
            background.run(name + "-client", () -> serve(connection));
            isBegun = true;
        } finally {
            if (!isBegun) {
                // the process can't have another thread
                open.remove(connection);
                threads--;
                connection.abort();
            }
        }
    }

    private void serve(HttpConnection connection) {
        try {
            connection.run();
        } finally {
            synchronized (this) {
                open.remove(connection);
                threads--;
            }
        }
    }

    private void abortOverdue() {
        long now = steadyMicros.getAsLong();
        List<HttpConnection> overdue = new ArrayList<>();
        synchronized (this) {
            open.removeIf(connection -> connection.isOver(now) && overdue.add(connection));
        }
        overdue.forEach(HttpConnection::abort);
    }

    @Override
    public synchronized void close() {
        try {
            listener.close();
        } catch (IOException e) {
            LOG.debug("closing", e);
        }
        open.forEach(HttpConnection::abort);
        if (timer != null) {
            timer.shutdownNow();
        }
    }
}
