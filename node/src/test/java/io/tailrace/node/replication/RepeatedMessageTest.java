package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RepeatedMessageTest {
    private final RepeatedMessage message = new RepeatedMessage();

    @Test
    void shouldTakeNumbersThatGrowForTheSame() {
        assertTrue(message.isNew("FUTURE it is at 3:17 of history " + "a".repeat(40) + ", this log ends at 3:5"));
        assertFalse(message.isNew("FUTURE it is at 3:17 of history " + "b".repeat(40) + ", this log ends at 3:600"));
        assertTrue(message.isNew("FOREIGN it is at 3:17"));
        assertTrue(message.isNew("FUTURE it is at 3:17 of history " + "a".repeat(40) + ", this log ends at 3:5"));
    }

    @Test
    void shouldTakeItForNewAfterItWasForgotten() {
        assertTrue(message.isNew("no"));
        message.forget();
        assertTrue(message.isNew("no"));
    }
}
