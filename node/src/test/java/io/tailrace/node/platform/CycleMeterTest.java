package io.tailrace.node.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CycleMeterTest {
    private static final long START = 1_000_000;

    private final CycleMeter meter = new CycleMeter();
    private long processorNanos;
    private int lasting;

    @BeforeEach
    void begin() {
        meter.processorTime(() -> processorNanos);
        meter.lasting(() -> lasting);
        meter.onSecond(START);
        turn(START, 0, false, false);
        meter.reset();
    }

    /** A turn that begins at a time and executes for as long. */
    private void turn(long atMicros, long micros, boolean hasFound, boolean hasWaited) {
        meter.begin(atMicros, hasFound, hasWaited);
        if (micros > 0) {
            processorNanos += micros * 1_000;
            meter.mark(CycleStep.EXECUTE, atMicros + micros);
            meter.end();
        } else {
            meter.endIdle();
        }
    }

    private long longest(CycleCause cause, CycleTimes.Span span) {
        return meter.report().of(cause, span);
    }

    @Test
    void shouldDivideTheTimeAmongSteps() {
        meter.begin(START + 10, true, false);
        meter.mark(CycleStep.EXECUTE, START + 30);
        meter.mark(CycleStep.FLUSH, START + 35);
        meter.end();
        turn(START + 36, 0, false, false);
        turn(START + 100, 4, true, true);

        CycleTimes times = meter.report();

        assertEquals(2, times.cycles());
        assertEquals(10, times.of(CycleStep.POLL));
        assertEquals(24, times.of(CycleStep.EXECUTE));
        assertEquals(5, times.of(CycleStep.FLUSH));
        assertEquals(1 + 64, times.of(CycleStep.IDLE), "a turn that found nothing, and a poll that waited");
    }

    @Test
    void shouldCountNothingBeforeTheFirstCycle() {
        CycleMeter fresh = new CycleMeter();
        fresh.begin(START, false, true);
        fresh.endIdle();
        fresh.begin(START + 7, false, true);
        fresh.endIdle();

        assertEquals(7, fresh.report().of(CycleStep.IDLE));
    }

    @Test
    void shouldLeaveAppendsOutOfExecuting() {
        meter.begin(START, true, false);
        int sampled = 0;
        for (int i = 0; i < 2 * CycleMeter.APPENDS_A_SAMPLE; i++) {
            if (meter.isAppendSampled()) {
                sampled++;
                meter.appended(1);
            }
        }
        meter.mark(CycleStep.EXECUTE, START + 1_000);
        meter.end();

        assertEquals(2, sampled);
        assertEquals(2 * CycleMeter.APPENDS_A_SAMPLE, meter.report().of(CycleStep.APPEND));
        assertEquals(1_000 - 2 * CycleMeter.APPENDS_A_SAMPLE, meter.report().of(CycleStep.EXECUTE));
    }

    @Test
    void shouldTellTheLongestOfEachCause() {
        turn(START, 50, true, false);
        meter.note(CycleCause.ROLL);
        turn(START + 1_000, 20, true, false);
        lasting = CycleCause.SNAPSHOT.bit();
        turn(START + 2_000, 400, true, false);
        lasting = 0;

        assertEquals(50, longest(CycleCause.COMMANDS, CycleTimes.Span.MINUTE));
        assertEquals(20, longest(CycleCause.ROLL, CycleTimes.Span.MINUTE));
        assertEquals(400, longest(CycleCause.SNAPSHOT, CycleTimes.Span.MINUTE));
        assertEquals(400, meter.report().longest(CycleTimes.Span.MINUTE));
        assertEquals(0, longest(CycleCause.FSYNC, CycleTimes.Span.EVER));
    }

    @Test
    void shouldForgetWhatIsOlderThanAMinuteButForTheLongestEver() {
        turn(START, 700, true, false);
        meter.onSecond(START + 59_000_000);
        assertEquals(700, longest(CycleCause.COMMANDS, CycleTimes.Span.MINUTE));

        meter.onSecond(START + 60_000_000);

        assertEquals(0, longest(CycleCause.COMMANDS, CycleTimes.Span.MINUTE));
        assertEquals(700, longest(CycleCause.COMMANDS, CycleTimes.Span.EVER));
    }

    @Test
    void shouldNotCountForTheProcessorWhatAnotherThreadTookOfTheTime() {
        meter.begin(START, true, false);
        processorNanos += 300_000;
        meter.mark(CycleStep.EXECUTE, START + 9_000);
        meter.end();

        assertEquals(9_000, longest(CycleCause.COMMANDS, CycleTimes.Span.MINUTE));
        assertEquals(300, longest(CycleCause.COMMANDS, CycleTimes.Span.MINUTE_CPU));
    }

    @Test
    void shouldBeginOnceHoweverOftenItIsPolledInACycle() {
        meter.begin(START, true, false);
        meter.begin(START + 500, true, false);
        meter.mark(CycleStep.EXECUTE, START + 900);
        meter.end();

        assertEquals(900, longest(CycleCause.COMMANDS, CycleTimes.Span.MINUTE));
    }

    @Test
    void shouldNoteWhatASlowCycleDid() {
        turn(START, 900, true, false);
        meter.begin(START + 5_000, false, false);
        meter.mark(CycleStep.MAINTAIN, START + 6_300);
        meter.endIdle();
        meter.begin(START + 10_000, true, false);
        meter.ran("get", 3);
        meter.ran("rename", 1_400);
        meter.ran("set", 5);
        meter.mark(CycleStep.EXECUTE, START + 11_500);
        meter.note(CycleCause.ROLL);
        meter.mark(CycleStep.FLUSH, START + 12_000);
        processorNanos += 1_900_000;
        meter.end();
        turn(START + 20_000, 900, true, false);

        List<SlowCycle> slowest = meter.report().slowest();

        assertEquals(1, slowest.size(), "others took less than a millisecond");
        SlowCycle cycle = slowest.get(0);
        assertEquals(START + 10_000, cycle.atMicros());
        assertEquals(2_000, cycle.micros());
        assertEquals(1_900, cycle.processorMicros());
        assertEquals(1_500, cycle.of(CycleStep.EXECUTE), "nothing of the cycle before");
        assertEquals(0, cycle.of(CycleStep.MAINTAIN), "nor of a turn that found nothing");
        assertEquals(500, cycle.of(CycleStep.FLUSH));
        assertEquals(Set.of(CycleCause.ROLL), cycle.included());
        assertEquals("rename", cycle.command());
        assertEquals(1_400, cycle.commandMicros());
        meter.reset();
        assertEquals(List.of(), meter.report().slowest());
    }

    @Test
    void shouldKeepTheSlowestAndLetStaleOnesGiveWay() {
        for (int i = 0; i < 2 * SlowCycles.MAX_CYCLES; i++) {
            turn(START + i * 100_000L, 1_000 + i, true, false);
        }
        assertEquals(SlowCycles.MAX_CYCLES, meter.report().slowest().size());
        assertEquals(1_000 + SlowCycles.MAX_CYCLES, slowest().min().orElseThrow());

        long later = START + (SlowCycles.STALE_SECONDS + 60) * 1_000_000L;
        turn(later, 1_001, true, false);

        assertEquals(1_001, slowest().min().orElseThrow(), "the others are older than ten minutes");
        assertEquals(SlowCycles.MAX_CYCLES, meter.report().slowest().size());
    }

    private LongStream slowest() {
        return meter.report().slowest().stream().mapToLong(SlowCycle::micros);
    }
}
