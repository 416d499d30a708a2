package io.tailrace.node.command;

/**
 * A command that runs on a shard: reads keys, requests effects, writes exactly one reply. A command that replies with an error
 * must not have requested effects.
 */
@FunctionalInterface
public interface KeyCommand {
    /** Runs it on the shard's thread; it replies to the context at once. */
    void run(CommandContext context);
}
