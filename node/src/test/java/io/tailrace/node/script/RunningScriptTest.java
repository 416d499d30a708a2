package io.tailrace.node.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.wire.resp.Arguments;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RunningScriptTest {
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final AtomicInteger late = new AtomicInteger();
    private final RunningScript script = new RunningScript(late);

    private void begin() {
        script.begin("name", new Arguments(), false, 0);
    }

    /** A thread that answers for a shard must find the script late to its end: what it would run else would run beside the script. */
    @Test
    void shouldStayLateUntilNobodyAnswersForIt() throws Exception {
        begin();
        script.late();
        assertTrue(script.beginAnswering());
        Thread ending = new Thread(script::end);
        ending.start();
        long begun = System.nanoTime();
        while (ending.getState() != Thread.State.TIMED_WAITING) {
            assertTrue(System.nanoTime() - begun < DEADLINE_NANOS, "it waits");
            Thread.onSpinWait();
        }
        assertTrue(script.isLate());
        assertEquals(1, late.get());
        assertFalse(script.beginAnswering(), "nobody begins any more");
        script.endAnswering();
        ending.join(TimeUnit.NANOSECONDS.toMillis(DEADLINE_NANOS));
        assertFalse(ending.isAlive());
        assertFalse(script.isLate());
        assertEquals(0, late.get());
        assertFalse(script.beginAnswering());
    }

    @Test
    void shouldAnswerForTheNextOne() {
        begin();
        script.late();
        script.end();
        begin();
        assertFalse(script.beginAnswering(), "it is not late yet");
        script.late();
        assertTrue(script.beginAnswering());
        script.endAnswering();
        script.end();
        assertEquals(0, late.get());
    }
}
