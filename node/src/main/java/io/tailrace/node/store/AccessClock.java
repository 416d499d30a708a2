package io.tailrace.node.store;

import io.tailrace.wire.memory.Memory;
import java.util.SplittableRandom;

/**
 * When keys were used, or how often: three bytes of each entry ({@code access}), as Redis keeps them. Owned by the reactor's
 * thread. Not logged, not in snapshots: a node's keys count as used when it was loaded.
 *
 * <pre>
 *  by time       23                                  0
 *                +-----------------------------------+
 *                | seconds since the epoch, modulo 2^24 |
 *                +-----------------------------------+
 *  by frequency  23                       8 7        0
 *                +-------------------------+---------+
 *                | minutes, modulo 2^16    | counter |
 *                +-------------------------+---------+
 * </pre>
 *
 * The counter begins at {@value #NEW} and grows with the logarithm of uses: the higher it is, the less likely does a use count.
 * It falls by one for each {@code lfu-decay-time} minutes in which the key was not used. When the policy changes, bytes are taken
 * for what they are not until keys are used, as in Redis.
 */
public final class AccessClock {
    /** Of a key that was never used, so that it has a chance to be. */
    private static final int NEW = 5;

    private static final int MAX = 0xff;
    private static final int COUNTER_BITS = 8;
    private static final int MASK = 0xffffff;
    private static final int MINUTES_MASK = 0xffff;

    private final SplittableRandom random = new SplittableRandom(1);
    private boolean isByFrequency;
    private boolean isByUseAlone;
    private int logFactor = 10;
    private int decayMinutes = 1;
    private long nowEpochMs;
    private int seconds;
    private int minutes;

    /** Takes the time, about. */
    void now(long epochMs) {
        if (epochMs != nowEpochMs) {
            nowEpochMs = epochMs;
            long epochSeconds = epochMs / 1_000;
            seconds = (int) epochSeconds & MASK;
            minutes = (int) (epochSeconds / 60) & MINUTES_MASK;
        }
    }

    /** Whether keys note how often they are used, and not when. */
    public void byFrequency(boolean isWanted) {
        isByFrequency = isWanted;
    }

    /** Whether values have their own use to tell, so that Redis would have no two keys share one. */
    public void byUseAlone(boolean isWanted) {
        isByUseAlone = isWanted;
    }

    public boolean isByUseAlone() {
        return isByUseAlone;
    }

    /** @param decay minutes, 0 for never */
    public void set(int factor, int decay) {
        logFactor = factor;
        decayMinutes = decay;
    }

    public boolean isByFrequency() {
        return isByFrequency;
    }

    /** The clock of {@code lru_clock}. */
    public int seconds() {
        return seconds;
    }

    /** Of an entry that is made now. */
    int fresh() {
        return isByFrequency ? minutes << COUNTER_BITS | NEW : seconds;
    }

    /** Of an entry that takes the place of one of the same key, which may be a use of it. */
    int replacing(int access, boolean isUse) {
        if (!isByFrequency) {
            return seconds;
        }
        return isUse ? used(access) : access;
    }

    /** A key was used. */
    public void touch(Entry entry) {
        int before = entry.access();
        int after = isByFrequency ? used(before) : seconds;
        if (after != before) {
            put(entry.address(), after);
        }
    }

    /** A key was changed in its place: by time that is a use. */
    void changed(long entry) {
        if (!isByFrequency) {
            put(entry, seconds);
        }
    }

    private int used(int access) {
        return minutes << COUNTER_BITS | counted(frequency(access));
    }

    private int counted(int counter) {
        if (counter == MAX) {
            return MAX;
        }
        double above = Math.max(0, counter - NEW);
        return random.nextDouble() < 1 / (above * logFactor + 1) ? counter + 1 : counter;
    }

    /** The kind of an entry, and its access. */
    static void put(long entry, int access) {
        int kind = Memory.getByte(entry + EntryLayout.KIND) & 0xff;
        Memory.putInt(entry + EntryLayout.KIND, kind | access << Byte.SIZE);
    }

    /** For how long a key was not used. */
    public int idleSeconds(int access) {
        return seconds - access & MASK;
    }

    /** The counter as it is by now. */
    public int frequency(int access) {
        int counter = access & MAX;
        int passed = minutes - (access >>> COUNTER_BITS) & MINUTES_MASK;
        return decayMinutes == 0 ? counter : Math.max(0, counter - passed / decayMinutes);
    }

    /** Of a key that was not used for so long. */
    public void idle(Entry entry, long idleSeconds) {
        put(entry.address(), (int) (seconds - idleSeconds) & MASK);
    }

    /** Of a key that has this counter. */
    public void frequency(Entry entry, int counter) {
        put(entry.address(), minutes << COUNTER_BITS | counter);
    }
}
