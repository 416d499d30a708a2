package io.tailrace.node.shard;

/** A shard's data can't be rebuilt exactly; the message says what is missing or damaged, and what to do. */
public final class RebuildException extends Exception {
    private static final long serialVersionUID = 1L;

    public RebuildException(String message) {
        super(message);
    }

    public RebuildException(String message, Throwable cause) {
        super(message, cause);
    }
}
