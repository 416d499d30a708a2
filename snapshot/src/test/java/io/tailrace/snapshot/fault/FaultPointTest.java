package io.tailrace.snapshot.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** That the points kill is shown by the system tests that die by them. */
class FaultPointTest {
    @Test
    void shouldReadWhichPointAndWhichHit() {
        for (FaultPoint point : FaultPoint.values()) {
            assertEquals(point, FaultPoint.armed(point.text()));
            assertEquals(point, FaultPoint.armed(point.text() + ":17"));
        }
        assertEquals("roll-closed", FaultPoint.ROLL_CLOSED.text());
        assertEquals(1, FaultPoint.hits("logged"));
        assertEquals(17, FaultPoint.hits("logged:17"));
        assertNull(FaultPoint.armed(null));
        assertEquals(1, FaultPoint.hits(null));
    }

    @Test
    void shouldRefuseWhatItDoesNotKnow() {
        assertThrows(IllegalArgumentException.class, () -> FaultPoint.armed("loged"));
        assertThrows(NumberFormatException.class, () -> FaultPoint.hits("logged:soon"));
    }

    @Test
    void shouldLiveOnWhereNothingIsArmed() {
        assertNull(System.getProperty(FaultPoint.PROPERTY));
        for (FaultPoint point : FaultPoint.values()) {
            point.hit();
        }
    }
}
