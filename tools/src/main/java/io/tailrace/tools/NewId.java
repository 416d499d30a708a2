package io.tailrace.tools;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Identities of nodes and histories: 40 hex digits that no other node has. */
final class NewId {
    private static final int BYTES = 20;

    private NewId() {}

    static String create() {
        byte[] id = new byte[BYTES];
        new SecureRandom().nextBytes(id);
        return HexFormat.of().formatHex(id);
    }
}
