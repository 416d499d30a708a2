package io.tailrace.tools.doctor;

/**
 * What was found of one thing. Immutable.
 *
 * @param what it is, in a few words
 * @param why it matters, empty where nothing is wrong
 * @param change the command or the setting that changes it, empty where there is none
 */
public record Finding(Level level, String what, String why, String change) {
    /** How it is. */
    public enum Level {
        /** As it should be. */
        OK,
        /** It can't be told here, as in a container or a virtual machine. */
        UNKNOWN,
        /** It costs something. */
        BAD
    }

    static Finding ok(String what) {
        return new Finding(Level.OK, what, "", "");
    }

    static Finding unknown(String what) {
        return new Finding(Level.UNKNOWN, what, "", "");
    }

    static Finding bad(String what, String why, String change) {
        return new Finding(Level.BAD, what, why, change);
    }
}
