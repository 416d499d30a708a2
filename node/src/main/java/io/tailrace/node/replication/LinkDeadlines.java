package io.tailrace.node.replication;

import io.tailrace.node.config.HostPort;

/** How long a link may stay in a state without hearing of the primary. Stateless. */
final class LinkDeadlines {
    private static final long SILENCE_MILLIS = 10_000;
    private static final long CONNECT_MILLIS = 5_000;
    private static final long LOCATE_MILLIS = 30_000;

    private LinkDeadlines() {}

    /** Why the link is to be given up now, or null. All times are epoch milliseconds, of hearing -1 for never. */
    static String overdue(LinkState state, long now, long stateSince, long lastHeard, HostPort primary) {
        switch (state) {
            case HANDSHAKE:
                // a line: however much of it has come
                return now - stateSince > SILENCE_MILLIS
                        ? "the primary did not answer the handshake within " + (now - stateSince) + " ms"
                        : null;
            case SYNCING:
            case REDOING:
            case REWINDING:
            case STREAMING:
                long silent = now - Math.max(lastHeard, stateSince);
                return silent > SILENCE_MILLIS ? "nothing was heard of the primary for " + silent + " ms" : null;
            case LOCATING:
                return now - stateSince > LOCATE_MILLIS
                        ? "where " + primary + " replicates was not answered in " + LOCATE_MILLIS + " ms"
                        : null;
            case CONNECTING:
                return now - stateSince > CONNECT_MILLIS
                        ? "connecting took longer than " + CONNECT_MILLIS + " ms"
                        : null;
            default:
                return null;
        }
    }
}
