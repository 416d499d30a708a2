package io.tailrace.tools.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.dump.LogFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeedTotalsTest {
    @TempDir
    private Path dir;

    @Test
    void shouldCountEachEffectOnceHoweverOftenItIsStartedAnew() throws Exception {
        Path file = dir.resolve("totals");
        try (LogFixture log = LogFixture.createShard(dir.resolve("data"), 1, 0).openSegment()) {
            for (int round = 1; round <= 5; round++) {
                log.effect("SET user:" + round + " x", "DEL session:1").effect("SET user:1 y");
                try (FeedTotals totals = new FeedTotals(dir.resolve("data"), 0, file)) {
                    assertEquals(2, totals.drain());
                    assertEquals(2L * round, totals.total("user"));
                    assertEquals(round, totals.total("session"));
                    assertFalse(totals.isDoubtful());
                }
            }
            log.openSegment().effect("SET user:9 z").openSegment();
            Files.delete(log.segmentFile(1));
            Files.delete(log.segmentFile(2));
            try (FeedTotals totals = new FeedTotals(dir.resolve("data"), 0, file)) {
                totals.drain();
                assertTrue(totals.isDoubtful());
            }
        }
    }
}
