package io.tailrace.node.replication;

import io.tailrace.node.config.HostPort;

/** How long a link may stay in a state without hearing of the primary. Stateless; the result is why it is given up, or null. */
final class LinkDeadlines {
    static final long SILENCE_MS = 10_000;
    private static final long CONNECT_MS = 5_000;
    private static final long LOCATE_MS = 30_000;

    private LinkDeadlines() {}

    static String overdueLocating(long elapsedMs, HostPort primary) {
        return elapsedMs > LOCATE_MS
                ? "where " + primary + " replicates was not answered in " + LOCATE_MS + " ms"
                : null;
    }

    static String overdueConnecting(long elapsedMs) {
        return elapsedMs > CONNECT_MS ? "connecting took longer than " + CONNECT_MS + " ms" : null;
    }

    /** However much has come of the answer, which is a line. */
    static String overdueHandshake(long elapsedMs) {
        return elapsedMs > SILENCE_MS ? "the primary did not answer the handshake within " + elapsedMs + " ms" : null;
    }

    static String overdueTraffic(long silentMs, long mostMs) {
        return silentMs > mostMs ? "nothing was heard from the primary for " + silentMs + " ms" : null;
    }
}
