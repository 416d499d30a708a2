package io.tailrace.node.shard;

/** The effects of a command or MULTI don't fit into one record; nothing of it is kept. The message goes to the client. */
public final class EffectsTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EffectsTooLargeException(String message) {
        super(message, null, false, false);
    }
}
