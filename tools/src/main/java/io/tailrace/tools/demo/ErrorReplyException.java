package io.tailrace.tools.demo;

import java.io.IOException;

/** A node answered with an error; the message is its text. The connection continues. */
public final class ErrorReplyException extends IOException {

    private static final long serialVersionUID = 1L;

    ErrorReplyException(String message) {
        super(message);
    }
}
