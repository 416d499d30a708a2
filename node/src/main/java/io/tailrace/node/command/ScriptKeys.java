package io.tailrace.node.command;

import io.tailrace.node.shard.KeySlot;
import io.tailrace.wire.resp.Arguments;

/**
 * Whether a script uses other keys than it declares, as far as that may matter on a node of several shards: keys of the same slot are on
 * the same shard whatever they are. Owned by the shard's thread; looks only when it is asked to.
 */
final class ScriptKeys {
    private boolean isLearning;
    private boolean hasStrayed;
    private Arguments declaring;
    private int firstKey;
    private int keyCount;

    /** Looks at what the scripts to come use, or no more. */
    void learn(boolean isOn) {
        isLearning = isOn;
        hasStrayed = false;
    }

    /** Whether one has used others since {@link #learn}. */
    boolean hasStrayed() {
        return hasStrayed;
    }

    /** A script begins. */
    void begin(Arguments request, int first, int count) {
        declaring = request;
        firstKey = first;
        keyCount = count;
    }

    /** The request that declares the keys of the script under way. */
    Arguments declaring() {
        return declaring;
    }

    /** Which argument of it is the first key. */
    int firstKey() {
        return firstKey;
    }

    int keyCount() {
        return keyCount;
    }

    /** It calls a command. */
    void use(CommandSpec spec, RequestKeys keys, Arguments request) {
        if (!isLearning) {
            return;
        }
        hasStrayed |= spec.routing() != Routing.ONE_SHARD || keys.isOpen();
        for (int i = 0; i < keys.count(); i++) {
            int key = keys.argument(i);
            hasStrayed |= !isDeclared(KeySlot.slotOf(request.address(key), request.length(key)));
        }
    }

    private boolean isDeclared(int slot) {
        for (int i = firstKey; i < firstKey + keyCount; i++) {
            if (KeySlot.slotOf(declaring.address(i), declaring.length(i)) == slot) {
                return true;
            }
        }
        return false;
    }
}
