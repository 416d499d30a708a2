package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tailrace.wire.record.QueueIndex;
import org.junit.jupiter.api.Test;

class ReconnectSlotsTest {
    private final ReconnectSlots slots = new ReconnectSlots();

    @Test
    void shouldHoldTheOldestPlaceUntilItsTimeIsOver() {
        slots.hold("a", 50, 1_000);
        slots.hold("b", 70, 2_000);
        assertEquals(50, slots.neededFrom(999));
        assertEquals(70, slots.neededFrom(1_000));
        assertEquals(Long.MAX_VALUE, slots.neededFrom(2_000));
    }

    @Test
    void shouldReleaseAReplicaThatIsBack() {
        slots.hold("a", 50, 1_000);
        slots.release("a");
        assertEquals(Long.MAX_VALUE, slots.neededFrom(0));
    }

    @Test
    void shouldHoldNothingForAReplicaThatConfirmedNothing() {
        slots.hold("a", QueueIndex.NONE, 1_000);
        assertEquals(Long.MAX_VALUE, slots.neededFrom(0));
    }
}
