package io.tailrace.node.reactor;

import io.tailrace.node.command.CommandSpec;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.Arguments;

/**
 * What the scripts have done that were called of one reactor: a small table, in which a script may overwrite another. It only says what
 * is tried first, so one that is forgotten, or taken for another, costs time and nothing else. Owned by the reactor's thread; makes no
 * garbage.
 */
final class ScriptHabits {
    /** What is known of one. */
    enum Habit {
        /** Nothing, or no more. */
        NEW,
        /** It has only used keys that it declares, or of their slots. */
        CLOSED,
        /** It has used others. */
        OPEN
    }

    private static final int SLOTS = 1 << 10;
    private static final long PRIME = 0x9E3779B97F4A7C15L;
    private static final Habit[] HABITS = Habit.values();

    private final long[] names = new long[SLOTS];
    private final byte[] habits = new byte[SLOTS];

    /** A number for the script that a request is about: by its source, its hash or its name, as it is called. */
    static long nameOf(CommandSpec spec, Arguments request) {
        long address = request.address(1);
        int length = request.length(1);
        long hash = spec.name().length() * PRIME + length;
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            hash = mix(hash ^ Memory.getLong(address + i));
        }
        for (; i < length; i++) {
            hash = mix(hash ^ Memory.getByte(address + i));
        }
        return hash;
    }

    private static long mix(long value) {
        long mixed = value * PRIME;
        return mixed ^ mixed >>> 29;
    }

    Habit of(long name) {
        int slot = slot(name);
        return names[slot] == name ? HABITS[habits[slot]] : Habit.NEW;
    }

    void note(long name, Habit habit) {
        int slot = slot(name);
        names[slot] = name;
        habits[slot] = (byte) habit.ordinal();
    }

    private static int slot(long name) {
        return (int) (name >>> 40) & SLOTS - 1;
    }
}
