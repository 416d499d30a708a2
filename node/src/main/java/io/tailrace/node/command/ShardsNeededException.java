package io.tailrace.node.command;

/**
 * A script asks for keys of shards that are not held: all that it has done is rolled back, and it starts again with all of them. Has no
 * stack trace.
 */
public final class ShardsNeededException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ShardsNeededException() {
        super("a script uses keys that it does not declare", null, false, false);
    }
}
