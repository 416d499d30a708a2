package io.tailrace.node.lua;

/**
 * Matches the patterns of Lua 5.1: one subject, one pattern, as many tries as the caller makes. A pattern ends at its first zero,
 * as there. Every step is spent from the budget; how deep the items of a pattern may nest on the Java stack is limited.
 */
final class PatternMatcher {
    static final int MAX_CAPTURES = 32;
    private static final int MAX_DEPTH = 1000;
    private static final int UNFINISHED = -1;
    private static final int POSITION = -2;
    private static final int NONE = -1;
    private static final int ESCAPE = '%';

    private final LuaThread t;
    private final LuaBudget budget;
    final byte[] source;
    private final byte[] pattern;
    private final int patternEnd;
    private int level;
    private int depth;
    private final int[] starts = new int[MAX_CAPTURES];
    private final int[] lengths = new int[MAX_CAPTURES];

    PatternMatcher(LuaThread t, LuaString source, LuaString pattern) {
        this.t = t;
        this.budget = t.budget;
        this.source = source.bytes;
        this.pattern = pattern.bytes;
        this.patternEnd = Errors.cString(pattern).length();
    }

    /** The end of a match that begins at s with the pattern from p on, or -1. */
    int match(int s, int p) {
        level = 0;
        depth = 0;
        return run(s, p);
    }

    private int patternAt(int p) {
        return p < patternEnd ? pattern[p] & 0xff : 0;
    }

    private int sourceAt(int s) {
        return s >= 0 && s < source.length ? source[s] & 0xff : 0;
    }

    private void spend() {
        if (--budget.left < 0) {
            budget.elapsed(t);
        }
    }

    private int run(int start, int from) {
        if (++depth > MAX_DEPTH) {
            throw t.error("pattern too complex");
        }
        int result = items(start, from);
        depth--;
        return result;
    }

    private int items(int start, int from) {
        int s = start;
        int p = from;
        while (p < patternEnd) {
            spend();
            int c = pattern[p];
            if (c == '(') {
                return patternAt(p + 1) == ')' ? startCapture(s, p + 2, POSITION) : startCapture(s, p + 1, UNFINISHED);
            }
            if (c == ')') {
                return endCapture(s, p + 1);
            }
            if (c == '$' && p + 1 == patternEnd) {
                return s == source.length ? s : NONE;
            }
            if (c == ESCAPE && isSpecial(patternAt(p + 1))) {
                s = special(s, p);
                if (s == NONE) {
                    return NONE;
                }
                p = afterSpecial(p);
                continue;
            }
            int end = classEnd(p);
            boolean matches = s < source.length && matchesOne(source[s] & 0xff, p, end);
            switch (patternAt(end)) {
                case '?': {
                    int result = matches ? run(s + 1, end + 1) : NONE;
                    if (result != NONE) {
                        return result;
                    }
                    p = end + 1;
                    continue;
                }
                case '*':
                    return expandMost(s, p, end);
                case '+':
                    return matches ? expandMost(s + 1, p, end) : NONE;
                case '-':
                    return expandLeast(s, p, end);
                default:
                    if (!matches) {
                        return NONE;
                    }
                    s++;
                    p = end;
            }
        }
        return s;
    }

    private static boolean isSpecial(int c) {
        return c == 'b' || c == 'f' || c >= '0' && c <= '9';
    }

    private int special(int s, int p) {
        switch (patternAt(p + 1)) {
            case 'b':
                return balance(s, p + 2);
            case 'f': {
                if (patternAt(p + 2) != '[') {
                    throw t.error("missing '[' after '%f' in pattern");
                }
                int end = classEnd(p + 2);
                boolean isFrontier = !matchesSet(s == 0 ? 0 : sourceAt(s - 1), p + 2, end - 1)
                        && matchesSet(sourceAt(s), p + 2, end - 1);
                return isFrontier ? s : NONE;
            }
            default:
                return backReference(s, patternAt(p + 1));
        }
    }

    private int afterSpecial(int p) {
        switch (patternAt(p + 1)) {
            case 'b':
                return p + 4;
            case 'f':
                return classEnd(p + 2);
            default:
                return p + 2;
        }
    }

    private int balance(int s, int p) {
        if (p + 1 >= patternEnd) {
            throw t.error("unbalanced pattern");
        }
        int open = patternAt(p);
        int close = patternAt(p + 1);
        if (s >= source.length || sourceAt(s) != open) {
            return NONE;
        }
        int nesting = 1;
        for (int at = s + 1; at < source.length; at++) {
            spend();
            int c = source[at] & 0xff;
            if (c == close) {
                if (--nesting == 0) {
                    return at + 1;
                }
            } else if (c == open) {
                nesting++;
            }
        }
        return NONE;
    }

    private int backReference(int s, int digit) {
        int index = digit - '1';
        if (index < 0 || index >= level || lengths[index] == UNFINISHED) {
            throw t.error("invalid capture index");
        }
        // a position has the greatest of lengths in C
        int length = lengths[index];
        if (length == POSITION || source.length - s < length) {
            return NONE;
        }
        for (int i = 0; i < length; i++) {
            if (source[starts[index] + i] != source[s + i]) {
                return NONE;
            }
        }
        budget.spend(t, length);
        return s + length;
    }

    private int startCapture(int s, int p, int kind) {
        if (level >= MAX_CAPTURES) {
            throw t.error("too many captures");
        }
        starts[level] = s;
        lengths[level] = kind;
        level++;
        int result = run(s, p);
        if (result == NONE) {
            level--;
        }
        return result;
    }

    private int endCapture(int s, int p) {
        int open = level - 1;
        while (open >= 0 && lengths[open] != UNFINISHED) {
            open--;
        }
        if (open < 0) {
            throw t.error("invalid pattern capture");
        }
        lengths[open] = s - starts[open];
        int result = run(s, p);
        if (result == NONE) {
            lengths[open] = UNFINISHED;
        }
        return result;
    }

    private int expandMost(int s, int p, int end) {
        int count = 0;
        while (s + count < source.length && matchesOne(source[s + count] & 0xff, p, end)) {
            count++;
            spend();
        }
        for (; count >= 0; count--) {
            int result = run(s + count, end + 1);
            if (result != NONE) {
                return result;
            }
        }
        return NONE;
    }

    private int expandLeast(int from, int p, int end) {
        int s = from;
        while (true) {
            int result = run(s, end + 1);
            if (result != NONE) {
                return result;
            }
            if (s >= source.length || !matchesOne(source[s] & 0xff, p, end)) {
                return NONE;
            }
            s++;
        }
    }

    // single signs

    private int classEnd(int from) {
        int p = from;
        int c = patternAt(p++);
        if (c == ESCAPE) {
            if (p >= patternEnd) {
                throw t.error("malformed pattern (ends with '%')");
            }
            return p + 1;
        }
        if (c != '[') {
            return p;
        }
        if (patternAt(p) == '^') {
            p++;
        }
        do {
            if (p >= patternEnd) {
                throw t.error("malformed pattern (missing ']')");
            }
            if (patternAt(p++) == ESCAPE && p < patternEnd) {
                p++;
            }
        } while (patternAt(p) != ']');
        return p + 1;
    }

    private boolean matchesOne(int c, int p, int end) {
        switch (pattern[p]) {
            case '.':
                return true;
            case ESCAPE:
                return Bytes.isOfClass(c, patternAt(p + 1));
            case '[':
                return matchesSet(c, p, end - 1);
            default:
                return (pattern[p] & 0xff) == c;
        }
    }

    private boolean matchesSet(int c, int from, int end) {
        int p = from;
        boolean isFound = true;
        if (patternAt(p + 1) == '^') {
            isFound = false;
            p++;
        }
        while (++p < end) {
            if (patternAt(p) == ESCAPE) {
                p++;
                if (Bytes.isOfClass(c, patternAt(p))) {
                    return isFound;
                }
            } else if (patternAt(p + 1) == '-' && p + 2 < end) {
                p += 2;
                if (patternAt(p - 2) <= c && c <= patternAt(p)) {
                    return isFound;
                }
            } else if (patternAt(p) == c) {
                return isFound;
            }
        }
        return !isFound;
    }

    // captures

    /** The capture, or the whole match if there is none and the first is asked for. */
    Object capture(int index, int start, int end) {
        if (index >= level) {
            if (index != 0) {
                throw t.error("invalid capture index");
            }
            return string(start, end - start);
        }
        if (lengths[index] == POSITION) {
            return (double) (starts[index] + 1);
        }
        if (lengths[index] == UNFINISHED) {
            throw t.error("unfinished capture");
        }
        return string(starts[index], lengths[index]);
    }

    private LuaString string(int from, int length) {
        t.runtime.memory().chargeString(length);
        return LuaString.copyOf(source, from, length);
    }

    /** All captures; the whole match if there are none and it is wanted. */
    int pushCaptures(int start, int end, boolean wantsWhole) {
        int count = level == 0 && wantsWhole ? 1 : level;
        for (int i = 0; i < count; i++) {
            t.push(capture(i, start, end));
        }
        return count;
    }
}
