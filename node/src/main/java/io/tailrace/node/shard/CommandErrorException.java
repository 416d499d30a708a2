package io.tailrace.node.shard;

/**
 * A command is wrong for what its keys hold, and has changed nothing: the answer to the client, without the dash. In a MULTI the
 * other commands continue. Without a stack trace, as it is an outcome and no fault.
 */
public final class CommandErrorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CommandErrorException(String error) {
        super(error, null, false, false);
    }
}
