package io.tailrace.node.value;

import io.tailrace.wire.resp.Arguments;

/** Takes effects one by one, with all their arguments; their memory is valid until it returns. */
@FunctionalInterface
public interface EffectReceiver {
    void effect(Arguments arguments);
}
