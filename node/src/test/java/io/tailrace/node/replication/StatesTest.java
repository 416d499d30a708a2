package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class StatesTest {
    @Test
    void shouldAllowASessionTheseEdgesAndNoOthers() {
        Set<String> edges = new TreeSet<>();
        for (SessionState from : SessionState.values()) {
            for (SessionState to : SessionState.values()) {
                if (from.maySucceed(to)) {
                    edges.add(from + ">" + to);
                }
            }
        }
        assertEquals(
                new TreeSet<>(Set.of(
                        "HANDSHAKE>SNAPSHOT_SHIPPING",
                        "HANDSHAKE>STREAMING",
                        "HANDSHAKE>REWINDING",
                        "HANDSHAKE>CLOSED",
                        "REWINDING>STREAMING",
                        "REWINDING>CLOSED",
                        "SNAPSHOT_SHIPPING>STREAMING",
                        "SNAPSHOT_SHIPPING>CLOSED",
                        "STREAMING>SNAPSHOT_SHIPPING",
                        "STREAMING>CLOSED")),
                edges);
    }

    @Test
    void shouldLetALinkBackOffFromEverywhereAndBeginAgain() {
        for (LinkState state : LinkState.values()) {
            boolean isLive = state != LinkState.BACKOFF && state != LinkState.CLOSED;
            assertEquals(isLive, state.maySucceed(LinkState.BACKOFF), state.name());
            assertEquals(state != LinkState.CLOSED, state.maySucceed(LinkState.CLOSED), state.name());
            assertEquals(state == LinkState.BACKOFF, state.maySucceed(LinkState.LOCATING), state.name());
        }
        assertTrue(LinkState.HANDSHAKE.maySucceed(LinkState.SYNCING));
        assertFalse(LinkState.SYNCING.maySucceed(LinkState.STREAMING), "a snapshot alone is not exact");
        assertTrue(LinkState.REDOING.maySucceed(LinkState.STREAMING));
    }
}
