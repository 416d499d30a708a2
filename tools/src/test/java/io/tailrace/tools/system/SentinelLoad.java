package io.tailrace.tools.system;

import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A client that asks Sentinels who the primary is and counts a key up there, one INCR after the other: the first lost write
 * that was acknowledged shows with the next one. Runs on a thread of its own until it is closed.
 */
final class SentinelLoad implements AutoCloseable {
    static final String KEY = "counter";
    private static final Duration CALL_LIMIT = Duration.ofSeconds(5);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long ASK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final List<Sentinel> sentinels;
    private final String password;
    private final Thread thread;
    private volatile long acknowledged;
    private volatile long unsure;
    private volatile boolean isStopping;
    private volatile Throwable failure;

    SentinelLoad(List<Sentinel> sentinels, String password) {
        this.sentinels = sentinels;
        this.password = password;
        thread = new Thread(this::run, "sentinel-load");
        thread.setDaemon(true);
        thread.start();
    }

    /** The highest value that was answered. */
    long acknowledged() {
        if (failure != null) {
            throw new AssertionError(failure.getMessage(), failure);
        }
        return acknowledged;
    }

    /** Writes that were sent after it and not answered. */
    long unsure() {
        return unsure;
    }

    private void run() {
        try {
            for (int i = 0; !isStopping; i = (i + 1) % sentinels.size()) {
                try (RespClient client = new RespClient(sentinels.get(i).primaryPort(), CALL_LIMIT)) {
                    client.call("AUTH", password);
                    writeOn(client);
                } catch (IOException e) {
                    LockSupport.parkNanos(ASK_AGAIN_NANOS);
                }
            }
        } catch (RuntimeException | Error e) {
            failure = e;
        }
    }

    /** Until the connection breaks or the node takes no writes. */
    private void writeOn(RespClient client) throws IOException {
        while (!isStopping) {
            unsure++;
            long value;
            try {
                value = client.number("INCR", KEY);
            } catch (ErrorReplyException e) {
                unsure -= e.getMessage().startsWith("READONLY") ? 1 : 0;
                throw e;
            }
            if (value <= acknowledged || value > acknowledged + unsure) {
                throw new AssertionError(
                        "became " + value + " after " + acknowledged + ", with " + unsure + " sent since");
            }
            acknowledged = value;
            unsure = 0;
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Returns when what it sent is answered. */
    void stop() {
        isStopping = true;
        try {
            thread.join(2 * CALL_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
    }
}
