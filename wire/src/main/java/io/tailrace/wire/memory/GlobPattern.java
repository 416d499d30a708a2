package io.tailrace.wire.memory;

/**
 * Redis's glob patterns ({@code stringmatchlen} in util.c): {@code *}, {@code ?}, {@code [abc]}, {@code [^a-z]} and
 * {@code \} before a byte that is to be taken as it is. A class that isn't closed ends with the pattern. The empty
 * string matches the empty pattern only.
 *
 * <p>Immutable. After a mismatch only the last {@code *} takes one byte more, as an
 * earlier one can't help, so the worst pattern costs its length times the string's.
 */
public final class GlobPattern {
    private static final int MISMATCH = -1;

    private final byte[] pattern;
    private final int length;

    /** Takes a copy of the bytes. */
    public GlobPattern(long address, int length) {
        this(Memory.toBytes(address, length));
    }

    /** @param pattern not to be changed any more */
    public GlobPattern(byte[] pattern) {
        this.pattern = pattern;
        length = pattern.length;
    }

    /** Whether every string matches, the empty one too: in KEYS and SCAN Redis doesn't compare then. */
    public boolean isEverything() {
        return length == 1 && pattern[0] == '*';
    }

    /** Whether the pattern matches all of a string in memory. */
    public boolean matches(long string, int stringLength) {
        if (stringLength == 0) {
            return length == 0;
        }
        int at = 0;
        int in = 0;
        int afterStar = MISMATCH;
        int starEnd = 0;
        while (in < stringLength) {
            if (isStar(at)) {
                at = afterStars(at);
                if (at == length) {
                    return true;
                }
                afterStar = at;
                starEnd = in;
                continue;
            }
            int next = step(at, Memory.getByte(string + in));
            if (next != MISMATCH) {
                at = next;
                in++;
            } else if (afterStar == MISMATCH) {
                return false;
            } else {
                at = afterStar;
                in = ++starEnd;
            }
        }
        return afterStars(at) == length;
    }

    private boolean isStar(int at) {
        return at < length && byteAt(at) == '*';
    }

    private int afterStars(int from) {
        int at = from;
        while (isStar(at)) {
            at++;
        }
        return at;
    }

    private byte byteAt(int at) {
        return pattern[at];
    }

    /** Where the pattern continues when its element at {@code at} takes the byte, or {@link #MISMATCH}. */
    private int step(int at, byte given) {
        if (at == length) {
            return MISMATCH;
        }
        switch (byteAt(at)) {
            case '?':
                return at + 1;
            case '[':
                return stepClass(at + 1, given);
            case '\\':
                int literal = at + 1 < length ? at + 1 : at;
                return byteAt(literal) == given ? literal + 1 : MISMATCH;
            default:
                return byteAt(at) == given ? at + 1 : MISMATCH;
        }
    }

    private int stepClass(int from, byte given) {
        boolean isNegated = from < length && byteAt(from) == '^';
        boolean isMember = false;
        int at = isNegated ? from + 1 : from;
        while (at < length && byteAt(at) != ']') {
            if (byteAt(at) == '\\' && at + 1 < length) {
                isMember |= byteAt(at + 1) == given;
                at += 2;
            } else if (at + 2 < length && byteAt(at + 1) == '-') {
                isMember |= isBetween(byteAt(at), byteAt(at + 2), given);
                at += 3;
            } else {
                isMember |= byteAt(at) == given;
                at++;
            }
        }
        return isMember == isNegated ? MISMATCH : Math.min(length, at + 1);
    }

    private static boolean isBetween(byte one, byte other, byte given) {
        return given >= Math.min(one, other) && given <= Math.max(one, other);
    }
}
