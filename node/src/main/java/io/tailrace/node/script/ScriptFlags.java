package io.tailrace.node.script;

import java.util.ArrayList;
import java.util.List;

/** What a script or a function says of itself: {@code #!lua flags=no-writes,allow-oom}. Sets of bits. */
public final class ScriptFlags {
    public static final int NO_WRITES = 1;
    public static final int ALLOW_OOM = 2;
    public static final int ALLOW_STALE = 4;
    public static final int NO_CLUSTER = 8;
    public static final int ALLOW_CROSS_SLOT_KEYS = 16;
    /** A script without a first line that says anything: the rules of old scripts hold. */
    public static final int COMPATIBLE = 32;

    private static final String[] NAMES = {
        "no-writes", "allow-oom", "allow-stale", "no-cluster", "allow-cross-slot-keys"
    };

    private ScriptFlags() {}

    /** The flag of a name, or 0. */
    public static int of(String name) {
        for (int i = 0; i < NAMES.length; i++) {
            if (NAMES[i].equals(name)) {
                return 1 << i;
            }
        }
        return 0;
    }

    /** Their names, in the order of the bits. */
    public static List<String> names(int flags) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < NAMES.length; i++) {
            if ((flags & 1 << i) != 0) {
                names.add(NAMES[i]);
            }
        }
        return names;
    }

    /** Whether it may write, as far as the flags say. */
    public static boolean mayWrite(int flags) {
        return (flags & NO_WRITES) == 0;
    }

    /** Whether it runs although memory is short. */
    public static boolean runsWithoutMemory(int flags) {
        return (flags & (ALLOW_OOM | NO_WRITES | COMPATIBLE)) != 0;
    }
}
