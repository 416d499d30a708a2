package io.tailrace.node.shard;

/**
 * A command, or all of a MULTI, can't be logged or stored, and nothing of it is kept: the answer to the client, without the dash.
 * Without a stack trace, as it is an outcome and no fault.
 */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RefusedException(String error) {
        super(error, null, false, false);
    }
}
