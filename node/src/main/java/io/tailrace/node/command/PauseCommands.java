package io.tailrace.node.command;

import io.tailrace.node.services.ClientPause;
import io.tailrace.node.services.ClientSession;
import io.tailrace.wire.resp.Arguments;

/** CLIENT PAUSE and CLIENT UNPAUSE: every client's commands wait, on all shards; replicas and links are no clients. */
final class PauseCommands {
    private PauseCommands() {}

    static void pause(ClientSession session, Arguments arguments) {
        String refusal = refusal(arguments, session.steadyMs());
        if (refusal != null) {
            session.reply().error(refusal);
            return;
        }
        boolean isWrite = arguments.count() == 4 && arguments.is(3, "WRITE");
        long now = session.steadyMs();
        session.node()
                .clientPause()
                .pause(
                        isWrite ? ClientPause.Extent.WRITES : ClientPause.Extent.EVERYTHING,
                        now,
                        now + arguments.parseLong(2));
        session.reply().ok();
    }

    private static String refusal(Arguments arguments, long nowSteadyMs) {
        if (arguments.count() > 4) {
            return "ERR unknown subcommand or wrong number of arguments for '" + ErrorText.quoted(arguments, 1)
                    + "'. Try CLIENT HELP.";
        }
        if (arguments.count() == 4 && !arguments.is(3, "WRITE") && !arguments.is(3, "ALL")) {
            return "ERR CLIENT PAUSE mode must be WRITE or ALL";
        }
        if (!arguments.isLong(2)) {
            return "ERR timeout is not an integer or out of range";
        }
        if (arguments.parseLong(2) < 0) {
            return "ERR timeout is negative";
        }
        return arguments.parseLong(2) > Long.MAX_VALUE - nowSteadyMs ? "ERR timeout is out of range" : null;
    }

    static void unpause(ClientSession session, Arguments arguments) {
        session.node().clientPause().unpause();
        session.reply().ok();
    }
}
