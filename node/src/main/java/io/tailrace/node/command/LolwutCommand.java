package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.READONLY;

import io.tailrace.node.services.ClientSession;
import io.tailrace.node.services.NodeServices;
import io.tailrace.wire.resp.Arguments;
import java.util.List;

/** LOLWUT: the version, as a Redis 7.0 has no picture of its own; those of versions 5 and 6 aren't drawn here. */
final class LolwutCommand implements CommandFamily {
    @Override
    public List<CommandSpec> commands() {
        return List.of(CommandSpec.session("lolwut", -1, LolwutCommand::run, READONLY, FAST));
    }

    private static void run(ClientSession session, Arguments arguments) {
        boolean isVersioned = arguments.count() >= 3 && arguments.is(1, "VERSION");
        if (isVersioned && !arguments.isLong(2)) {
            session.reply().error(ErrorText.NOT_AN_INTEGER);
        } else {
            session.reply().verbatim("Redis ver. " + NodeServices.REDIS_VERSION + "\n");
        }
    }
}
