package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.ADMIN;
import static io.tailrace.node.command.CommandFlag.LOADING;
import static io.tailrace.node.command.CommandFlag.NOSCRIPT;
import static io.tailrace.node.command.CommandFlag.STALE;

import io.tailrace.node.services.ClientSession;
import io.tailrace.wire.resp.Arguments;
import java.util.List;

/** MONITOR: every command of every client, as it is run. */
final class MonitorCommand implements CommandFamily {
    @Override
    public List<CommandSpec> commands() {
        return List.of(CommandSpec.session("monitor", 1, MonitorCommand::run, ADMIN, NOSCRIPT, LOADING, STALE));
    }

    private static void run(ClientSession session, Arguments arguments) {
        if (session.isInExec()) {
            session.reply().error("ERR MONITOR isn't allowed for DENY BLOCKING client");
        } else {
            session.monitor(true);
            session.reply().ok();
        }
    }
}
