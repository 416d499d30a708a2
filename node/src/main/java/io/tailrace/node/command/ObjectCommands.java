package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.LOADING;
import static io.tailrace.node.command.CommandFlag.READONLY;
import static io.tailrace.node.command.CommandFlag.STALE;

import io.tailrace.node.store.AccessClock;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.wire.memory.Decimal;
import java.util.List;

/** OBJECT: how Redis would hold a value. What this node does instead is not shown, as clients can't use it. */
final class ObjectCommands implements CommandFamily {
    private static final String[] HELP = {
        "ENCODING <key>",
        "    Return the kind of internal representation used in order to store the value",
        "    associated with a <key>.",
        "FREQ <key>",
        "    Return the access frequency index of the <key>. The returned integer is",
        "    proportional to the logarithm of the recent access frequency of the key.",
        "IDLETIME <key>",
        "    Return the idle time of the <key>, that is the approximated number of",
        "    seconds elapsed since the last access to the key.",
        "REFCOUNT <key>",
        "    Return the number of references of the value associated with the specified",
        "    <key>."
    };

    private static final String SWITCHING =
            "Please note that when switching between policies at runtime LRU and LFU data "
                    + "will take some time to adjust.";
    private static final int KEY = 2;
    /** Redis shares the objects of small numbers among all keys ({@code OBJ_SHARED_INTEGERS}), and counts no references. */
    private static final int SHARED_NUMBERS = 10_000;

    @Override
    public List<CommandSpec> commands() {
        return List.of(CommandSpec.container(
                "object",
                -2,
                null,
                List.of(
                        ofKey("encoding", ObjectCommands::encoding),
                        ofKey("refcount", ObjectCommands::refcount),
                        ofKey("idletime", ObjectCommands::idleTime),
                        ofKey("freq", ObjectCommands::frequency),
                        CommandSpec.session(
                                "object|help",
                                2,
                                (session, arguments) -> HelpReply.write(session.reply(), "OBJECT", HELP),
                                LOADING,
                                STALE))));
    }

    private static CommandSpec ofKey(String name, KeyCommand command) {
        return CommandSpec.keys(
                "object|" + name, 3, new KeyPositions(KEY, KEY, 1), Routing.ONE_SHARD, command, READONLY);
    }

    private static void encoding(CommandContext context) {
        StoredValue value = context.open(KEY);
        if (!value.isThere()) {
            context.reply().nullBulk();
        } else {
            context.reply().bulk(context.encodingOf(value));
        }
    }

    private static void idleTime(CommandContext context) {
        StoredValue value = context.open(KEY);
        AccessClock access = context.keys().selected().access();
        if (!value.isThere()) {
            context.reply().nullBulk();
        } else if (access.isByFrequency()) {
            context.reply().error("ERR An LFU maxmemory policy is selected, idle time not tracked. " + SWITCHING);
        } else {
            context.reply().integer(access.idleSeconds(value.entry().access()));
        }
    }

    private static void frequency(CommandContext context) {
        StoredValue value = context.open(KEY);
        AccessClock access = context.keys().selected().access();
        if (!value.isThere()) {
            context.reply().nullBulk();
        } else if (!access.isByFrequency()) {
            context.reply()
                    .error("ERR An LFU maxmemory policy is not selected, access frequency not tracked. " + SWITCHING);
        } else {
            context.reply().integer(access.frequency(value.entry().access()));
        }
    }

    private static void refcount(CommandContext context) {
        StoredValue value = context.open(KEY);
        if (!value.isThere()) {
            context.reply().nullBulk();
            return;
        }
        context.reply().integer(references(value, context.keys().selected().access()));
    }

    /** As Redis counts them: that of a value which all keys share stays as it is. */
    static int references(StoredValue value, AccessClock access) {
        return isShared(value) && !access.isByUseAlone() ? Integer.MAX_VALUE : 1;
    }

    private static boolean isShared(StoredValue value) {
        if (value.type() != ValueType.STRING
                || !StringEncoding.of(value.entry()).equals("int")) {
            return false;
        }
        long number = Decimal.parse(value.entry().valueAddress(), value.entry().valueLength());
        return number >= 0 && number < SHARED_NUMBERS;
    }
}
