package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.ADMIN;
import static io.tailrace.node.command.CommandFlag.ALLOW_BUSY;
import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.LOADING;
import static io.tailrace.node.command.CommandFlag.NOSCRIPT;
import static io.tailrace.node.command.CommandFlag.NO_ASYNC_LOADING;
import static io.tailrace.node.command.CommandFlag.NO_MULTI;
import static io.tailrace.node.command.CommandFlag.STALE;

import io.tailrace.node.report.InfoCommand;
import io.tailrace.node.report.InfoPersistence;
import io.tailrace.node.report.MetricsText;
import io.tailrace.node.report.ShardReport;
import io.tailrace.node.services.ClientSession;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.services.ShardServices;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Commands on the node as a process: what it reports about itself, its snapshots, its end. */
final class ServerCommands implements CommandFamily {
    // linked with the commands: the first use of a lambda takes a reactor 0.4 ms
    private static final Function<ShardServices, SaveOutcome> BEGIN_SAVE = ServerCommands::beginSave;
    private static final BiConsumer<List<SaveOutcome>, ReplyWriter> TELL_SAVE = ServerCommands::tellSave;

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.session("info", -1, InfoCommand::run, LOADING, STALE),
                CommandSpec.session("metrics", 1, ServerCommands::metrics, LOADING, STALE),
                CommandSpec.session("time", 1, ServerCommands::time, LOADING, STALE, FAST),
                CommandSpec.session("lastsave", 1, ServerCommands::lastSave, LOADING, STALE, FAST),
                CommandSpec.session("bgsave", -1, ServerCommands::bgsave, ADMIN, NOSCRIPT, NO_ASYNC_LOADING),
                CommandSpec.session(
                        "shutdown",
                        -1,
                        ServerCommands::shutdown,
                        ADMIN,
                        NOSCRIPT,
                        LOADING,
                        STALE,
                        NO_MULTI,
                        ALLOW_BUSY));
    }

    private static void time(ClientSession session, Arguments arguments) {
        long micros = session.nowMicros();
        session.reply().array(2);
        session.reply().bulk(Long.toString(micros / 1_000_000));
        session.reply().bulk(Long.toString(micros % 1_000_000));
    }

    /** Prometheus's text format: the same as on the metrics port, but of this moment. */
    private static void metrics(ClientSession session, Arguments arguments) {
        NodeServices node = session.node();
        long nowMicros = session.nowMicros();
        session.gather(
                ShardReport::of,
                (shards, reply) ->
                        reply.verbatim(new String(MetricsText.of(node, shards, nowMicros), StandardCharsets.UTF_8)));
    }

    private static void lastSave(ClientSession session, Arguments arguments) {
        session.gather(ShardReport::of, (shards, reply) -> reply.integer(InfoPersistence.lastSaveSeconds(shards)));
    }

    private static void bgsave(ClientSession session, Arguments arguments) {
        boolean isScheduled = arguments.count() == 2 && arguments.is(1, "SCHEDULE");
        if (arguments.count() > 1 && !isScheduled) {
            session.reply().error(ErrorText.SYNTAX);
            return;
        }
        session.gather(BEGIN_SAVE, TELL_SAVE);
    }

    private static void tellSave(List<SaveOutcome> outcomes, ReplyWriter reply) {
        if (outcomes.contains(SaveOutcome.FAILED)) {
            reply.error("ERR a snapshot could not start; see the node's log");
        } else if (outcomes.contains(SaveOutcome.BEGUN)) {
            reply.simple("Background saving started");
        } else {
            reply.error("ERR Background save already in progress");
        }
    }

    enum SaveOutcome {
        BEGUN,
        UNDER_WAY,
        FAILED
    }

    static SaveOutcome beginSave(ShardServices services) {
        if (services.shard().snapshots().job() != null) {
            return SaveOutcome.UNDER_WAY;
        }
        boolean ownsLog = services.replication().ownsLog();
        return services.shard().snapshots().begin(ownsLog) == null ? SaveOutcome.FAILED : SaveOutcome.BEGUN;
    }

    /** No reply: the connection ends with the process, and runs nothing more until then. */
    private static void shutdown(ClientSession session, Arguments arguments) {
        boolean isSave = false;
        boolean isNoSave = false;
        boolean isAbort = false;
        for (int i = 1; i < arguments.count(); i++) {
            isSave |= arguments.is(i, "SAVE");
            isNoSave |= arguments.is(i, "NOSAVE");
            isAbort |= arguments.is(i, "ABORT");
            boolean isOther = arguments.is(i, "NOW") || arguments.is(i, "FORCE");
            if (!isOther && !arguments.is(i, "SAVE") && !arguments.is(i, "NOSAVE") && !arguments.is(i, "ABORT")) {
                session.reply().error(ErrorText.SYNTAX);
                return;
            }
        }
        if (isSave && isNoSave || isAbort && arguments.count() > 2) {
            session.reply().error(ErrorText.SYNTAX);
        } else if (isAbort) {
            session.reply().error("ERR No shutdown in progress.");
        } else {
            session.gatherLater((services, answer) -> {}, (nothing, reply) -> {});
            session.node()
                    .shutdown(!isNoSave, "SHUTDOWN by client " + session.info().address());
        }
    }
}
