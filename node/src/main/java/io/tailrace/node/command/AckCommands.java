package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.NOSCRIPT;

import io.tailrace.node.services.ClientSession;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/** WAIT and WAITAOF: until a connection's writes are where they should be. */
final class AckCommands implements CommandFamily {
    private static final String NO_WAIT = "ERR WAIT cannot be used with replica instances. Please also note that since "
            + "Redis 4.0 if a replica is configured to be writable (which is not the default) writes to replicas are "
            + "just local and are not propagated.";
    private static final String NO_WAITAOF = "ERR WAITAOF cannot be used with replica instances. Please also note that "
            + "writes to replicas are just local and are not propagated.";

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.session("wait", 3, AckCommands::await, NOSCRIPT),
                CommandSpec.session("waitaof", 4, AckCommands::awaitAof, NOSCRIPT));
    }

    private static void await(ClientSession session, Arguments arguments) {
        String problem = !arguments.isLong(1) ? ErrorText.NOT_AN_INTEGER : timeoutProblem(session, arguments, 2);
        if (session.node().primary() != null) {
            session.reply().error(NO_WAIT);
        } else if (problem != null) {
            session.reply().error(problem);
        } else {
            int wanted = (int) Math.max(0, Math.min(Integer.MAX_VALUE, arguments.parseLong(1)));
            AckWait wait = new AckWait(session.node().shardCount(), 0, wanted, false);
            await(session, wait, arguments.parseLong(2), (shards, reply) -> reply.integer(wait.replicas()));
        }
    }

    private static void awaitAof(ClientSession session, Arguments arguments) {
        String problem = aofProblem(arguments);
        problem = problem == null ? timeoutProblem(session, arguments, 3) : problem;
        if (problem != null) {
            session.reply().error(problem);
        } else if (session.node().primary() != null) {
            session.reply().error(NO_WAITAOF);
        } else {
            int wantedHere = (int) arguments.parseLong(1);
            int wanted = (int) Math.min(Integer.MAX_VALUE, arguments.parseLong(2));
            AckWait wait = new AckWait(session.node().shardCount(), wantedHere, wanted, true);
            await(session, wait, arguments.parseLong(3), (shards, reply) -> {
                reply.array(2);
                reply.integer(wait.here());
                reply.integer(wait.replicas());
            });
        }
    }

    private static String aofProblem(Arguments arguments) {
        if (!arguments.isLong(1)) {
            return ErrorText.NOT_AN_INTEGER;
        }
        if (arguments.parseLong(1) < 0 || arguments.parseLong(1) > 1) {
            return ErrorText.outOfRange(0, 1);
        }
        if (!arguments.isLong(2)) {
            return ErrorText.NOT_AN_INTEGER;
        }
        return arguments.parseLong(2) < 0 ? "ERR value is out of range, must be positive" : null;
    }

    /** What is wrong with an argument that is a time to wait, in Redis's words, or null. */
    static String timeoutProblem(ClientSession session, Arguments arguments, int i) {
        if (!arguments.isLong(i)) {
            return "ERR timeout is not an integer or out of range";
        }
        long timeoutMs = arguments.parseLong(i);
        if (timeoutMs < 0) {
            return "ERR timeout is negative";
        }
        return timeoutMs > Long.MAX_VALUE - session.nowMicros() / 1_000 ? "ERR timeout is out of range" : null;
    }

    private static void await(
            ClientSession session, AckWait wait, long timeoutMs, BiConsumer<List<Boolean>, ReplyWriter> whole) {
        if (session.isInExec()) {
            wait.writes(session.lastWrites().positions());
            session.gather(
                    services -> {
                        wait.note(services);
                        return true;
                    },
                    whole);
        } else {
            session.afterEarlier(() -> awaitLater(session, wait, timeoutMs, whole));
        }
    }

    private static void awaitLater(
            ClientSession session, AckWait wait, long timeoutMs, BiConsumer<List<Boolean>, ReplyWriter> whole) {
        wait.writes(session.lastWrites().positions());
        session.mayBeUnblocked(true);
        BooleanSupplier isEnded = () -> session.isGone() || session.unblocking() != ClientSession.Unblocking.NONE;
        session.<Boolean>gatherLater(
                (services, answer) -> services.replication()
                        .acks()
                        .await(() -> wait.isOver(services), timeoutMs, isEnded, () -> {
                            wait.note(services);
                            answer.accept(true);
                        }),
                (shards, reply) -> {
                    boolean isError = session.unblocking() == ClientSession.Unblocking.ERROR;
                    session.mayBeUnblocked(false);
                    if (isError) {
                        reply.error(BlockedClients.UNBLOCKED);
                    } else {
                        whole.accept(shards, reply);
                    }
                });
    }
}
