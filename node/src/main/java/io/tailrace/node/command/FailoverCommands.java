package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.ADMIN;
import static io.tailrace.node.command.CommandFlag.NOSCRIPT;
import static io.tailrace.node.command.CommandFlag.STALE;

import io.tailrace.node.services.ClientSession;
import io.tailrace.node.services.HandoverServices;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/** FAILOVER, and REPLCONF HANDOVER, by which the two nodes of one talk. */
final class FailoverCommands implements CommandFamily {
    private static final String NOT_IN_EXEC = "ERR FAILOVER can't be part of a MULTI";
    private static final int TAKE_FIXED = 6;

    @Override
    public List<CommandSpec> commands() {
        return List.of(CommandSpec.session("failover", -1, FailoverCommands::failover, ADMIN, NOSCRIPT, STALE));
    }

    private static void failover(ClientSession session, Arguments arguments) {
        HandoverServices handover = session.node().handover();
        if (arguments.count() == 2 && arguments.is(1, "ABORT")) {
            onFirstShard(session, answer -> answer.accept(handover.abort()), FailoverCommands::refusalOrOk);
            return;
        }
        Parser parser = new Parser();
        String refusal = parser.parse(arguments);
        if (refusal != null) {
            session.reply().error(refusal);
        } else {
            onFirstShard(session, answer -> handover.begin(parser.request(), answer), FailoverCommands::refusalOrOk);
        }
    }

    private static void refusalOrOk(String refusal, ReplyWriter reply) {
        if (refusal == null) {
            reply.ok();
        } else {
            reply.error(refusal);
        }
    }

    /** Asks on the first shard's thread, which need not be this one. */
    static void onFirstShard(
            ClientSession session, Consumer<Consumer<String>> question, BiConsumer<String, ReplyWriter> reply) {
        if (session.isInExec()) {
            session.reply().error(NOT_IN_EXEC);
            return;
        }
        session.<String>gatherLater(
                (services, answer) -> {
                    if (services.shard().id() == 0) {
                        question.accept(answer);
                    } else {
                        answer.accept(null);
                    }
                },
                (answers, writer) -> reply.accept(answers.get(0), writer));
    }

    /** The words of FAILOVER, as Redis reads them. */
    private static final class Parser {
        private String host;
        private long port;
        private long timeout;
        private boolean isForced;

        private String parse(Arguments arguments) {
            for (int i = 1; i < arguments.count(); i++) {
                if (arguments.is(i, "TIMEOUT") && i + 1 < arguments.count() && timeout == 0) {
                    i++;
                    if (!arguments.isLong(i)) {
                        return ErrorText.NOT_AN_INTEGER;
                    }
                    timeout = arguments.parseLong(i);
                    if (timeout <= 0) {
                        return "ERR FAILOVER timeout must be greater than 0";
                    }
                } else if (arguments.is(i, "TO") && i + 2 < arguments.count() && host == null) {
                    if (!arguments.isLong(i + 2)) {
                        return ErrorText.NOT_AN_INTEGER;
                    }
                    host = arguments.ascii(i + 1);
                    port = arguments.parseLong(i + 2);
                    i += 2;
                } else if (arguments.is(i, "FORCE") && !isForced) {
                    isForced = true;
                } else {
                    return ErrorText.SYNTAX;
                }
            }
            return null;
        }

        private HandoverServices.FailoverRequest request() {
            boolean isPort = port > 0 && port < 65_536;
            return new HandoverServices.FailoverRequest(host, isPort ? (int) port : 0, timeout, isForced);
        }
    }

    /** {@code REPLCONF HANDOVER TAKE history from to index.. | CONFIRM history | ABANDON history | OUTCOME history from}. */
    static void handover(ClientSession session, Arguments arguments) {
        Function<HandoverServices, String> question = question(arguments);
        if (question != null) {
            HandoverServices handover = session.node().handover();
            onFirstShard(session, answer -> answer.accept(question.apply(handover)), FailoverCommands::line);
        } else if (arguments.is(2, "TAKE")
                && arguments.count() == TAKE_FIXED + session.node().shardCount()) {
            take(session, arguments);
        } else {
            session.reply().error(ErrorText.SYNTAX);
        }
    }

    private static Function<HandoverServices, String> question(Arguments arguments) {
        String history = arguments.count() > 3 ? arguments.ascii(3) : "";
        if (arguments.count() == 4 && arguments.is(2, "CONFIRM")) {
            return handover -> handover.confirm(history);
        }
        if (arguments.count() == 4 && arguments.is(2, "ABANDON")) {
            return handover -> handover.abandon(history);
        }
        if (arguments.count() == 5 && arguments.is(2, "OUTCOME")) {
            String from = arguments.ascii(4);
            return handover -> handover.outcome(history, from);
        }
        return null;
    }

    private static void take(ClientSession session, Arguments arguments) {
        long[] indexes = new long[session.node().shardCount()];
        for (int i = 0; i < indexes.length; i++) {
            if (!arguments.isLong(TAKE_FIXED + i)) {
                session.reply().error(ErrorText.NOT_AN_INTEGER);
                return;
            }
            indexes[i] = arguments.parseLong(TAKE_FIXED + i);
        }
        HandoverServices.PromotionOffer offer = new HandoverServices.PromotionOffer(
                arguments.ascii(3), arguments.ascii(4), arguments.ascii(5), indexes, session::isGone);
        HandoverServices handover = session.node().handover();
        onFirstShard(session, answer -> handover.take(offer, answer), FailoverCommands::line);
    }

    private static void line(String line, ReplyWriter reply) {
        if (line.startsWith("-")) {
            reply.error(line.substring(1));
        } else {
            reply.simple(line.substring(1));
        }
    }
}
