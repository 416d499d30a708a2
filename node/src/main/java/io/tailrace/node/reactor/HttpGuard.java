package io.tailrace.node.reactor;

import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.Arguments;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recognises requests that a browser was tricked into sending: lines of an HTTP request are taken for inline commands, so the
 * lines of its body would run as commands (cross-protocol scripting). Owned by one reactor thread.
 *
 * <p>As in Redis {@code POST} and {@code Host:} end the connection, in any case, inline or in RESP; here also a header without
 * a space after the colon, and the request lines of other methods, which in HTTP/1.0 need no {@code Host:}. None of these is
 * ever a valid command, so asking is only needed for what is refused anyway.
 */
final class HttpGuard {
    private static final Logger LOG = LoggerFactory.getLogger(HttpGuard.class);
    private static final long LOG_INTERVAL_MILLIS = 60_000;
    private static final String HOST = "HOST:";
    private static final String VERSION = "HTTP/";
    private static final int REQUEST_LINE_WORDS = 3;
    private static final List<String> METHODS =
            List.of("GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "CONNECT", "TRACE", "PRI");

    private final CycleClock clock;
    private long nextLogSteadyMs = Long.MIN_VALUE;
    private long unlogged;

    HttpGuard(CycleClock clock) {
        this.clock = clock;
    }

    static boolean isHttp(Arguments request) {
        return request.is(0, "POST") || startsWith(request, 0, HOST) || isRequestLine(request);
    }

    private static boolean isRequestLine(Arguments request) {
        return request.count() == REQUEST_LINE_WORDS
                && startsWith(request, 2, VERSION)
                && METHODS.stream().anyMatch(method -> request.is(0, method));
    }

    private static boolean startsWith(Arguments request, int i, String upperAscii) {
        return request.length(i) >= upperAscii.length()
                && Memory.equalsIgnoreCase(request.address(i), upperAscii.length(), upperAscii);
    }

    /** Logs an attack, at most one a minute. */
    void log(ClientInfo client) {
        long now = clock.steadyMs();
        if (now < nextLogSteadyMs) {
            unlogged++;
            return;
        }
        LOG.warn(
                "address={}: possible attack by cross-protocol scripting: this client sent an HTTP request; its connection is closed{}",
                client.address(),
                unlogged == 0 ? "" : " (and " + unlogged + " others since the last such line)");
        nextLogSteadyMs = now + LOG_INTERVAL_MILLIS;
        unlogged = 0;
    }
}
