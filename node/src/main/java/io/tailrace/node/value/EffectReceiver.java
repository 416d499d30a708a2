package io.tailrace.node.value;

import io.tailrace.wire.resp.Arguments;

/** Receives effects one by one, with all their arguments; their memory is valid until the call returns. */
@FunctionalInterface
public interface EffectReceiver {
    /** Takes one, whose name is argument 0; its bytes may change after the call. */
    void effect(Arguments arguments);
}
