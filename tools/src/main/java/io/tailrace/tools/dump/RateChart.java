package io.tailrace.tools.dump;

import java.util.ArrayList;
import java.util.List;

/**
 * How many records a second, over a time that is not known before: slots of a second, made twice as wide whenever there would be
 * too many. One thread.
 */
final class RateChart {
    private static final int MAX_SLOTS = 24;
    private static final long SECOND_MICROS = 1_000_000;

    /** A part of the time. */
    record Slot(long beginMicros, double perSecond) {}

    private final long[] counts = new long[MAX_SLOTS];
    private long width = SECOND_MICROS;
    private long begin;
    private int used;

    void count(long micros) {
        if (used == 0) {
            begin = Math.floorDiv(micros, SECOND_MICROS) * SECOND_MICROS;
            used = 1;
        }
        while (micros < begin || micros >= begin + MAX_SLOTS * width) {
            widen(micros);
        }
        int slot = (int) ((micros - begin) / width);
        counts[slot]++;
        used = Math.max(used, slot + 1);
    }

    /** To the side where the time is missing. */
    private void widen(long micros) {
        if (micros < begin) {
            // a clock that was set back: room before what there is
            begin -= MAX_SLOTS * width;
            for (int i = MAX_SLOTS - 1; i >= 0; i--) {
                int pair = MAX_SLOTS / 2 + i / 2;
                counts[pair] = i % 2 == 1 ? counts[i] : counts[pair] + counts[i];
            }
            for (int i = 0; i < MAX_SLOTS / 2; i++) {
                counts[i] = 0;
            }
            used = MAX_SLOTS / 2 + (used + 1) / 2;
        } else {
            for (int i = 0; i < MAX_SLOTS / 2; i++) {
                counts[i] = counts[2 * i] + counts[2 * i + 1];
            }
            for (int i = MAX_SLOTS / 2; i < MAX_SLOTS; i++) {
                counts[i] = 0;
            }
            used = (used + 1) / 2;
        }
        width *= 2;
    }

    List<Slot> slots() {
        List<Slot> slots = new ArrayList<>();
        for (int i = firstUsed(); i < used; i++) {
            slots.add(new Slot(begin + i * width, (double) counts[i] * SECOND_MICROS / width));
        }
        return slots;
    }

    private int firstUsed() {
        int first = 0;
        while (first < used - 1 && counts[first] == 0) {
            first++;
        }
        return first;
    }

    /** How long a slot is, in words. */
    String slotText() {
        long seconds = width / SECOND_MICROS;
        return seconds == 1 ? "a second" : seconds + " seconds";
    }
}
