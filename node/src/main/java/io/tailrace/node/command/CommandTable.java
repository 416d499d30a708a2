package io.tailrace.node.command;

import io.tailrace.node.security.CommandCatalogue;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.Arguments;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** All commands by name, upper or lower case. Does not change: any thread may look up, without garbage. */
public final class CommandTable {
    private static final int MAX_LENGTH = 32;

    private final Map<String, CommandSpec> byName = new TreeMap<>();
    private final CommandSpec[] slots;
    private final CommandReplies replies = new CommandReplies(all());

    public CommandTable(List<CommandFamily> families) {
        for (CommandFamily family : families) {
            for (CommandSpec spec : family.commands()) {
                if (byName.put(spec.name(), spec) != null) {
                    throw new IllegalArgumentException("two commands are called " + spec.name());
                }
            }
        }
        slots = new CommandSpec[Integer.highestOneBit(byName.size()) * 8];
        for (CommandSpec spec : byName.values()) {
            int slot = hash(spec.name());
            while (slots[slot & slots.length - 1] != null) {
                slot++;
            }
            slots[slot & slots.length - 1] = spec;
        }
    }

    /** Names and categories of all commands and their subcommands. */
    public CommandCatalogue catalogue() {
        Map<String, Set<String>> categories = new LinkedHashMap<>();
        for (CommandSpec spec : byName.values()) {
            categories.put(spec.name(), CommandDocs.categories(spec));
            spec.subcommands().values().forEach(each -> categories.put(each.name(), CommandDocs.categories(each)));
        }
        return new CommandCatalogue(categories);
    }

    /** The command of a name in any case, or null. */
    public CommandSpec find(long address, int length) {
        if (length > MAX_LENGTH) {
            return null;
        }
        int slot = hash(address, length);
        for (CommandSpec spec = slots[slot & slots.length - 1]; spec != null; spec = slots[slot & slots.length - 1]) {
            if (isName(address, length, spec.name())) {
                return spec;
            }
            slot++;
        }
        return null;
    }

    /** The command that a request names, a subcommand where its first argument names one; null when there is none. */
    public CommandSpec find(Arguments request) {
        CommandSpec spec = find(request.address(0), request.length(0));
        if (spec == null || !spec.isContainer() || request.count() == 1) {
            return spec;
        }
        return spec.subcommand(request.address(1), request.length(1));
    }

    /** The command of a name in any case, or null. */
    public CommandSpec find(String name) {
        return byName.get(name.toLowerCase(Locale.ROOT));
    }

    /** The command or subcommand of a full name such as {@code client|id}, in any case, or null. */
    CommandSpec findFull(String fullName) {
        String name = fullName.toLowerCase(Locale.ROOT);
        int split = name.indexOf('|');
        if (split < 0) {
            return byName.get(name);
        }
        CommandSpec container = byName.get(name.substring(0, split));
        return container == null ? null : container.subcommands().get(name.substring(split + 1));
    }

    /** All commands, by name. */
    public Collection<CommandSpec> all() {
        return Collections.unmodifiableCollection(byName.values());
    }

    /** What is replied on all of them. */
    CommandReplies replies() {
        return replies;
    }

    /** Prepares what takes long when it is asked for first; any thread. */
    public void warmUp() {
        replies.encode();
    }

    private static int hash(String name) {
        int hash = name.length();
        for (int i = 0; i < name.length(); i++) {
            hash = hash * 31 + (name.charAt(i) | 0x20);
        }
        return hash;
    }

    private static int hash(long address, int length) {
        int hash = length;
        for (int i = 0; i < length; i++) {
            hash = hash * 31 + (Memory.getByte(address + i) | 0x20);
        }
        return hash;
    }

    private static boolean isName(long address, int length, String lowerCase) {
        if (length != lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            int letter = Memory.getByte(address + i);
            int lower = letter >= 'A' && letter <= 'Z' ? letter | 0x20 : letter;
            if (lower != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
