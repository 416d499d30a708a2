package io.tailrace.tools.bench;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Writes a key on a primary a hundred times a second, reads it on a replica until it is there, and notes how long that took from
 * the write's answer. A thread of its own until it is closed; what it notes may be read then.
 */
final class LagProbe implements AutoCloseable {
    private static final String KEY = "bench:lag";
    private static final long EACH_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final SocketChannel primary;
    private final SocketChannel replica;
    private final Histogram lag;
    private final Thread thread = new Thread(this::run, "bench-lag");
    private volatile boolean isClosed;
    private IOException failure;

    private LagProbe(BenchTarget primary, BenchTarget replica, Histogram lag) throws IOException {
        this.primary = primary.open();
        this.primary.configureBlocking(true);
        this.replica = replica.open();
        this.replica.configureBlocking(true);
        this.lag = lag;
    }

    static LagProbe start(BenchTarget primary, BenchTarget replica, Histogram lag) throws IOException {
        LagProbe probe = new LagProbe(primary, replica, lag);
        probe.thread.start();
        return probe;
    }

    /** Nanoseconds. */
    static Histogram newHistogram() {
        return new Histogram(TimeUnit.MINUTES.toNanos(10), 3);
    }

    private void run() {
        try {
            for (long i = 1; !isClosed; i++) {
                // what a write before this run left there is none of these
                String value = System.nanoTime() + "-" + i;
                BenchTarget.call(primary, "SET", KEY, value);
                long written = System.nanoTime();
                await(value, written);
                lag.recordValue(System.nanoTime() - written);
                LockSupport.parkNanos(EACH_NANOS);
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    private void await(String value, long written) throws IOException {
        while (!value.equals(BenchTarget.call(replica, "GET", KEY))) {
            if (System.nanoTime() - written > LIMIT_NANOS) {
                throw new IOException("the replica has not received a write after "
                        + TimeUnit.NANOSECONDS.toSeconds(LIMIT_NANOS) + " s: is it a replica of that primary?");
            }
        }
    }

    @Override
    public void close() throws IOException {
        isClosed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        primary.close();
        replica.close();
        if (failure != null) {
            throw failure;
        }
    }
}
