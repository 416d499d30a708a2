package io.tailrace.tools.rdb;

import java.io.IOException;

/** The server does not do a command; the message says which one, why, and how to go on. */
final class RefusedCommandException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedCommandException(String message) {
        super(message);
    }
}
