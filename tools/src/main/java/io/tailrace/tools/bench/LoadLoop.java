package io.tailrace.tools.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * All connections to one server, driven by the thread that calls.
 *
 * <pre>
 *  closed loop   each connection asks for a number of replies at once, and for as many again when all are answered: a reply's time is from its
 *                request, so a server that stands still is asked less meanwhile
 *  open loop     a number of requests a second is due, whatever the server does: a reply's time is from when its request was due, so nothing
 *                is left out that users would have waited for
 * </pre>
 */
final class LoadLoop implements AutoCloseable {
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long SPIN_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final Selector selector;
    private final List<LoadConnection> connections = new ArrayList<>();
    private Histogram times;
    private final int pipeline;
    private long toSend;
    private long toCome;
    private long lastReplyNanos;

    /**
     * What one run came to.
     *
     * @param ownNanos processor time of the thread that asked
     * @param times of replies, nanoseconds
     */
    record Run(long requests, long nanos, long ownNanos, long errors, String firstError, Histogram times) {
        double perSecond() {
            return requests * 1e9 / nanos;
        }
    }

    LoadLoop(BenchTarget target, Workload workload, int clients, int pipeline) throws IOException {
        this.pipeline = pipeline;
        selector = Selector.open();
        try {
            for (int i = 0; i < clients; i++) {
                LoadConnection connection = new LoadConnection(target.open(), workload, pipeline);
                connections.add(connection);
                connection.register(selector);
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static Histogram newHistogram() {
        return new Histogram(TimeUnit.MINUTES.toNanos(10), 3);
    }

    /** Sends this many requests, each connection for {@code pipeline} at once. */
    Run closed(long requests) throws IOException {
        times = newHistogram();
        toSend = requests;
        toCome = requests;
        long own = cpuNanos();
        long start = System.nanoTime();
        lastReplyNanos = start;
        for (LoadConnection connection : connections) {
            askNext(connection, start);
        }
        while (toCome > 0) {
            selector.select(this::onKeyClosed, SILENCE_NANOS / MILLI);
            failIfSilent(System.nanoTime());
        }
        return run(requests, start, own);
    }

    private void onKeyClosed(SelectionKey key) {
        LoadConnection connection = (LoadConnection) key.attachment();
        try {
            if (connection.hasUnsent()) {
                connection.flush();
            }
            if (key.isReadable()) {
                long now = take(connection);
                if (connection.waiting() == 0) {
                    askNext(connection, now);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void askNext(LoadConnection connection, long now) throws IOException {
        int count = (int) Math.min(pipeline, toSend);
        for (int i = 0; i < count && connection.hasRoom(); i++) {
            connection.ask(now);
            toSend--;
        }
        if (count > 0) {
            connection.flush();
        }
    }

    private long take(LoadConnection connection) throws IOException {
        int ended = connection.read();
        long now = System.nanoTime();
        toCome -= ended;
        lastReplyNanos = ended > 0 ? now : lastReplyNanos;
        int i = 0;
        while (i < ended) {
            long since = connection.taken();
            int alike = 1;
            i++;
            while (i < ended && pipeline > 1 && connection.isNextSince(since)) {
                connection.taken();
                alike++;
                i++;
            }
            times.recordValueWithCount(Math.max(0, now - since), alike);
        }
        return now;
    }

    /** Sends this many requests, at a rate of requests a second over all connections. */
    Run open(long requests, double rate) throws IOException {
        times = newHistogram();
        toCome = requests;
        long own = cpuNanos();
        long start = System.nanoTime();
        lastReplyNanos = start;
        double nanosEach = 1e9 / rate;
        long next = 0;
        while (toCome > 0) {
            long now = System.nanoTime();
            next = askDue(requests, next, start, nanosEach, now);
            long due = next == requests ? Long.MAX_VALUE : start + (long) (next * nanosEach) - now;
            if (due < SPIN_NANOS) {
                Thread.onSpinWait();
                selector.selectNow(this::onKeyOpen);
            } else {
                selector.select(this::onKeyOpen, Math.min(due, SILENCE_NANOS) / MILLI - 1);
            }
            failIfSilent(now);
        }
        return run(requests, start, own);
    }

    /** What a connection has no room for is asked for later; its time counts from when it was due all the same. */
    private long askDue(long requests, long first, long start, double nanosEach, long now) throws IOException {
        long next = first;
        while (next < requests) {
            long due = start + (long) (next * nanosEach);
            LoadConnection connection = connections.get((int) (next % connections.size()));
            if (due > now || !connection.hasRoom()) {
                break;
            }
            connection.ask(due);
            connection.flush();
            next++;
        }
        return next;
    }

    private void onKeyOpen(SelectionKey key) {
        LoadConnection connection = (LoadConnection) key.attachment();
        try {
            if (connection.hasUnsent()) {
                connection.flush();
            }
            if (key.isReadable()) {
                take(connection);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void failIfSilent(long now) throws IOException {
        if (toCome > 0 && now - lastReplyNanos > SILENCE_NANOS) {
            throw new IOException("no reply for " + TimeUnit.NANOSECONDS.toSeconds(SILENCE_NANOS) + " s");
        }
    }

    private Run run(long requests, long start, long ownBefore) {
        long errors = 0;
        String first = null;
        for (LoadConnection connection : connections) {
            errors += connection.errors();
            first = first == null ? connection.firstError() : first;
        }
        return new Run(requests, System.nanoTime() - start, cpuNanos() - ownBefore, errors, first, times);
    }

    @Override
    public void close() throws IOException {
        for (LoadConnection connection : connections) {
            connection.close();
        }
        selector.close();
    }
}
