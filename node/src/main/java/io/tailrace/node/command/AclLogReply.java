package io.tailrace.node.command;

import io.tailrace.node.services.ClientSession;
import io.tailrace.node.watch.AclLog;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;
import java.util.Locale;

/** ACL LOG: what users were refused. Stateless. */
final class AclLogReply {
    private static final int SHOWN = 10;

    private AclLogReply() {}

    static void run(ClientSession session, Arguments arguments) {
        AclLog log = session.node().diagnostics().aclLog();
        ReplyWriter reply = session.reply();
        boolean hasCount = arguments.count() == 3;
        if (arguments.count() > 3) {
            reply.error("ERR unknown subcommand or wrong number of arguments for '" + ErrorText.quoted(arguments, 1)
                    + "'. Try ACL HELP.");
        } else if (hasCount && arguments.is(2, "RESET")) {
            log.reset();
            reply.ok();
        } else if (hasCount && !arguments.isLong(2)) {
            reply.error(ErrorText.NOT_AN_INTEGER);
        } else {
            List<AclLog.Entry> entries = log.newest(hasCount ? Math.max(0, arguments.parseLong(2)) : SHOWN);
            long nowEpochMs = session.nowMicros() / 1_000;
            reply.array(entries.size());
            entries.forEach(entry -> write(entry, nowEpochMs, reply));
        }
    }

    private static void write(AclLog.Entry entry, long nowEpochMs, ReplyWriter reply) {
        reply.map(7);
        reply.bulk("count");
        reply.integer(entry.count());
        reply.bulk("reason");
        reply.bulk(entry.reason().name().toLowerCase(Locale.ROOT));
        reply.bulk("context");
        reply.bulk(entry.context().name().toLowerCase(Locale.ROOT));
        reply.bulk("object");
        reply.bulk(ErrorText.bytes(entry.object()));
        reply.bulk("username");
        reply.bulk(ErrorText.bytes(entry.user()));
        reply.bulk("age-seconds");
        reply.doubleValue((nowEpochMs - entry.epochMs()) / 1_000.0);
        reply.bulk("client-info");
        reply.bulk(ErrorText.bytes(entry.clientLine()));
    }

    /** Notes a name and password that don't fit. */
    static void noteLogin(ClientSession session, String command, String user) {
        session.node()
                .diagnostics()
                .aclLog()
                .add(
                        AclLog.Reason.AUTH,
                        session.isInExec() ? AclLog.Context.MULTI : AclLog.Context.TOPLEVEL,
                        command,
                        user,
                        session.clientLine(),
                        session.nowMicros() / 1_000);
    }
}
