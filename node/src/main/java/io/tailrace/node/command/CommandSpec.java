package io.tailrace.node.command;

import io.tailrace.wire.memory.Memory;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One row of the command table. Immutable.
 *
 * @param name in lower case; a subcommand's is {@code client|id}
 * @param arity number of arguments with the name; negative: at least that many (as in Redis's COMMAND)
 * @param flags as {@link CommandFlag#mask} gives them
 * @param keys which arguments are keys
 * @param code where it runs, and what runs there
 * @param subcommands by their own part of the name; empty for most commands. With some, the first argument names one
 */
public record CommandSpec(
        String name, int arity, int flags, KeyPositions keys, Code code, Map<String, CommandSpec> subcommands) {
    private static final int MAX_LENGTH = 32;

    /**
     * A command's code.
     *
     * @param routing where it runs
     * @param onShard what runs on a shard; null for {@link Routing#SESSION}
     * @param onSession what runs on the connection's thread; null for all others
     */
    public record Code(Routing routing, KeyCommand onShard, SessionCommand onSession) {}

    /** A command on one shard whose only key is argument 1. */
    public static CommandSpec oneKey(String name, int arity, KeyCommand command, CommandFlag... flags) {
        return keys(name, arity, new KeyPositions(1, 1, 1), Routing.ONE_SHARD, command, flags);
    }

    /** A command that runs on the shards of its keys, or on all. */
    public static CommandSpec keys(
            String name, int arity, KeyPositions keys, Routing routing, KeyCommand command, CommandFlag... flags) {
        return new CommandSpec(name, arity, CommandFlag.mask(flags), keys, new Code(routing, command, null), Map.of());
    }

    /** A command about its connection or the node, which runs on the connection's thread. */
    public static CommandSpec session(String name, int arity, SessionCommand command, CommandFlag... flags) {
        return new CommandSpec(
                name,
                arity,
                CommandFlag.mask(flags),
                KeyPositions.NONE,
                new Code(Routing.SESSION, null, command),
                Map.of());
    }

    /** A command of subcommands, each a {@link #session} of its own; what it does alone is {@code bare}, or null. */
    public static CommandSpec container(
            String name, int arity, SessionCommand bare, List<CommandSpec> subcommands, CommandFlag... flags) {
        Map<String, CommandSpec> byName = new LinkedHashMap<>();
        for (CommandSpec spec : subcommands) {
            byName.put(spec.name().substring(name.length() + 1), spec);
        }
        return new CommandSpec(
                name,
                arity,
                CommandFlag.mask(flags),
                KeyPositions.NONE,
                new Code(Routing.SESSION, null, bare),
                Collections.unmodifiableMap(byName));
    }

    public CommandSpec {
        if (!name.equals(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("a command's name is lower case: " + name);
        }
    }

    /** The same with keys, for a session command. */
    CommandSpec withKeys(int first, int last, int step) {
        return new CommandSpec(name, arity, flags, new KeyPositions(first, last, step), code, subcommands);
    }

    public Routing routing() {
        return code.routing();
    }

    public KeyCommand keyCommand() {
        return code.onShard();
    }

    public SessionCommand sessionCommand() {
        return code.onSession();
    }

    public boolean isContainer() {
        return !subcommands.isEmpty();
    }

    /** The subcommand of a name in any case, or null. */
    public CommandSpec subcommand(long address, int length) {
        if (length > MAX_LENGTH) {
            return null;
        }
        return subcommands.get(Memory.toAscii(address, length).toLowerCase(Locale.ROOT));
    }

    /** Whether a request of {@code count} arguments, the name included, is right for it. */
    public boolean isArity(int count) {
        return arity >= 0 ? count == arity : count >= -arity;
    }

    /** Whether it may change keys. */
    public boolean isWrite() {
        return has(CommandFlag.WRITE);
    }

    public boolean has(CommandFlag flag) {
        return flag.isIn(flags);
    }
}
