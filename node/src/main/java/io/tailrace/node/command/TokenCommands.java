package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.NOSCRIPT;
import static io.tailrace.node.command.CommandFlag.NO_MULTI;
import static io.tailrace.node.command.CommandFlag.STALE;

import io.tailrace.node.services.ClientSession;
import io.tailrace.node.services.WritePosition;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;
import java.util.stream.Collectors;

/**
 * TOKEN says where this connection's last writes are; WAITTOKEN, on any node, returns when that node has applied them. A
 * client that reads there then reads its own writes, or those of the client that gave it the token.
 */
final class TokenCommands implements CommandFamily {
    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.session("token", 1, TokenCommands::token, NOSCRIPT, STALE, FAST, NO_MULTI),
                CommandSpec.session("waittoken", 3, TokenCommands::await, NOSCRIPT, STALE));
    }

    /** By way of all shards, so that what they still execute for this connection is among its writes. */
    private static void token(ClientSession session, Arguments arguments) {
        session.gather(
                services -> true,
                (shards, reply) ->
                        reply.bulk(WriteToken.text(session.lastWrites().positions())));
    }

    private static void await(ClientSession session, Arguments arguments) {
        String problem = AckCommands.timeoutProblem(session, arguments, 2);
        if (problem != null) {
            session.reply().error(problem);
            return;
        }
        WritePosition[] writes;
        try {
            writes = WriteToken.parse(arguments.ascii(1));
        } catch (IllegalArgumentException e) {
            session.reply().error("ERR " + e.getMessage());
            return;
        }
        int shards = session.node().shardCount();
        if (writes.length != shards) {
            session.reply()
                    .error("ERR the token is of a node with another number of shards: " + writes.length + ", here "
                            + shards);
        } else {
            await(session, writes, arguments.parseLong(2));
        }
    }

    private static void await(ClientSession session, WritePosition[] writes, long timeoutMs) {
        if (session.isInExec()) {
            session.gather(services -> TokenCheck.of(services, writes), TokenCommands::reply);
        } else {
            session.<TokenCheck>gatherLater(
                    (services, answer) -> services.replication()
                            .acks()
                            .await(
                                    () -> TokenCheck.of(services, writes).isFinal(),
                                    timeoutMs,
                                    session::isGone,
                                    () -> answer.accept(TokenCheck.of(services, writes))),
                    TokenCommands::reply);
        }
    }

    private static void reply(List<TokenCheck> checks, ReplyWriter reply) {
        String problem = problem(checks);
        if (problem == null) {
            reply.ok();
        } else {
            reply.error(problem);
        }
    }

    /** What waiting longer can't mend comes first; what is only behind is told of all shards. */
    private static String problem(List<TokenCheck> checks) {
        List<TokenCheck> problems =
                checks.stream().filter(verdict -> !verdict.isReached()).toList();
        if (problems.isEmpty()) {
            return null;
        }
        String code = problems.stream()
                .map(TokenCheck::code)
                .filter(each -> !each.equals(TokenCheck.BEHIND))
                .findFirst()
                .orElse(TokenCheck.BEHIND);
        return code
                + problems.stream()
                        .filter(verdict -> verdict.code().equals(code))
                        .map(TokenCheck::text)
                        .collect(Collectors.joining("; ", " ", ""));
    }
}
