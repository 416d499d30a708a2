package io.tailrace.node.value;

import io.tailrace.wire.resp.Arguments;

/** Receives effects one by one, with all their arguments; their memory is valid until the call returns. */
@FunctionalInterface
public interface EffectReceiver {
    void effect(Arguments arguments);
}
