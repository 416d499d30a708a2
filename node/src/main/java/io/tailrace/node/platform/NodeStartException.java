package io.tailrace.node.platform;

/** A node that could not start and has touched nothing; the message is one line for the operator. */
public final class NodeStartException extends Exception {

    private static final long serialVersionUID = 1L;

    public NodeStartException(String message) {
        super(message);
    }

    public NodeStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
