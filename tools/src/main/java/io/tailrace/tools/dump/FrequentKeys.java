package io.tailrace.tools.dump;

import io.tailrace.wire.memory.Memory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which keys come most often, in bounded memory: Misra and Gries's counters. With up to {@value #MAX} different keys the counts
 * are exact; with more each is too low by at most the number of decrements, and every key that comes more often than one in
 * {@value #MAX} times is among them.
 *
 * <p>Source: J. Misra, D. Gries, "Finding repeated elements", Science of Computer Programming 2 (1982).
 */
final class FrequentKeys {
    private static final int MAX = 100_000;
    private static final int SHOWN_BYTES = 64;

    /** A key, as much of it as is shown, and how often it came at least. */
    record Key(String text, long count) {}

    private static final class Counter {
        private final byte[] key;
        private long count = 1;

        Counter(byte[] key) {
            this.key = key;
        }
    }

    private final Map<Long, Counter> counters = new HashMap<>();
    private boolean isExact = true;

    void count(long address, int length) {
        long hash = Memory.hash64(address, length);
        Counter known = counters.get(hash);
        if (known != null) {
            known.count++;
        } else if (counters.size() < MAX) {
            counters.put(hash, new Counter(Memory.toBytes(address, Math.min(length, SHOWN_BYTES + 1))));
        } else {
            isExact = false;
            counters.values().removeIf(counter -> --counter.count == 0);
        }
    }

    /** Whether the counts are exact. */
    boolean isExact() {
        return isExact;
    }

    /** This many of the most frequent ones, most frequent first. */
    List<Key> top(int most) {
        List<Counter> all = new ArrayList<>(counters.values());
        all.sort(Comparator.<Counter>comparingLong(counter -> -counter.count)
                .thenComparing(counter -> new String(counter.key, StandardCharsets.ISO_8859_1)));
        return all.stream()
                .limit(most)
                .map(counter -> new Key(text(counter.key), counter.count))
                .toList();
    }

    private static String text(byte[] key) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(key.length, SHOWN_BYTES); i++) {
            byte c = key[i];
            text.append(
                    c > ' ' && c < 0x7f && c != '\\'
                            ? String.valueOf((char) c)
                            : String.format(Locale.ROOT, "\\x%02x", c & 0xff));
        }
        return key.length > SHOWN_BYTES ? text.append("...").toString() : text.toString();
    }
}
