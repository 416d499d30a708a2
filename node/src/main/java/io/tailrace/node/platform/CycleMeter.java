package io.tailrace.node.platform;

import java.util.Arrays;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Measures where the time of one thread's duty cycles goes, by step, and how long the longest were, by cause. Owned by the
 * reactor thread; allocates only for reports.
 *
 * <pre>
 *  end of a cycle        poll returns                                            end of the cycle
 *  | IDLE or POLL        | EXECUTE | APPLY, PUMP | FORCE .. EXPIRE | FLUSH | MAINTAIN |
 *                        ^ {@link #begin}   ^ {@link #mark} after a step that did something
 * </pre>
 *
 * A step that did nothing isn't marked, so that its nanoseconds count for the next: a cycle reads the clock twice or three times
 * more than one that isn't metered. {@code begin} may come late, with the first of what was found.
 *
 * <p>The processor's time of a thread costs a system call, so it is read at most every {@value #CHECKPOINT_MICROS} µs, and at the end of
 * a cycle that took as long. What a long cycle took of it is then known to within that much, and never understated.
 */
public final class CycleMeter {
    /** How many records each that is timed stands for. */
    public static final int APPENDS_A_SAMPLE = 64;

    /** Below this the time that passed stands for the processor's. */
    static final int CHECKPOINT_MICROS = 250;

    private static final int SECONDS = 60;
    private static final long NANOS_PER_MICRO = 1_000;
    private static final int STEPS = CycleStep.ALL.size();
    private static final int CAUSES = CycleCause.ALL.size();

    private final long[] stepMicros = new long[STEPS];
    /** Of the cycle under way. */
    private final long[] cycleMicros = new long[STEPS];

    private final SlowCycles slowest = new SlowCycles();
    private final Longest elapsed = new Longest();
    private final Longest processor = new Longest();
    private LongSupplier processorNanos = () -> 0;
    private IntSupplier lasting = () -> 0;
    private long cycles;
    private long appends;
    private long beginMicros;
    private long markMicros;
    private long checkpointMicros;
    private long checkpointNanos;
    private int causes;
    private String command;
    private long commandMicros;
    private int slot;
    private boolean isIn;
    /** Whether anything is in {@link #cycleMicros}. */
    private boolean isMarked;
    /** What was before the first cycle was no cycle's. */
    private boolean hasBegun;

    /** The most of each second of the last minute, and of all time. */
    private static final class Longest {
        private final long[][] seconds = new long[CAUSES][SECONDS];
        private final long[] ever = new long[CAUSES];

        void note(int cause, int slot, long micros) {
            seconds[cause][slot] = Math.max(seconds[cause][slot], micros);
            ever[cause] = Math.max(ever[cause], micros);
        }

        void forget(int slot) {
            for (long[] each : seconds) {
                each[slot] = 0;
            }
        }

        void reset() {
            for (long[] each : seconds) {
                Arrays.fill(each, 0);
            }
            Arrays.fill(ever, 0);
        }

        long lastMinute(int cause) {
            return Arrays.stream(seconds[cause]).max().orElse(0);
        }
    }

    CycleMeter() {}

    /** Tells how to read the processor's time of the reactor's thread, before the first cycle. */
    public void processorTime(LongSupplier nanos) {
        processorNanos = nanos;
    }

    /** Tells how to ask for causes that last longer than a cycle, as their bits: asked when one was long. */
    public void lasting(IntSupplier causesNow) {
        lasting = causesNow;
    }

    /** Of several causes. */
    public static int bits(CycleCause cause, boolean isOn) {
        return isOn ? cause.bit() : 0;
    }

    /**
     * A poll is over, or has found the first of what there is.
     *
     * @param hasWaited whether it may have waited, which is no work
     */
    public void begin(long nowMicros, boolean hasFound, boolean hasWaited) {
        if (isIn) {
            return;
        }
        isIn = true;
        if (!hasBegun) {
            hasBegun = true;
            markMicros = nowMicros;
        }
        stepMicros[(hasFound && !hasWaited ? CycleStep.POLL : CycleStep.IDLE).ordinal()] += nowMicros - markMicros;
        beginMicros = nowMicros;
        markMicros = nowMicros;
        if (nowMicros - checkpointMicros >= CHECKPOINT_MICROS) {
            checkpoint(nowMicros);
        }
    }

    private void checkpoint(long nowMicros) {
        checkpointMicros = nowMicros;
        checkpointNanos = processorNanos.getAsLong();
    }

    /** What was done since the last mark was of this step. */
    public void mark(CycleStep step, long nowMicros) {
        long micros = nowMicros - markMicros;
        stepMicros[step.ordinal()] += micros;
        cycleMicros[step.ordinal()] += micros;
        isMarked = true;
        markMicros = nowMicros;
    }

    /** A command has taken so long in this cycle. */
    public void ran(String name, long micros) {
        if (micros > commandMicros) {
            commandMicros = micros;
            command = name;
        }
    }

    /** Whether the next append is to be timed. */
    public boolean isAppendSampled() {
        return (++appends & APPENDS_A_SAMPLE - 1) == 0;
    }

    /** How long one took that is timed. */
    public void appended(long micros) {
        stepMicros[CycleStep.APPEND.ordinal()] += micros * APPENDS_A_SAMPLE;
    }

    /** This happened in the cycle. */
    public void note(CycleCause cause) {
        causes |= cause.bit();
    }

    /** A turn that found nothing is over: what it took, it idled. */
    public void endIdle() {
        isIn = false;
        if (isMarked) {
            forgetSteps();
        }
    }

    private void forgetSteps() {
        Arrays.fill(cycleMicros, 0);
        isMarked = false;
    }

    private void forgetCycle() {
        forgetSteps();
        causes = 0;
        command = null;
        commandMicros = 0;
    }

    /** A cycle with work is over, whose last step is marked. */
    public void end() {
        isIn = false;
        cycles++;
        long length = markMicros - beginMicros;
        boolean isLong = length >= CHECKPOINT_MICROS;
        if (isLong || causes != 0 || length > elapsed.seconds[0][slot]) {
            note(length, isLong);
        }
        forgetCycle();
    }

    private void note(long length, boolean isLong) {
        long used = length;
        if (isLong) {
            long before = checkpointNanos;
            checkpoint(markMicros);
            used = Math.min(length, (checkpointNanos - before) / NANOS_PER_MICRO);
        }
        int of = causes | lasting.getAsInt();
        if (of == 0) {
            of = CycleCause.COMMANDS.bit();
        }
        if (slowest.isKept(beginMicros, length)) {
            slowest.add(new SlowCycle(beginMicros, length, used, cycleMicros.clone(), of, command, commandMicros));
        }
        for (int cause = 0; cause < CAUSES; cause++) {
            if ((of & 1 << cause) != 0) {
                elapsed.note(cause, slot, length);
                processor.note(cause, slot, used);
            }
        }
    }

    /** About once a second. */
    public void onSecond(long nowMicros) {
        int next = Math.floorMod(nowMicros / 1_000_000, SECONDS);
        for (int i = 0; i < SECONDS && slot != next; i++) {
            slot = (slot + 1) % SECONDS;
            elapsed.forget(slot);
            processor.forget(slot);
        }
    }

    /** Forgets everything: CONFIG RESETSTAT. */
    public void reset() {
        Arrays.fill(stepMicros, 0);
        elapsed.reset();
        processor.reset();
        slowest.reset();
        cycles = 0;
    }

    /** What was measured so far; the only thing that allocates. */
    public CycleTimes report() {
        long[] steps = stepMicros.clone();
        int execute = CycleStep.EXECUTE.ordinal();
        // appends of a replica are within APPLY, and are not timed
        steps[execute] = Math.max(0, steps[execute] - steps[CycleStep.APPEND.ordinal()]);
        long[][] longest = new long[CAUSES][];
        for (int i = 0; i < CAUSES; i++) {
            longest[i] = new long[] {
                elapsed.lastMinute(i), processor.lastMinute(i), elapsed.ever[i], processor.ever[i],
            };
        }
        return new CycleTimes(cycles, steps, longest, slowest.report());
    }
}
