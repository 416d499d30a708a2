package io.tailrace.node.command;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * One row of the command table. Immutable.
 *
 * @param name in lower case
 * @param arity number of arguments with the name; negative: at least so many (as in Redis's COMMAND)
 * @param flags as COMMAND INFO shows them
 * @param firstKey argument of the first key, 0 for none
 * @param lastKey argument of the last key; negative counts from the end
 * @param keyStep arguments from one key to the next
 * @param routing where it runs
 * @param keyCommand what it does on a shard; null for {@link Routing#SESSION}
 * @param sessionCommand what it does on the connection's thread; null for all others
 */
public record CommandSpec(
        String name,
        int arity,
        Set<CommandFlag> flags,
        int firstKey,
        int lastKey,
        int keyStep,
        Routing routing,
        KeyCommand keyCommand,
        SessionCommand sessionCommand) {

    /** A command on one shard whose only key is argument 1. */
    public static CommandSpec oneKey(String name, int arity, KeyCommand command, CommandFlag... flags) {
        return keys(name, arity, 1, 1, 1, Routing.ONE_SHARD, command, flags);
    }

    public static CommandSpec keys(
            String name,
            int arity,
            int firstKey,
            int lastKey,
            int keyStep,
            Routing routing,
            KeyCommand command,
            CommandFlag... flags) {
        return new CommandSpec(name, arity, set(flags), firstKey, lastKey, keyStep, routing, command, null);
    }

    public static CommandSpec session(String name, int arity, SessionCommand command, CommandFlag... flags) {
        return new CommandSpec(name, arity, set(flags), 0, 0, 0, Routing.SESSION, null, command);
    }

    private static Set<CommandFlag> set(CommandFlag... flags) {
        Set<CommandFlag> set = EnumSet.noneOf(CommandFlag.class);
        set.addAll(Set.of(flags));
        return set;
    }

    public CommandSpec {
        if (!name.equals(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("a command's name is lower case: " + name);
        }
    }

    /** Whether so many arguments, the name included, are right for it. */
    public boolean isArity(int count) {
        return arity >= 0 ? count == arity : count >= -arity;
    }

    /** Which argument holds the last key of a request with so many arguments. */
    public int lastKey(int argumentCount) {
        return lastKey >= 0 ? lastKey : argumentCount + lastKey;
    }

    /** Whether it may change keys. */
    public boolean isWrite() {
        return flags.contains(CommandFlag.WRITE);
    }

    public boolean has(CommandFlag flag) {
        return flags.contains(flag);
    }
}
