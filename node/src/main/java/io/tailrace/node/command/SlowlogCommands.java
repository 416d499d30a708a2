package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.ADMIN;
import static io.tailrace.node.command.CommandFlag.LOADING;
import static io.tailrace.node.command.CommandFlag.STALE;

import io.tailrace.node.services.ClientSession;
import io.tailrace.node.watch.SlowLog;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;

/** SLOWLOG: commands that took long. */
final class SlowlogCommands implements CommandFamily {
    private static final int SHOWN = 10;
    private static final String[] HELP = {
        "GET [<count>]",
        "    Return top <count> entries from the slowlog (default: 10, -1 mean all).",
        "    Entries are made of:",
        "    id, timestamp, time in microseconds, arguments array, client IP and port,",
        "    client name",
        "LEN",
        "    Return the length of the slowlog.",
        "RESET",
        "    Reset the slowlog.",
    };

    @Override
    public List<CommandSpec> commands() {
        return List.of(CommandSpec.container(
                "slowlog",
                -2,
                null,
                List.of(
                        admin("get", -2, SlowlogCommands::get),
                        admin("len", 2, (session, arguments) -> session.reply()
                                .integer(log(session).size())),
                        admin("reset", 2, SlowlogCommands::reset),
                        CommandSpec.session(
                                "slowlog|help",
                                2,
                                (session, arguments) -> HelpReply.write(session.reply(), "SLOWLOG", HELP),
                                LOADING,
                                STALE))));
    }

    private static CommandSpec admin(String name, int arity, SessionCommand command) {
        return CommandSpec.session("slowlog|" + name, arity, command, ADMIN, LOADING, STALE);
    }

    private static SlowLog log(ClientSession session) {
        return session.node().diagnostics().slowLog();
    }

    private static void reset(ClientSession session, Arguments arguments) {
        log(session).reset();
        session.reply().ok();
    }

    private static void get(ClientSession session, Arguments arguments) {
        ReplyWriter reply = session.reply();
        boolean hasCount = arguments.count() == 3;
        if (arguments.count() > 3) {
            reply.error("ERR unknown subcommand or wrong number of arguments for '" + ErrorText.quoted(arguments, 1)
                    + "'. Try SLOWLOG HELP.");
        } else if (hasCount && !(arguments.isLong(2) && arguments.parseLong(2) >= -1)) {
            reply.error("ERR count should be greater than or equal to -1");
        } else {
            long count = hasCount ? arguments.parseLong(2) : SHOWN;
            List<SlowLog.Entry> entries = log(session).newest(count < 0 ? Long.MAX_VALUE : count);
            reply.array(entries.size());
            entries.forEach(entry -> write(entry, reply));
        }
    }

    private static void write(SlowLog.Entry entry, ReplyWriter reply) {
        reply.array(6);
        reply.integer(entry.id());
        reply.integer(entry.seconds());
        reply.integer(entry.micros());
        reply.array(entry.arguments().size());
        entry.arguments().forEach(argument -> reply.bulk(ErrorText.bytes(argument)));
        reply.bulk(entry.address());
        reply.bulk(entry.clientName());
    }
}
