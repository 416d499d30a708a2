package io.tailrace.node.reactor;

import java.util.ArrayList;
import java.util.List;

/** Connections whose TLS is not established yet, which they have {@value #MAX_MILLIS} ms for. Owned by one reactor thread. */
final class Handshakes {
    private static final long MAX_MILLIS = 10_000;

    private record Handshake(Connection connection, long sinceSteadyMs) {
        boolean isOver() {
            return connection.isClosed() || connection.isOpen();
        }
    }

    private final List<Handshake> underWay = new ArrayList<>();

    /** @param nowSteadyMs by a clock that is never set, as below */
    void add(Connection connection, long nowSteadyMs) {
        underWay.add(new Handshake(connection, nowSteadyMs));
    }

    /** Closes those that took too long; about once a second. */
    void endOverdue(long nowSteadyMs) {
        if (underWay.isEmpty()) {
            return;
        }
        underWay.removeIf(Handshake::isOver);
        for (Handshake handshake : underWay) {
            if (nowSteadyMs - handshake.sinceSteadyMs() >= MAX_MILLIS) {
                handshake.connection().close();
            }
        }
    }
}
