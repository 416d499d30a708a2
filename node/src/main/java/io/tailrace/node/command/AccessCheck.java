package io.tailrace.node.command;

import io.tailrace.node.security.Access;
import io.tailrace.node.security.User;
import io.tailrace.node.watch.AclLog;
import io.tailrace.wire.resp.Arguments;
import java.util.List;

/** Whether a user may run a request, in Redis's order and words: the command, its keys, its channels. Stateless. */
public final class AccessCheck {
    private static final int NONE = 0;
    private static final String SORT = "sort";
    private static final String SORT_RO = "sort_ro";

    private AccessCheck() {}

    /**
     * A refusal.
     *
     * @param argument the key or channel that it is about, or 0
     * @param error without the dash
     */
    public record Denial(AclLog.Reason reason, int argument, String error) {}

    /** Why not, as an error without the dash, or null. For a user who is limited; others need no check. */
    public static String refusal(User user, CommandSpec spec, Arguments arguments) {
        Denial denial = denial(user, spec, arguments);
        return denial == null ? sortRefusal(user, spec, arguments) : denial.error();
    }

    /** The same with what it is about: of several sets of rules, what the one says that comes furthest. */
    public static Denial denial(User user, CommandSpec spec, Arguments arguments) {
        Denial furthest = null;
        for (Access access : user.accesses()) {
            Denial denial = denial(access, spec, arguments);
            if (denial == null) {
                return null;
            }
            int more = furthest == null ? 1 : denial.reason().compareTo(furthest.reason());
            if (more > 0 || more == 0 && denial.argument() > furthest.argument()) {
                furthest = denial;
            }
        }
        return furthest;
    }

    private static Denial denial(Access access, CommandSpec spec, Arguments arguments) {
        if (!allowsCommand(access, spec, arguments)) {
            return new Denial(
                    AclLog.Reason.COMMAND,
                    NONE,
                    "NOPERM this user has no permissions to run the '" + spec.name() + "' command");
        }
        int key = deniedKey(access, spec, arguments);
        if (key != NONE) {
            return new Denial(
                    AclLog.Reason.KEY,
                    key,
                    "NOPERM this user has no permissions to access one of the keys used as arguments");
        }
        int channel = deniedChannel(access, spec, arguments);
        if (channel != NONE) {
            return new Denial(
                    AclLog.Reason.CHANNEL,
                    channel,
                    "NOPERM this user has no permissions to access one of the channels used as arguments");
        }
        return null;
    }

    /**
     * Patterns of SORT may name any key; what else is wrong with it and comes before them, the command says. Neither noted nor
     * told to who asks about a user, as in Redis.
     */
    public static String sortRefusal(User user, CommandSpec spec, Arguments arguments) {
        if (!isSort(spec)) {
            return null;
        }
        for (Access access : user.accesses()) {
            if (access.readsAllKeys() && denial(access, spec, arguments) == null) {
                return null;
            }
        }
        SortOptions options = SortOptions.read(arguments, spec.name().equals(SORT_RO), false);
        return options.isDenied() ? options.problem() : null;
    }

    private static boolean isSort(CommandSpec spec) {
        return spec.name().equals(SORT) || spec.name().equals(SORT_RO);
    }

    /** The same for a question about a user, with the key or channel, or null. */
    static String explanation(User user, CommandSpec spec, Arguments arguments) {
        Denial denial = denial(user, spec, arguments);
        if (denial == null) {
            return null;
        }
        return switch (denial.reason()) {
            case KEY -> "This user has no permissions to access the '" + arguments.ascii(denial.argument()) + "' key";
            case CHANNEL ->
                "This user has no permissions to access the '" + arguments.ascii(denial.argument()) + "' channel";
            default -> "This user has no permissions to run the '" + spec.name() + "' command";
        };
    }

    private static boolean allowsCommand(Access user, CommandSpec spec, Arguments arguments) {
        return spec.has(CommandFlag.NO_AUTH) || user.allowsCommand(spec.name(), arguments);
    }

    /** Which argument it is, or 0. */
    private static int deniedKey(Access user, CommandSpec spec, Arguments arguments) {
        List<KeySpec> keySpecs = CommandDocs.of(spec).keySpecs;
        if (keySpecs.isEmpty()) {
            KeyPositions keys = spec.keys();
            return deniedOf(user, arguments, keys.first(), keys.end(arguments), keys.step(), true, true);
        }
        for (int i = 0; i < keySpecs.size(); i++) {
            if (keySpecs.get(i).flags().contains("not_key")) {
                continue;
            }
            int denied = deniedKey(user, spec, keySpecs.get(i), arguments);
            if (denied != NONE) {
                return denied;
            }
        }
        int stored = spec.name().equals(SORT) ? SortOptions.storeKey(arguments) : NONE;
        return stored == NONE ? NONE : deniedOf(user, arguments, stored, stored, 1, false, true);
    }

    private static int deniedKey(Access user, CommandSpec spec, KeySpec keys, Arguments arguments) {
        VariableUse use = keys.isVariable() ? VariableUse.of(spec, arguments) : VariableUse.BOTH;
        boolean reads = keys.reads() && use != VariableUse.WRITES;
        boolean writes = keys.writes() && use != VariableUse.READS;
        KeySpec.Range range = new KeySpec.Range();
        return keys.locate(arguments, range)
                ? deniedOf(user, arguments, range.first, range.last, range.step, reads, writes)
                : NONE;
    }

    private static int deniedOf(
            Access user, Arguments arguments, int first, int last, int step, boolean reads, boolean writes) {
        for (int i = first; i <= Math.min(last, arguments.count() - 1); i += step) {
            if (!user.allowsKey(arguments.address(i), arguments.length(i), reads, writes)) {
                return i;
            }
        }
        return NONE;
    }

    private static int deniedChannel(Access user, CommandSpec spec, Arguments arguments) {
        switch (spec.name()) {
            case "publish", "spublish":
                return deniedChannel(user, arguments, 1, false);
            case "subscribe", "ssubscribe":
                return deniedChannel(user, arguments, arguments.count() - 1, false);
            case "psubscribe":
                return deniedChannel(user, arguments, arguments.count() - 1, true);
            default:
                return NONE;
        }
    }

    private static int deniedChannel(Access user, Arguments arguments, int last, boolean isPattern) {
        for (int i = 1; i <= last; i++) {
            String text = isPattern ? arguments.ascii(i) : "";
            if (!user.allowsChannel(arguments.address(i), arguments.length(i), text, isPattern)) {
                return i;
            }
        }
        return NONE;
    }
}
