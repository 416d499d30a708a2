package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.DENYOOM;
import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.LOADING;
import static io.tailrace.node.command.CommandFlag.STALE;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.node.shard.Transaction;
import io.tailrace.node.value.StreamGroups;
import io.tailrace.node.value.StreamId;
import io.tailrace.node.value.StreamValue;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.resp.Arguments;
import java.util.List;

/** XGROUP and XACK. */
final class StreamGroupCommands implements CommandFamily {
    private static final String[] HELP = {
        "CREATE <key> <groupname> <id|$> [option]",
        "    Create a new consumer group. Options are:",
        "    * MKSTREAM",
        "      Create the empty stream if it does not exist.",
        "    * ENTRIESREAD entries_read",
        "      Set the group's entries_read counter (internal use).",
        "CREATECONSUMER <key> <groupname> <consumer>",
        "    Create a new consumer in the specified group.",
        "DELCONSUMER <key> <groupname> <consumer>",
        "    Remove the specified consumer.",
        "DESTROY <key> <groupname>",
        "    Remove the specified group.",
        "SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]",
        "    Set the current group ID and entries_read counter."
    };

    private static final int KEY = 2;
    private static final int GROUP = 3;
    private static final int ID = 4;
    private static final int CONSUMER = 4;
    private static final String NEEDS_KEY =
            "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM"
                    + " option to create an empty stream automatically.";

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.container(
                        "xgroup",
                        -2,
                        null,
                        List.of(
                                of("create", -5, StreamGroupCommands::create, WRITE, DENYOOM),
                                of("setid", -5, StreamGroupCommands::setId, WRITE),
                                of("destroy", 4, StreamGroupCommands::destroy, WRITE),
                                of("createconsumer", 5, StreamGroupCommands::createConsumer, WRITE, DENYOOM),
                                of("delconsumer", 5, StreamGroupCommands::deleteConsumer, WRITE),
                                CommandSpec.session(
                                        "xgroup|help",
                                        2,
                                        (session, arguments) -> HelpReply.write(session.reply(), "XGROUP", HELP),
                                        LOADING,
                                        STALE))),
                CommandSpec.oneKey("xack", -4, StreamGroupCommands::xack, WRITE, FAST));
    }

    private static CommandSpec of(String name, int arity, KeyCommand command, CommandFlag... flags) {
        return CommandSpec.keys(
                "xgroup|" + name, arity, new KeyPositions(KEY, KEY, 1), Routing.ONE_SHARD, command, flags);
    }

    /** What may follow CREATE's and SETID's ID. */
    private record Options(boolean isStreamMade, long entriesRead, String problem) {
        static Options read(Arguments arguments, boolean isCreate) {
            boolean isStreamMade = false;
            long read = StreamGroups.UNKNOWN;
            int i = 5;
            while (i < arguments.count()) {
                if (isCreate && arguments.is(i, "MKSTREAM")) {
                    isStreamMade = true;
                    i++;
                } else if (arguments.is(i, "ENTRIESREAD") && i + 1 < arguments.count()) {
                    if (!arguments.isLong(i + 1)) {
                        return new Options(false, 0, ErrorText.NOT_AN_INTEGER);
                    }
                    read = arguments.parseLong(i + 1);
                    if (read < 0 && read != StreamGroups.UNKNOWN) {
                        return new Options(false, 0, "ERR value for ENTRIESREAD must be positive or -1");
                    }
                    i += 2;
                } else {
                    return new Options(false, 0, syntax(arguments));
                }
            }
            return new Options(isStreamMade, read, null);
        }
    }

    private static String syntax(Arguments arguments) {
        return "ERR unknown subcommand or wrong number of arguments for '" + StreamGroupWork.named(arguments, 1)
                + "'. Try XGROUP HELP.";
    }

    private static String noGroup(Arguments arguments) {
        return "NOGROUP No such consumer group '" + StreamGroupWork.named(arguments, GROUP) + "' for key name '"
                + StreamGroupWork.named(arguments, KEY) + "'";
    }

    private static void create(CommandContext context) {
        Arguments arguments = context.arguments();
        Options options = Options.read(arguments, true);
        StreamValue stream = options.problem() == null ? context.stream(KEY) : null;
        String problem = options.problem();
        if (problem == null && !stream.value().isThere() && !options.isStreamMade()) {
            problem = NEEDS_KEY;
        } else if (problem == null && arguments.count() > 8) {
            problem = syntax(arguments);
        }
        problem = problem == null ? readId(context, false) : problem;
        StreamGroupWork work = new StreamGroupWork(context, GROUP, 0);
        boolean isStreamNew = problem == null && !stream.value().isThere();
        if (problem == null && !isStreamNew && work.find()) {
            problem = "BUSYGROUP Consumer Group name already exists";
        }
        if (problem != null) {
            context.reply().error(problem);
            return;
        }
        context.reply().ok();
        work.create(context.streams().first(), options.entriesRead(), isStreamNew);
    }

    /** Reads the ID that a group begins after; {@code $} is the last one's. */
    private static String readId(CommandContext context, boolean isAny) {
        Arguments arguments = context.arguments();
        StreamId id = context.streams().first();
        if (arguments.length(ID) == 1 && arguments.is(ID, "$")) {
            context.streams().stream().last(id);
            return null;
        }
        boolean isRead = isAny ? StreamIdText.read(arguments, ID, id) : StreamIdText.readStrict(arguments, ID, id);
        return isRead ? null : StreamIdText.INVALID;
    }

    /** Finds stream and group; when they are not there, that is replied. */
    private static StreamGroupWork find(CommandContext context, int consumer, boolean isGroupNeeded) {
        if (!context.stream(KEY).value().isThere()) {
            context.reply().error(NEEDS_KEY);
            return null;
        }
        StreamGroupWork work = new StreamGroupWork(context, GROUP, consumer);
        boolean isThere = work.find();
        if (!isThere && isGroupNeeded) {
            context.reply().error(noGroup(context.arguments()));
        } else if (!isThere) {
            context.reply().integer(0);
        }
        return isThere ? work : null;
    }

    private static void setId(CommandContext context) {
        Arguments arguments = context.arguments();
        Options options = Options.read(arguments, false);
        if (options.problem() != null) {
            context.reply().error(options.problem());
            return;
        }
        StreamGroupWork work = find(context, 0, true);
        if (work == null) {
            return;
        }
        boolean isArity = arguments.count() == 5 || arguments.count() == 7;
        String problem = isArity ? readId(context, true) : syntax(arguments);
        if (problem != null) {
            context.reply().error(problem);
            return;
        }
        context.reply().ok();
        work.read(context.streams().first(), options.entriesRead());
    }

    private static void destroy(CommandContext context) {
        StreamGroupWork work = find(context, 0, false);
        if (work != null) {
            context.reply().integer(1);
            work.remove("DESTROY");
        }
    }

    private static void createConsumer(CommandContext context) {
        StreamGroupWork work = find(context, CONSUMER, true);
        if (work == null) {
            return;
        }
        boolean isThere = work.findConsumer();
        context.reply().integer(isThere ? 0 : 1);
        if (!isThere) {
            context.keys().promise(2, 2 * work.bytes(1));
            work.createConsumer();
            work.see();
        }
    }

    private static void deleteConsumer(CommandContext context) {
        StreamGroupWork work = find(context, CONSUMER, true);
        if (work == null) {
            return;
        }
        boolean isThere = work.findConsumer();
        context.reply().integer(isThere ? context.streams().groups().consumerPending() : 0);
        if (isThere) {
            work.remove("DELCONSUMER");
        }
    }

    private static void xack(CommandContext context) {
        Arguments arguments = context.arguments();
        StreamValue stream = context.stream(1);
        StreamGroupWork work = new StreamGroupWork(context, 2, 0);
        if (!stream.value().isThere() || !work.find()) {
            context.reply().integer(0);
            return;
        }
        StreamId id = context.streams().first();
        for (int i = 3; i < arguments.count(); i++) {
            if (!StreamIdText.readStrict(arguments, i, id)) {
                context.reply().error(StreamIdText.INVALID);
                return;
            }
        }
        StreamGroups groups = context.streams().groups();
        Transaction keys = context.keys();
        keys.effect().begin(Effect.XACK, stream.value(), arguments.count() - 2, work.bytes(arguments.count()));
        keys.effect().argument(arguments.address(2), arguments.length(2));
        int acknowledged = 0;
        for (int i = 3; i < arguments.count(); i++) {
            StreamIdText.readStrict(arguments, i, id);
            if (groups.removePending(id)) {
                StreamWork.argument(context, id);
                acknowledged++;
            }
        }
        context.reply().integer(acknowledged);
        if (acknowledged == 0) {
            keys.effect().cancel();
        } else {
            keys.effect().end(stream.value(), false);
        }
    }
}
