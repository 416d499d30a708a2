package io.tailrace.node.feed;

/** A log can't be read further: it is damaged, holds what this version does not know, or is not there. One line for the operator. */
public final class FeedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public FeedException(String message) {
        super(message);
    }

    public FeedException(String message, Throwable cause) {
        super(message, cause);
    }
}
