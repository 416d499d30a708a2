package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DuplicateReplicaDetectorTest {
    private static final long NOW = 1_700_000_000_000L;

    private final DuplicateReplicaDetector copied = new DuplicateReplicaDetector();

    @Test
    void shouldTellOnceOfAConnectionThatIsStillHeard() {
        assertTrue(copied.check("a", "10.0.0.1:6380", NOW, NOW + 3_000));
        assertFalse(copied.check("a", "10.0.0.1:6380", NOW, NOW + 4_000));
        assertTrue(copied.check("b", "10.0.0.1:6380", NOW, NOW + 3_000));
    }

    @Test
    void shouldNotTellOfAnOldConnectionOfTheSameNode() {
        assertFalse(copied.check("a", "10.0.0.1:6380", NOW, NOW - 20_000));
        assertFalse(copied.check("a", "10.0.0.1:6380", NOW, NOW + 1_000), "what was on its way");
    }
}
