package io.tailrace.node.command;

/**
 * A command that runs on a shard: reads keys, requests effects, writes exactly one reply. A command that replies with an error
 * must not have requested effects.
 */
@FunctionalInterface
public interface KeyCommand {
    void run(CommandContext context);
}
