package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tailrace.node.replication.ReconnectSlots.Slot;
import io.tailrace.wire.record.QueueIndex;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReconnectSlotsTest {
    private final ReconnectSlots slots = new ReconnectSlots();

    private static Slot slot(String id, long index, long untilSteadyMs) {
        return new Slot(id, "10.0.0.1", 6380, index, untilSteadyMs);
    }

    private List<String> heldAt(long nowSteadyMs) {
        slots.expire(nowSteadyMs);
        return slots.all().stream().map(Slot::id).toList();
    }

    @Test
    void shouldHoldAPlaceUntilItsTimeIsOver() {
        slots.hold(slot("a", 50, 1_000));
        slots.hold(slot("b", 70, 2_000));
        assertEquals(List.of("a", "b"), heldAt(999));
        assertEquals(List.of("b"), heldAt(1_000));
        assertEquals(List.of(), heldAt(2_000));
    }

    @Test
    void shouldReleaseAReplicaThatIsBack() {
        slots.hold(slot("a", 50, 1_000));
        slots.release("a");
        assertEquals(List.of(), heldAt(0));
    }

    @Test
    void shouldHoldNothingForAReplicaThatConfirmedNothing() {
        slots.hold(slot("a", QueueIndex.NONE, 1_000));
        assertEquals(List.of(), heldAt(0));
    }

    @Test
    void shouldKeepOnlySoManyPlaces() {
        for (int i = 0; i < 10_000; i++) {
            slots.hold(new Slot("name-" + i, "127.0.0.1", 1, 5, 1_000));
        }
        assertEquals(ReconnectSlots.MAX, slots.all().size());
        assertEquals(
                "name-9999",
                List.copyOf(slots.all()).get(ReconnectSlots.MAX - 1).id());
    }
}
