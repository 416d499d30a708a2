package io.tailrace.node.store;

import io.tailrace.node.platform.StateMachine;
import java.util.EnumSet;
import java.util.Set;

/** Where a store is on its way to a larger map: see {@link Growth}. */
enum GrowthState implements StateMachine.State<GrowthState> {
    /** One map, which is large enough. */
    SETTLED,
    /** One map; another thread makes a larger one. */
    CREATING,
    /** Two maps: entries move from the smaller to the larger one. */
    MOVING;

    @Override
    public Set<GrowthState> successors() {
        return switch (this) {
            case SETTLED -> EnumSet.of(CREATING, MOVING);
            case CREATING -> EnumSet.of(MOVING, SETTLED);
            case MOVING -> EnumSet.of(SETTLED);
        };
    }
}
