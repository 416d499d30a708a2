package io.tailrace.node.security;

import io.tailrace.wire.memory.GlobPattern;
import java.nio.charset.StandardCharsets;

/** Keys that a user may read, write or both, by a pattern. Immutable; the pattern's text has a character a byte. */
record KeyRule(String pattern, boolean isRead, boolean isWrite, GlobPattern glob) {
    static KeyRule of(String pattern, boolean isRead, boolean isWrite) {
        return new KeyRule(pattern, isRead, isWrite, new GlobPattern(pattern.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** As ACL LIST shows it. */
    String text() {
        String access = isRead && isWrite ? "" : isRead ? "%R" : "%W";
        return access + "~" + pattern;
    }
}
