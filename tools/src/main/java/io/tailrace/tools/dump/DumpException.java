package io.tailrace.tools.dump;

/** A dump can't continue; the message is the one line that says why. */
public final class DumpException extends Exception {

    private static final long serialVersionUID = 1L;

    public DumpException(String message) {
        super(message);
    }
}
