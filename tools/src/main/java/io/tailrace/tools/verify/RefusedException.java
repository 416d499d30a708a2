package io.tailrace.tools.verify;

import io.tailrace.node.config.HostPort;
import java.io.IOException;

/** A node answers with an error. */
final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String code;

    RefusedException(HostPort node, String text) {
        super(node + " answers: " + text + advice(text));
        code = text.split(" ", 2)[0];
    }

    private static String advice(String text) {
        if (text.startsWith("ERR unknown command")) {
            return "; it is not a Tailrace node of this version";
        }
        if (text.startsWith("NOAUTH") || text.startsWith("NOPERM")) {
            return "; use --user and --password-file of a user that may run STOREDIGEST (+@admin)";
        }
        return "";
    }

    /** Its first word. */
    String code() {
        return code;
    }
}
