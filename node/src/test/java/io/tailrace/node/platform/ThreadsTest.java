package io.tailrace.node.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ThreadsTest {
    private final AtomicInteger placed = new AtomicInteger();
    private final Threads threads = new Threads(placed::incrementAndGet);
    private final AtomicReference<Thread> thread = new AtomicReference<>();
    private final AtomicReference<String> name = new AtomicReference<>();

    private void note() {
        thread.set(Thread.currentThread());
        name.set(Thread.currentThread().getName());
    }

    private static void awaitIdle(Thread thread) {
        while (thread.getState() != Thread.State.WAITING || !thread.getName().equals("idle-helper")) {
            Thread.onSpinWait();
        }
    }

    @Test
    void shouldGiveAWorkTheThreadOfOneThatIsOver() {
        threads.run("first", this::note).await();
        Thread first = thread.get();
        assertEquals("first", name.get());
        assertTrue(first.isDaemon());
        awaitIdle(first);
        assertEquals(2, placed.get(), "when it starts, and after its work");

        threads.run("second", this::note).await();
        assertSame(first, thread.get());
        assertEquals("second", name.get());
    }

    @Test
    void shouldGiveEachWorkAThreadToItself() throws InterruptedException {
        CountDownLatch mayEnd = new CountDownLatch(1);
        CountDownLatch hasBegun = new CountDownLatch(1);
        Background.Task waiting = threads.run("waiting", () -> {
            note();
            hasBegun.countDown();
            awaitQuietly(mayEnd);
        });
        hasBegun.await();
        Thread first = thread.get();
        threads.run("other", this::note).await();
        assertNotEquals(first, thread.get());
        assertFalse(waiting.isOver());
        mayEnd.countDown();
        waiting.await();
        assertTrue(waiting.isOver());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldDoAWorkInItsParts() {
        AtomicInteger steps = new AtomicInteger();
        threads.start("parts", () -> switch (steps.incrementAndGet()) {
                    case 1 -> Background.Work.MORE;
                    case 2 -> TimeUnit.MILLISECONDS.toNanos(1);
                    default -> Background.Work.OVER;
                })
                .await();
        assertEquals(3, steps.get());
    }

    /** The thread is lost, who waits is not, and the next work has another. */
    @Test
    void shouldBeOverAfterAFault() {
        AtomicReference<Throwable> fault = new AtomicReference<>();
        threads.run("faulty", () -> {
                    Thread.currentThread().setUncaughtExceptionHandler((faulty, e) -> fault.set(e));
                    throw new IllegalStateException("a fault");
                })
                .await();
        threads.run("next", this::note).await();
        assertEquals("next", name.get());
        while (fault.get() == null) {
            Thread.onSpinWait();
        }
        assertEquals("a fault", fault.get().getMessage());
    }
}
