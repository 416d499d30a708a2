package io.tailrace.node.platform;

import java.util.Arrays;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Edges of state machines in words, so that those taken can be compared with those allowed. */
public final class StateEdges {
    private StateEdges() {}

    /** Those that a machine allows. */
    public static <S extends Enum<S>> Set<String> allowed(S[] states, Function<S, Set<S>> successors) {
        return Arrays.stream(states)
                .flatMap(from -> successors.apply(from).stream().map(to -> from + " -> " + to))
                .collect(Collectors.toSet());
    }

    /** Those that a machine took lately. */
    public static Set<String> taken(StateMachine<?> machine) {
        return machine.recent().stream()
                .map(transition -> transition.from() + " -> " + transition.to())
                .collect(Collectors.toSet());
    }
}
