package io.tailrace.node.command;

import io.tailrace.wire.resp.Arguments;

/**
 * Which arguments of a request are keys: the one place that knows. Immutable. Visit them so:
 *
 * <pre>
 *  for (int i = keys.first(); i &lt;= keys.end(request); i += keys.step())
 * </pre>
 *
 * @param first argument of the first key, 0 for no keys
 * @param last argument of the last key; negative counts from the end
 * @param step arguments from one key to the next
 */
public record KeyPositions(int first, int last, int step) {
    public static final KeyPositions NONE = new KeyPositions(0, 0, 0);

    public KeyPositions {
        if (first < 0 || step < 0 || (first == 0) != (step == 0)) {
            throw new IllegalArgumentException("keys from " + first + " in steps of " + step);
        }
    }

    public boolean isNone() {
        return first == 0;
    }

    /** Where the last key of a request can be at most; before {@link #first} when it has no key. */
    public int end(Arguments request) {
        int count = request.count();
        return isNone() ? -1 : Math.min(last >= 0 ? last : count + last, count - 1);
    }

    /** How many keys a request has. */
    public int count(Arguments request) {
        int end = end(request);
        return end < first ? 0 : (end - first) / step + 1;
    }

    /** Whether what belongs to the last key is all there: the value of an MSET's. */
    public boolean isWhole(Arguments request) {
        return (request.count() - first) % step == 0;
    }
}
