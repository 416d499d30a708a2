package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CopiedReplicasTest {
    private static final long NOW = 1_700_000_000_000L;

    private final CopiedReplicas copied = new CopiedReplicas();

    @Test
    void shouldTellOnceOfAConnectionThatIsStillHeard() {
        assertTrue(copied.look("a", "10.0.0.1:6380", NOW, NOW + 3_000));
        assertFalse(copied.look("a", "10.0.0.1:6380", NOW, NOW + 4_000));
        assertTrue(copied.look("b", "10.0.0.1:6380", NOW, NOW + 3_000));
    }

    @Test
    void shouldNotTellOfAnOldConnectionOfTheSameNode() {
        assertFalse(copied.look("a", "10.0.0.1:6380", NOW, NOW - 20_000));
        assertFalse(copied.look("a", "10.0.0.1:6380", NOW, NOW + 1_000), "what was on its way");
    }
}
