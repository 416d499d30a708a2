package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.ADMIN;
import static io.tailrace.node.command.CommandFlag.NOSCRIPT;
import static io.tailrace.node.command.CommandFlag.NO_ASYNC_LOADING;
import static io.tailrace.node.command.CommandFlag.NO_MULTI;

import io.tailrace.node.services.ClientSession;
import io.tailrace.node.services.ShardServices;
import io.tailrace.node.shard.SnapshotJob;
import io.tailrace.wire.resp.Arguments;
import java.util.List;
import java.util.function.Consumer;

/**
 * SAVE and BGREWRITEAOF. A snapshot is what both come to: the log before it is needed no more. SAVE makes only its own client
 * wait, no one else, until every shard's snapshot is on the disk; while one is under way it waits for that first.
 */
final class SaveCommands implements CommandFamily {
    private static final String FAILED = "ERR a snapshot failed; the node's log says why";

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.session("save", 1, SaveCommands::save, ADMIN, NOSCRIPT, NO_ASYNC_LOADING, NO_MULTI),
                CommandSpec.session("bgrewriteaof", 1, SaveCommands::rewriteLog, ADMIN, NOSCRIPT, NO_ASYNC_LOADING));
    }

    private static void save(ClientSession session, Arguments arguments) {
        session.<Boolean>gatherLater(SaveCommands::save, (saved, reply) -> {
            if (saved.contains(false)) {
                reply.error(FAILED);
            } else {
                reply.ok();
            }
        });
    }

    /** One that is under way may not have the last writes: the snapshot begins when that is over. */
    private static void save(ShardServices services, Consumer<Boolean> answer) {
        SnapshotJob before = services.shard().snapshots().job();
        if (before != null) {
            before.whenOver(() -> save(services, answer));
            return;
        }
        SnapshotJob job =
                services.shard().snapshots().begin(services.replication().ownsLog());
        if (job == null) {
            answer.accept(false);
        } else {
            job.whenOver(() -> answer.accept(job.isDone()));
        }
    }

    private static void rewriteLog(ClientSession session, Arguments arguments) {
        session.gather(ServerCommands::beginSave, (outcomes, reply) -> {
            if (outcomes.contains(ServerCommands.SaveOutcome.FAILED)) {
                reply.error(FAILED);
            } else if (outcomes.contains(ServerCommands.SaveOutcome.BEGUN)) {
                reply.simple("Background append only file rewriting started");
            } else {
                reply.error("ERR Background append only file rewriting already in progress");
            }
        });
    }
}
