package io.tailrace.wire.resp;

/** A reply that takes more room than its writer may: what was written of it is to be rolled back. */
public final class ReplyTooLargeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /** @param bytes the most that it may have */
    ReplyTooLargeException(long bytes) {
        super("the reply is larger than " + bytes + " bytes (client-output-limit)");
    }
}
