package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SnapshotHoldsTest {
    private final SnapshotHolds holds = new SnapshotHolds();
    private final Object session = new Object();

    @Test
    void shouldHoldWhatIsBeingSentHoweverLongItTakes() {
        holds.sending(session, "a", "snapshot-1", 100);
        holds.sending(new Object(), "b", "snapshot-2", 200);
        assertEquals(100, holds.neededFrom(Long.MAX_VALUE - 1));
        assertTrue(holds.isHeld("snapshot-1"));
        assertTrue(holds.isHeld("snapshot-2"));
        holds.release("a");
        assertEquals(200, holds.neededFrom(0));
        assertFalse(holds.isHeld("snapshot-1"));
    }

    @Test
    void shouldHoldWhatBrokeOffForTheWindow() {
        holds.sending(session, "a", "snapshot-1", 100);
        holds.lost(session, "a", 5_000);
        assertEquals(100, holds.neededFrom(4_999));
        assertTrue(holds.isHeld("snapshot-1"));
        assertEquals(Long.MAX_VALUE, holds.neededFrom(5_000));
        assertFalse(holds.isHeld("snapshot-1"));
    }

    @Test
    void shouldNotLetAnOldSessionsEndTakeTheNewOnesHold() {
        holds.sending(session, "a", "snapshot-1", 100);
        Object newer = new Object();
        holds.sending(newer, "a", "snapshot-1", 100);
        holds.lost(session, "a", 0);
        assertEquals(100, holds.neededFrom(1));
        holds.lost(newer, "a", 0);
        assertEquals(Long.MAX_VALUE, holds.neededFrom(1));
    }

    @Test
    void shouldHoldNothingOfAReplicaThatWasSentNone() {
        holds.lost(session, "a", 5_000);
        holds.release("a");
        assertEquals(Long.MAX_VALUE, holds.neededFrom(0));
    }

    @Test
    void shouldKeepOnlySoManyOfThoseThatAreAway() {
        holds.sending(session, "there", "snapshot", 1);
        for (int i = 0; i < 1_000; i++) {
            holds.sending(session, "name-" + i, "snapshot-" + i, 100 + i);
            holds.lost(session, "name-" + i, 5_000);
        }
        assertFalse(holds.isHeld("snapshot-" + (999 - ReconnectSlots.MAX)));
        assertTrue(holds.isHeld("snapshot-999"));
        assertTrue(holds.isHeld("snapshot"));
    }
}
