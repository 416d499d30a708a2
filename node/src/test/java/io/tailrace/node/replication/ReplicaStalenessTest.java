package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.config.ConfigException;
import io.tailrace.node.config.LiveSettings;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.Setting;
import io.tailrace.node.platform.CycleClock;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplicaStalenessTest {
    private static final long START = 1_700_000_000_000_000L;
    private static final long LIMIT_MICROS = 400_000;

    private long micros = START;
    private final CycleClock clock = new CycleClock(() -> micros);
    private final LiveSettings settings = settings();
    private final ReplicaStaleness freshness = new ReplicaStaleness(clock, settings);

    private static LiveSettings settings() {
        try {
            return new LiveSettings(NodeConfig.builder()
                    .set(Setting.REPLICA_MAX_STALENESS_MS, LIMIT_MICROS / 1_000)
                    .build());
        } catch (ConfigException e) {
            throw new AssertionError(e);
        }
    }

    private void at(long afterStart) {
        micros = START + afterStart;
        clock.tick();
    }

    private void probeAndAnswer(long lastIndex, long appliedIndex) {
        assertTrue(freshness.isProbeDue());
        freshness.answered(freshness.probe(), lastIndex, 0, appliedIndex);
    }

    @Test
    void shouldCountFromTheProbeThatWasAnsweredAndNotFromTheAnswer() {
        long probe = freshness.probe();
        at(100_000);
        freshness.answered(probe, 7, 0, 7);
        assertEquals(100_000, freshness.ageMicros());
        at(LIMIT_MICROS);
        assertNull(freshness.refusal(0));
        at(LIMIT_MICROS + 1_000);
        assertEquals(
                "STALE the data of shard 3 may be 401 ms old, replica-max-staleness-ms is 400", freshness.refusal(3));
    }

    @Test
    void shouldNotKnowBeforeTheFirstAnswer() {
        assertEquals(
                "STALE how old the data of shard 0 is, the primary has not told yet; replica-max-staleness-ms is 400",
                freshness.refusal(0));
        assertEquals(-1, freshness.ageMicros());
    }

    @Test
    void shouldCountOnceWhatThePrimaryHadIsApplied() {
        probeAndAnswer(7, 7);
        at(200_000);
        probeAndAnswer(9, 7);
        assertEquals(200_000, freshness.ageMicros(), "two records are missing");
        freshness.applied(8);
        assertEquals(200_000, freshness.ageMicros());
        at(300_000);
        probeAndAnswer(12, 8);
        freshness.applied(9);
        assertEquals(100_000, freshness.ageMicros(), "the first of two answers that waited");
        freshness.applied(12);
        assertEquals(100_000, freshness.ageMicros(), "the second was not kept");
    }

    @Test
    void shouldProbeOftenEnoughForItsLimitAndOneAtATime() throws ConfigException {
        assertTrue(freshness.isProbeDue());
        long probe = freshness.probe();
        at(5_000_000);
        assertFalse(freshness.isProbeDue(), "the answer is still to come");
        freshness.answered(probe, 1, 0, 1);
        assertTrue(freshness.isProbeDue());
        probeAndAnswer(1, 1);
        assertFalse(freshness.isProbeDue());
        assertEquals(100_000_000, freshness.maxBlockNanos());
        at(5_100_000);
        assertTrue(freshness.isProbeDue());
        settings.change(Map.of(Setting.REPLICA_MAX_STALENESS_MS, "0"));
        assertFalse(freshness.isProbeDue());
        assertEquals(Long.MAX_VALUE, freshness.maxBlockNanos());
        assertNull(freshness.refusal(0));
    }

    @Test
    void shouldForgetTheProbeOfALinkThatBroke() {
        long lost = freshness.probe();
        freshness.disconnected();
        at(10_000);
        assertTrue(freshness.isProbeDue());
        long probe = freshness.probe();
        freshness.answered(lost, 1, 0, 1);
        assertEquals(-1, freshness.ageMicros(), "an answer to another question");
        freshness.answered(probe, 1, 0, 1);
        assertEquals(0, freshness.ageMicros());
        freshness.disconnected();
        at(60_000);
        assertEquals(50_000, freshness.ageMicros(), "down counts from the last answer");
        freshness.forget();
        assertEquals(-1, freshness.ageMicros());
    }

    @Test
    void shouldAddWhatThePrimaryIsBehindItself() throws ConfigException {
        freshness.answered(freshness.probe(), 1, 30_000, 1);
        assertEquals(30_000, freshness.ageMicros());
        at(200_000);
        freshness.answered(freshness.probe(), 1, -1, 1);
        assertEquals(230_000, freshness.ageMicros(), "it does not know");
        settings.change(Map.of(Setting.REPLICA_MAX_STALENESS_MS, "0"));
        at(400_000);
        assertFalse(freshness.isProbeDue());
        freshness.relay();
        assertTrue(freshness.isProbeDue(), "a replica of this one wants to know");
        probeAndAnswer(1, 1);
        at(11_000_000);
        assertFalse(freshness.isProbeDue(), "it has not asked again");
    }

    @Test
    void shouldKnowNothingWhenTheClockIsSetBack() {
        probeAndAnswer(1, 1);
        at(300_000);
        assertEquals(300_000, freshness.ageMicros());
        at(-1);
        assertEquals(-1, freshness.ageMicros());
        probeAndAnswer(1, 1);
        assertEquals(0, freshness.ageMicros());
    }
}
