package io.tailrace.node.command;

/** What a command that waits does with a key that may have become what it waits for. */
@FunctionalInterface
interface KeyServer {
    /**
     * Replies, and changes what it must, as the command does that finds the key so.
     *
     * @param key which argument it is
     * @return false, without a reply and without a change, when the client has to wait on
     */
    boolean serve(CommandContext context, int key);

    /** Whether the client is served too when the key is removed, or holds something else. */
    default boolean waitsForEnd() {
        return false;
    }

    /** Whether it changes something, so that a replica's clients can't have it. */
    default boolean isWrite() {
        return true;
    }
}
