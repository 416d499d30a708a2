package io.tailrace.tools.export;

import io.tailrace.wire.memory.Memory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys that the log touches while a snapshot is being written, which of these writes the snapshot's entry contains, and which of them
 * come to nothing. As many keys as the log has between the snapshot's start and its end. One thread.
 */
final class KeyVersions {
    /** A key of the database in a place. */
    private record Key(int place, ByteBuffer bytes) {}

    /** From this effect on back to the one before it, what is done to the key matters or not. */
    private record Step(Moment moment, boolean isLiveBefore) {}

    /** What is known of a key. */
    static final class State {
        private final int place;
        private Moment held;
        private Moment replaced = Moment.NONE;
        /** Of a key that was moved or copied, or that another became: latest first. */
        private List<Step> steps;
        /** While steps are found out, from the end back. */
        private boolean isLive = true;

        private State(int place) {
            this.place = place;
        }

        int place() {
            return place;
        }

        boolean isMoved() {
            return steps != null;
        }

        void moved() {
            if (steps == null) {
                steps = new ArrayList<>();
            }
        }

        /** Whatever was done to the key before is gone by then: it was set, deleted, or another key has become this one. */
        void replaced(Moment moment) {
            replaced = moment;
        }

        boolean contains(Moment moment) {
            return held != null && !held.isBefore(moment);
        }

        /** Going back in time: whether what the key is right after the effects that were looked at last matters. */
        boolean isLive() {
            return isLive;
        }

        /** Going back in time: whether what the key was before this effect matters. */
        void before(Moment moment, boolean matters) {
            isLive = matters;
            steps.add(new Step(moment, matters));
        }

        /** Whether what the key is right after this effect matters for what there is at the snapshot's end. */
        boolean isLiveAfter(Moment moment) {
            if (steps == null) {
                return !moment.isBefore(replaced);
            }
            int from = 0;
            int to = steps.size();
            while (from < to) {
                int middle = from + to >>> 1;
                if (moment.isBefore(steps.get(middle).moment())) {
                    from = middle + 1;
                } else {
                    to = middle;
                }
            }
            return from == 0 || steps.get(from - 1).isLiveBefore();
        }
    }

    private final Map<Key, State> states = new HashMap<>();

    private static Key view(int place, long address, int length) {
        return new Key(place, ByteBuffer.wrap(Memory.toBytes(address, length)));
    }

    /** The key is written by the log. */
    State touched(int place, long address, int length) {
        return states.computeIfAbsent(view(place, address, length), key -> new State(place));
    }

    /** What is known of the key, or null when the log does not touch it. */
    State find(int place, long address, int length) {
        return states.get(view(place, address, length));
    }

    Iterable<State> all() {
        return states.values();
    }

    /** The snapshot has the key, as of this write. */
    void held(int place, long address, int length, Moment moment) {
        State state = find(place, address, length);
        if (state != null) {
            state.held = moment;
        }
    }

    /** Whether the log touches the key and the snapshot has an entry of it. */
    boolean isHeld(int place, long address, int length) {
        State state = find(place, address, length);
        return state != null && state.held != null;
    }

    /** Whether the snapshot's entry has been written by this write or a later one. */
    boolean contains(int place, long address, int length, Moment moment) {
        State state = find(place, address, length);
        return state != null && state.contains(moment);
    }
}
