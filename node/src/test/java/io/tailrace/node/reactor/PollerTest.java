package io.tailrace.node.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.platform.CycleClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How one socket's failure is kept from the others, and what ends a wait. */
class PollerTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(30);

    private final List<Pipe> pipes = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();
    private Poller poller;
    private int woken;
    private int handled;

    @BeforeEach
    void open() throws IOException {
        poller = new Poller(Selector.open(), new CycleClock(() -> 0), (hasFound, mayHaveWaited) -> woken++);
    }

    @AfterEach
    void close() throws IOException {
        poller.close();
        for (Pipe pipe : pipes) {
            assertFalse(pipe.source().isOpen(), "registered channels are closed with the poller");
            pipe.sink().close();
        }
    }

    /** A channel with something to read, whose handler throws what it is given, if not null. */
    private void ready(Throwable thrown) throws IOException {
        Pipe pipe = Pipe.open();
        pipes.add(pipe);
        pipe.sink().write(ByteBuffer.allocate(1));
        poller.register(pipe.source(), SelectionKey.OP_READ, new ChannelHandler() {
            @Override
            public void onReady(SelectionKey key) throws IOException {
                handled++;
                if (thrown instanceof IOException) {
                    throw (IOException) thrown;
                } else if (thrown instanceof RuntimeException) {
                    throw (RuntimeException) thrown;
                } else if (thrown instanceof Error) {
                    throw (Error) thrown;
                }
            }

            @Override
            public void onFailure(Throwable cause) {
                failures.add(cause);
            }
        });
    }

    @Test
    void shouldCallAllHandlersWhateverOneOfThemThrows() throws IOException {
        List<Throwable> thrown = List.of(
                new IOException("reset"),
                new IllegalStateException("a fault of ours"),
                new OutOfMemoryError("a test's"));
        for (Throwable each : thrown) {
            ready(each);
            ready(null);
        }
        assertEquals(6, poller.poll(-1));
        assertEquals(6, handled);
        assertEquals(3, failures.size());
        assertTrue(failures.containsAll(thrown));
        assertEquals(1, woken, "the cycle's time is read once");
    }

    @Test
    void shouldNotBlockWithATaskInItsInbox() throws IOException {
        assertTrue(poller.inbox().offer(() -> handled++));
        assertEquals(0, poller.poll(LONG));
        assertEquals(1, poller.inbox().drain(() -> {}));
        assertEquals(1, handled);
        assertEquals(1, woken);
    }

    @Test
    void shouldWakeUpForATaskOfAnotherThread() throws Exception {
        Thread other = new Thread(() -> poller.inbox().offer(() -> handled++), "other");
        other.start();
        long deadline = System.nanoTime() + LONG;
        while (poller.inbox().drain(() -> {}) == 0 && System.nanoTime() - deadline < 0) {
            poller.poll(LONG);
        }
        other.join();
        assertEquals(1, handled);
        assertTrue(System.nanoTime() - deadline < 0, "the poll was not ended");
    }
}
