package io.tailrace.tools.demo;

/** What was waited for did not come in time. */
public final class AwaitException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    AwaitException(String message, Throwable cause) {
        super(message, cause);
    }
}
