package io.tailrace.node.command;

/**
 * A command that runs on a shard: reads keys, asks for effects, writes exactly one reply. When it replies with an error it
 * must not have asked for effects.
 */
@FunctionalInterface
public interface KeyCommand {
    void run(CommandContext context);
}
