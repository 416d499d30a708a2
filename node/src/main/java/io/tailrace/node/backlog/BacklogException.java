package io.tailrace.node.backlog;

/** The backlog's files are damaged, or can't be read or written; the message names the directory or file. */
public final class BacklogException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BacklogException(String message) {
        super(message);
    }

    public BacklogException(String message, Throwable cause) {
        super(message, cause);
    }
}
