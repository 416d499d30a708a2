package io.tailrace.tools.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.demo.Await;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long NEVER_MS = TimeUnit.HOURS.toMillis(1);

    private final StringWriter terminal = new StringWriter();

    private String seen() {
        return terminal.toString();
    }

    @Test
    void shouldSayHowFarItIsAndTakeThatAwayAtTheEnd() throws Exception {
        try (Progress progress = Progress.to(new PrintWriter(terminal), 1, 1)) {
            progress.at("shard 0: checking the log");
            Await.until("the line", LIMIT, () -> seen().contains("shard 0: checking the log, 0 s"));
        }
        assertTrue(seen().endsWith("\r\u001b[K"), "the line stays: " + seen());
    }

    @Test
    void shouldSayNothingOfWhatIsDoneSoon() {
        try (Progress progress = Progress.to(new PrintWriter(terminal), NEVER_MS, 1)) {
            progress.at("shard 0: checking the log");
        }
        assertEquals("", seen());
    }

    @Test
    void shouldAskNowAndThenOnlyHowFarASmallStepIs() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        long begin = System.nanoTime();
        try (Progress progress = Progress.to(new PrintWriter(terminal), 1, 20)) {
            long end = begin + TimeUnit.MILLISECONDS.toNanos(200);
            while (System.nanoTime() < end || asked.get() == 0) {
                progress.step(() -> asked.incrementAndGet() + " of 7");
            }
            Await.until("the line", LIMIT, () -> seen().contains(asked.get() + " of 7, "));
        }
        long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        assertTrue(asked.get() <= 2 + ms / 20, asked + " times in " + ms + " ms");
    }

    @Test
    void shouldSayHowFarAFewLongStepsAre() throws Exception {
        try (Progress progress = Progress.to(new PrintWriter(terminal), 1, 1)) {
            for (int i = 1; i <= 3; i++) {
                String state = i + " of 3";
                Await.until("the line", LIMIT, () -> {
                    progress.step(() -> state);
                    return seen().contains(state);
                });
            }
        }
    }

    @Test
    void shouldGiveWayToALine() throws Exception {
        try (Progress progress = Progress.to(new PrintWriter(terminal), 1, 1)) {
            progress.at("checking");
            Await.until("the line", LIMIT, () -> seen().contains("checking"));
            progress.clearedBefore(line -> terminal.append(line).append('\n')).accept("shard 0: good");
            assertTrue(seen().endsWith("\r\u001b[Kshard 0: good\n"), seen());
        }
        assertTrue(seen().endsWith("shard 0: good\n"), seen());
    }

    @Test
    void shouldBeSilentWithoutATerminal() {
        // what would be printed to is null
        try (Progress progress = Progress.none()) {
            progress.at("checking");
            progress.clear();
        }
    }
}
