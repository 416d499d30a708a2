package io.tailrace.node.feed;

/**
 * A log can't be read any further: it is damaged, missing, or holds records unknown to this version. One line for the operator.
 */
public final class FeedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public FeedException(String message) {
        super(message);
    }

    public FeedException(String message, Throwable cause) {
        super(message, cause);
    }
}
