package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.LOADING;
import static io.tailrace.node.command.CommandFlag.STALE;

import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;

/** COMMAND: what the table says of its commands. */
final class CommandCommands implements CommandFamily {
    @Override
    public List<CommandSpec> commands() {
        return List.of(CommandSpec.container(
                "command",
                -1,
                (session, arguments) -> info(session, arguments),
                List.of(
                        session("count", 2, CommandCommands::count),
                        session("info", -2, CommandCommands::info),
                        session("docs", -2, (session, arguments) -> session.reply()
                                .map(0))),
                LOADING,
                STALE));
    }

    private static CommandSpec session(String name, int arity, SessionCommand command) {
        return CommandSpec.session("command|" + name, arity, command, LOADING, STALE);
    }

    private static void count(ClientSession session, Arguments arguments) {
        session.reply().integer(session.node().commands().all().size());
    }

    private static void info(ClientSession session, Arguments arguments) {
        ReplyWriter reply = session.reply();
        CommandTable table = session.node().commands();
        if (arguments.count() < 3) {
            reply.array(table.all().size());
            table.all().forEach(spec -> write(spec, reply));
            return;
        }
        reply.array(arguments.count() - 2);
        for (int i = 2; i < arguments.count(); i++) {
            CommandSpec spec = table.find(arguments.ascii(i));
            if (spec == null) {
                reply.nullArray();
            } else {
                write(spec, reply);
            }
        }
    }

    private static void write(CommandSpec spec, ReplyWriter reply) {
        reply.array(6);
        reply.bulk(spec.name());
        reply.integer(spec.arity());
        reply.set(spec.flags().size());
        spec.flags().forEach(flag -> reply.simple(flag.text()));
        reply.integer(spec.firstKey());
        reply.integer(spec.lastKey());
        reply.integer(spec.keyStep());
    }
}
