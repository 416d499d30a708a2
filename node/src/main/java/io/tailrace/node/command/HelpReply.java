package io.tailrace.node.command;

import io.tailrace.wire.resp.ReplyWriter;

/** The reply to HELP as a subcommand: lines of text. Stateless. */
final class HelpReply {
    private HelpReply() {}

    /** @param lines on the subcommands, all but HELP itself */
    static void write(ReplyWriter reply, String command, String... lines) {
        reply.array(lines.length + 3);
        reply.simple(command + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
        for (String line : lines) {
            reply.simple(line);
        }
        reply.simple("HELP");
        reply.simple("    Prints this help.");
    }
}
