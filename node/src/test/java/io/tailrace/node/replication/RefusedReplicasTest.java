package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.services.RefusedReplica;
import io.tailrace.wire.handshake.HandshakeRequest;
import io.tailrace.wire.handshake.HandshakeRequest.ReplicaLog;
import io.tailrace.wire.handshake.RefusalCode;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefusedReplicasTest {
    private static final String HISTORY = "a".repeat(40);
    private static final long NOW = 1_000_000;

    private final RefusedReplicas replicas = new RefusedReplicas();

    private void refuse(String id, RefusalCode code, long atSteadyMs) {
        HandshakeRequest request =
                new HandshakeRequest(0, 1, id, 6380, new ReplicaLog(HISTORY, 7, 5, List.of()), null, null);
        replicas.refused(request, "10.0.0.1", Decision.refuse(code, "so"), atSteadyMs);
    }

    @Test
    void shouldLogOneThatAsksEachSecondOnceInTenMinutes() {
        long lines = 0;
        for (int second = 0; second < 3_600; second++) {
            lines += replicas.mayLog("one", RefusalCode.FUTURE, NOW + second * 1_000L) ? 1 : 0;
        }
        assertEquals(6, lines);
    }

    @Test
    void shouldLogWhatIsNew() {
        assertTrue(replicas.mayLog("one", RefusalCode.FUTURE, NOW));
        assertTrue(replicas.mayLog("one", RefusalCode.FOREIGN, NOW + 1_000), "another reason");
        assertTrue(replicas.mayLog("two", RefusalCode.FOREIGN, NOW + 1_000), "another replica");
        assertFalse(replicas.mayLog("one", RefusalCode.FOREIGN, NOW + 2_000));
        replicas.accepted("one");
        assertTrue(replicas.mayLog("one", RefusalCode.FOREIGN, NOW + 3_000), "it was attached in between");
    }

    @Test
    void shouldTellOfThoseThatAskNow() {
        refuse("one", RefusalCode.FUTURE, NOW);
        refuse("two", RefusalCode.FOREIGN, NOW);
        refuse("two", RefusalCode.FOREIGN, NOW + 9_000);
        assertEquals(
                List.of(
                        new RefusedReplica("one", "10.0.0.1", 6380, "FUTURE", HISTORY, 7, 9_500, 1),
                        new RefusedReplica("two", "10.0.0.1", 6380, "FOREIGN", HISTORY, 7, 500, 2)),
                replicas.recent(NOW + 9_500));
        assertEquals(1, replicas.recent(NOW + 10_001).size());
        replicas.accepted("two");
        assertEquals(List.of(), replicas.recent(NOW + 10_001));
    }

    @Test
    void shouldForgetTheOldestOfThoseThatComeUnderEverNewNames() {
        for (int i = 0; i < 10 * RefusedReplicas.MAX; i++) {
            refuse("name-" + i, RefusalCode.FOREIGN, NOW);
        }
        assertEquals(RefusedReplicas.MAX, replicas.recent(NOW).size());
    }
}
