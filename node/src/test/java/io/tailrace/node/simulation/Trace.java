package io.tailrace.node.simulation;

import java.util.ArrayDeque;
import java.util.List;

/** What happened, in its order: a hash over all of it, and the last events in words. */
final class Trace {
    private static final int RETAINED = Integer.getInteger("tailrace.simulation.events", 50);
    private static final long PRIME = 0x100000001b3L;

    private final ArrayDeque<String> last = new ArrayDeque<>();
    private long hash = 0xcbf29ce484222325L;
    private int step;
    private long micros;

    /** The moment of what is told next. */
    void at(int nowStep, long nowMicros) {
        step = nowStep;
        micros = nowMicros;
    }

    /** Something worth to be seen when it fails later. */
    void event(String text) {
        mix(text);
        note(text);
    }

    /** Shows what two runs of one seed may word differently. */
    void note(String text) {
        if (last.size() == RETAINED) {
            last.remove();
        }
        last.add("step " + step + " +" + micros / 1_000 + "." + micros % 1_000 / 100 + " ms  " + text);
    }

    /** Something that happens all the time. */
    void mix(String text) {
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * PRIME;
        }
        mix(step);
    }

    void mix(long value) {
        hash = (hash ^ value) * PRIME;
        hash ^= hash >>> 29;
    }

    long hash() {
        return hash;
    }

    List<String> last() {
        return List.copyOf(last);
    }
}
