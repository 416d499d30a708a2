package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.NOSCRIPT;

import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;

/** Commands that wait until a write is where it should be. */
final class AckCommands implements CommandFamily {
    private static final String NO_WAIT = "ERR WAIT cannot be used with replica instances. Please also note that since "
            + "Redis 4.0 if a replica is configured to be writable (which is not the default) writes to replicas are "
            + "just local and are not propagated.";

    @Override
    public List<CommandSpec> commands() {
        return List.of(CommandSpec.session("wait", 3, AckCommands::await, NOSCRIPT));
    }

    private static void await(ClientSession session, Arguments arguments) {
        ReplyWriter reply = session.reply();
        String problem = !arguments.isLong(1) ? ErrorText.NOT_AN_INTEGER : timeoutProblem(session, arguments, 2);
        if (session.node().primary() != null) {
            reply.error(NO_WAIT);
        } else if (problem != null) {
            reply.error(problem);
        } else {
            int wanted = (int) Math.max(0, Math.min(Integer.MAX_VALUE, arguments.parseLong(1)));
            await(session, wanted, arguments.parseLong(2));
        }
    }

    /** What is wrong with an argument that is a time to wait, in Redis's words, or null. */
    private static String timeoutProblem(ClientSession session, Arguments arguments, int i) {
        if (!arguments.isLong(i)) {
            return "ERR timeout is not an integer or out of range";
        }
        long timeoutMs = arguments.parseLong(i);
        if (timeoutMs < 0) {
            return "ERR timeout is negative";
        }
        return timeoutMs > Long.MAX_VALUE - session.nowMicros() / 1_000 ? "ERR timeout is out of range" : null;
    }

    private static void await(ClientSession session, int wanted, long timeoutMs) {
        AckTally tally = new AckTally(session.node().shardCount());
        if (session.isInExec()) {
            WritePosition[] writes = session.lastWrites().positions();
            session.gather(
                    services -> {
                        note(tally, services, writes);
                        return true;
                    },
                    (shards, reply) -> reply.integer(tally.count()));
        } else {
            session.afterEarlier(() -> awaitLater(session, tally, wanted, timeoutMs));
        }
    }

    private static void awaitLater(ClientSession session, AckTally tally, int wanted, long timeoutMs) {
        WritePosition[] writes = session.lastWrites().positions();
        session.<Boolean>gatherLater(
                (services, answer) -> services.replication()
                        .acks()
                        .await(() -> isReached(tally, services, writes, wanted), timeoutMs, session::isGone, () -> {
                            note(tally, services, writes);
                            answer.accept(true);
                        }),
                (shards, reply) -> reply.integer(tally.count()));
    }

    /** Whether so many replicas have it on every shard. Which ones is only asked when there are enough on this one. */
    private static boolean isReached(AckTally tally, ShardServices services, WritePosition[] writes, int wanted) {
        if (services.replication().acks().appliedCount(index(services, writes)) < wanted) {
            return false;
        }
        note(tally, services, writes);
        return tally.count() >= wanted;
    }

    private static void note(AckTally tally, ShardServices services, WritePosition[] writes) {
        tally.note(services.shard().id(), services.replication().acks().applied(index(services, writes)));
    }

    /** What replicas must have: what nobody can have when the write was lost in a change of histories. */
    private static long index(ShardServices services, WritePosition[] writes) {
        WritePosition write = writes[services.shard().id()];
        return write.isIn(services.shard().history()) ? write.index() : Long.MAX_VALUE;
    }
}
