package io.tailrace.node.config;

/**
 * Which keyspace events are published: the letters of {@code notify-keyspace-events} as bits, with Redis's meaning and in the
 * order in which Redis shows them. Stateless.
 *
 * <pre>
 *  K on the channel of the key   E on that of the event
 *  g any type, such as DEL   $ strings   l lists   s sets   h hashes   z sorted sets   t streams   d of modules, never here
 *  x expired   e evicted      A all of the above
 *  n a new key    m a read of a key that isn't there
 * </pre>
 */
public final class NotifyClasses {
    public static final int KEYSPACE = 1;
    public static final int KEYEVENT = 1 << 1;
    public static final int GENERIC = 1 << 2;
    public static final int STRING = 1 << 3;
    public static final int LIST = 1 << 4;
    public static final int SET = 1 << 5;
    public static final int HASH = 1 << 6;
    public static final int SORTED_SET = 1 << 7;
    public static final int EXPIRED = 1 << 8;
    public static final int EVICTED = 1 << 9;
    public static final int STREAM = 1 << 10;
    public static final int MISS = 1 << 11;
    public static final int MODULE = 1 << 13;
    public static final int NEW = 1 << 14;

    private static final int ALL =
            GENERIC | STRING | LIST | SET | HASH | SORTED_SET | EXPIRED | EVICTED | STREAM | MODULE;
    private static final String LETTERS = "g$lshzxetdnKEm";
    private static final String LETTERS_WITH_ALL = "KEm";

    private static final int[] BITS = {
        GENERIC, STRING, LIST, SET, HASH, SORTED_SET, EXPIRED, EVICTED, STREAM, MODULE, NEW, KEYSPACE, KEYEVENT, MISS
    };

    private NotifyClasses() {}

    /** Throws IllegalArgumentException for any other letter. */
    static int parse(String letters) {
        int mask = 0;
        for (int i = 0; i < letters.length(); i++) {
            int at = LETTERS.indexOf(letters.charAt(i));
            if (at < 0 && letters.charAt(i) != 'A') {
                throw new IllegalArgumentException(letters);
            }
            mask |= at < 0 ? ALL : BITS[at];
        }
        return mask;
    }

    /** As Redis 7.0 shows them, which says nothing of new keys beside A. */
    static String text(int mask) {
        boolean hasAll = hasAll(mask);
        String shown = hasAll ? LETTERS_WITH_ALL : LETTERS;
        StringBuilder text = new StringBuilder(hasAll ? "A" : "");
        for (int i = 0; i < shown.length(); i++) {
            if ((mask & BITS[LETTERS.indexOf(shown.charAt(i))]) != 0) {
                text.append(shown.charAt(i));
            }
        }
        return text.toString();
    }

    /** Whether every event but of new keys and of misses is asked for, as by {@code A}. */
    public static boolean hasAll(int mask) {
        return (mask & ALL) == ALL;
    }

    /** Of one class. */
    public static char letter(int bit) {
        for (int i = 0; i < BITS.length; i++) {
            if (BITS[i] == bit) {
                return LETTERS.charAt(i);
            }
        }
        throw new IllegalArgumentException(bit + " is no class");
    }

    /** The class of a letter, or 0. */
    public static int ofLetter(char letter) {
        int at = LETTERS.indexOf(letter);
        return at < 0 ? 0 : BITS[at];
    }

    /** What is told at all: nothing without one of the channels, and without an event. */
    static int effective(int mask) {
        int channels = KEYSPACE | KEYEVENT;
        return (mask & channels) == 0 || (mask & ~channels) == 0 ? 0 : mask;
    }
}
