package io.tailrace.node.command;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.Arguments;
import java.util.Arrays;
import java.util.List;

/**
 * Which arguments of one request are keys, in the order of the arguments for most commands: for the router, the runner and
 * COMMAND GETKEYS. Commands with {@link CommandFlag#MOVABLEKEYS} are asked by their key specifications, all others by the
 * positions in their row. Reused by one thread, without garbage.
 */
public final class RequestKeys {
    private static final int INITIAL = 16;

    private final KeySpec.Range range = new KeySpec.Range();
    private int[] at = new int[INITIAL];
    private int count;
    private boolean isOpen;

    /** Looks at a request. */
    public RequestKeys of(CommandSpec spec, Arguments request) {
        isOpen = false;
        if (!spec.has(CommandFlag.MOVABLEKEYS)) {
            return of(spec.keys(), request);
        }
        count = 0;
        List<KeySpec> specs = CommandDocs.of(spec).keySpecs;
        boolean isStoreAdded = false;
        for (int i = 0; i < specs.size(); i++) {
            if (specs.get(i).locate(request, range)) {
                add(range.first, range.last, range.step);
            } else if (specs.get(i).isUnknown() && !isStoreAdded) {
                // one of its patterns is unknown like the key that it stores to
                addStoreKey(request);
                isStoreAdded = true;
            }
        }
        return this;
    }

    /** The same by positions. */
    public RequestKeys of(KeyPositions keys, Arguments request) {
        count = 0;
        isOpen = false;
        add(keys.first(), keys.end(request), keys.step());
        return this;
    }

    /** SORT's, which no key specification finds: a word may be the pattern of another option. */
    private void addStoreKey(Arguments request) {
        int store = 0;
        for (int i = 2; i + 1 < request.count(); i++) {
            if (request.is(i, "STORE")) {
                store = i + 1;
            } else if (request.is(i, "BY") || request.is(i, "GET")) {
                isOpen |= isPattern(request, i + 1);
            }
            i += request.is(i, "LIMIT") ? 2 : request.is(i, "BY") || request.is(i, "GET") ? 1 : 0;
        }
        if (store > 0) {
            add(store, store, 1);
        }
    }

    private static boolean isPattern(Arguments request, int argument) {
        for (int i = 0; i < request.length(argument); i++) {
            if (Memory.getByte(request.address(argument) + i) == '*') {
                return true;
            }
        }
        return false;
    }

    /** Whether the command reads keys that only its data tells: SORT by a pattern. */
    public boolean isOpen() {
        return isOpen;
    }

    private void add(int first, int last, int step) {
        for (int i = first; i <= last; i += step) {
            if (count == at.length) {
                at = Arrays.copyOf(at, 2 * count);
            }
            at[count++] = i;
        }
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /** Which argument the i-th is. */
    public int argument(int i) {
        return at[i];
    }
}
