package io.tailrace.node.cores;

/** A thread can't be pinned; the message says what is in the way. */
final class PinException extends Exception {
    private static final long serialVersionUID = 1L;

    PinException(String message) {
        super(message);
    }
}
