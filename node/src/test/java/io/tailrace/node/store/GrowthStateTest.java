package io.tailrace.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.arena.Arena;
import io.tailrace.node.platform.StateEdges;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every edge of a store's growth is taken by what a store does. */
class GrowthStateTest {
    private static final StoreSizing SMALL = new StoreSizing(100, 8, 100);

    private final ManualBackground background = new ManualBackground();
    private final Arena arena = new Arena();
    private final Totals totals = new Totals(arena);
    private boolean isMemoryShort;
    private StoreMaps maps = new StoreMaps(SMALL, SMALL, this::make, background, totals);

    @AfterEach
    void close() {
        maps.close();
        arena.close();
        background.runAll();
    }

    private StoreMap make(StoreSizing sizing) {
        if (isMemoryShort) {
            throw new OutOfMemoryError("none for " + sizing);
        }
        return new StoreMap(sizing);
    }

    private void order() {
        totals.keys = 100_000;
        totals.mapBytes = 10_000_000;
        while (maps.state() == GrowthState.SETTLED) {
            maps.countPut();
            maps.growStep(0);
        }
        assertEquals(GrowthState.CREATING, maps.state());
    }

    private void move() {
        while (maps.state() == GrowthState.MOVING) {
            assertTrue(maps.growStep(1_000) > 0);
        }
    }

    @Test
    void shouldTakeEveryEdge() {
        isMemoryShort = false;
        order();
        background.runAll();
        maps.growStep(0);
        assertEquals(GrowthState.MOVING, maps.state());
        totals.keys = 0;
        totals.mapBytes = 0;
        move();
        assertEquals(1, maps.moves());

        assertTrue(maps.canTake(60_000), "in a larger map, at once");
        assertEquals(GrowthState.MOVING, maps.state());
        move();
        assertEquals(GrowthState.SETTLED, maps.state());
        Set<String> taken = new HashSet<>(StateEdges.taken(maps.growth()));

        maps.close();
        maps = new StoreMaps(SMALL, SMALL, this::make, background, totals);
        order();
        maps.retire();
        assertEquals(GrowthState.SETTLED, maps.state());
        taken.addAll(StateEdges.taken(maps.growth()));
        assertEquals(StateEdges.allowed(GrowthState.values(), GrowthState::successors), taken);
    }

    @Test
    void shouldStayAsItIsWhenThereIsNoMemoryForALargerMap() {
        isMemoryShort = true;
        order();
        background.runAll();
        maps.growStep(0);
        assertEquals(GrowthState.SETTLED, maps.state());
        assertFalse(maps.canTake(60_000));
        assertEquals(0, maps.moves());
    }
}
