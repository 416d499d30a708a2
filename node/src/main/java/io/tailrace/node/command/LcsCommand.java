package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.READONLY;

import io.tailrace.node.shard.Transaction;
import io.tailrace.node.store.ValueType;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;

/** LCS: what two strings have in common, in the same order. */
final class LcsCommand implements CommandFamily {
    private static final int FIRST_OPTION = 3;
    private static final String NOT_STRINGS = "ERR The specified keys must contain string values";
    private static final String TOO_LARGE =
            "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len";

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.keys("lcs", -3, new KeyPositions(1, 2, 1), Routing.ONE_SHARD, LcsCommand::lcs, READONLY));
    }

    /** What is asked for. */
    private static final class Options {
        private boolean hasIndexes;
        private boolean hasLength;
        private boolean hasMatchLengths;
        private long leastLength;

        /** Returns what is wrong, or null. */
        String read(Arguments arguments) {
            int i = FIRST_OPTION;
            while (i < arguments.count()) {
                if (arguments.is(i, "IDX")) {
                    hasIndexes = true;
                } else if (arguments.is(i, "LEN")) {
                    hasLength = true;
                } else if (arguments.is(i, "WITHMATCHLEN")) {
                    hasMatchLengths = true;
                } else if (arguments.is(i, "MINMATCHLEN") && i + 1 < arguments.count()) {
                    i++;
                    if (!arguments.isLong(i)) {
                        return ErrorText.NOT_AN_INTEGER;
                    }
                    leastLength = arguments.parseLong(i);
                } else {
                    return ErrorText.SYNTAX;
                }
                i++;
            }
            return hasIndexes && hasLength ? "ERR If you want both the length and indexes, please just use IDX." : null;
        }
    }

    private static void lcs(CommandContext context) {
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        boolean isFirst = keys.find(arguments.address(1), arguments.length(1));
        boolean isWrong = isFirst && keys.type() != ValueType.STRING;
        long first = isFirst && !isWrong ? keys.valueAddress() : 0;
        int firstLength = isFirst && !isWrong ? keys.valueLength() : 0;
        boolean isSecond = keys.find(arguments.address(2), arguments.length(2));
        isWrong |= isSecond && keys.type() != ValueType.STRING;
        Options options = new Options();
        String problem = isWrong ? NOT_STRINGS : options.read(arguments);
        if (problem != null) {
            context.reply().error(problem);
            return;
        }
        long second = isSecond ? keys.valueAddress() : 0;
        int secondLength = isSecond ? keys.valueLength() : 0;
        if (CommonSubsequence.bytes(firstLength, secondLength) > keys.maxValueLength()) {
            context.reply().error(TOO_LARGE);
            return;
        }
        try (CommonSubsequence common = new CommonSubsequence(first, firstLength, second, secondLength)) {
            reply(context, common, options);
        }
    }

    private static void reply(CommandContext context, CommonSubsequence common, Options options) {
        ReplyWriter reply = context.reply();
        if (options.hasIndexes) {
            List<CommonSubsequence.Match> matches = common.matches(options.leastLength);
            reply.map(2);
            reply.bulk("matches");
            reply.array(matches.size());
            for (CommonSubsequence.Match match : matches) {
                reply.array(options.hasMatchLengths ? 3 : 2);
                reply.array(2);
                reply.integer(match.first());
                reply.integer(match.first() + match.length() - 1L);
                reply.array(2);
                reply.integer(match.second());
                reply.integer(match.second() + match.length() - 1L);
                if (options.hasMatchLengths) {
                    reply.integer(match.length());
                }
            }
            reply.bulk("len");
            reply.integer(common.length());
        } else if (options.hasLength) {
            reply.integer(common.length());
        } else {
            long text = context.scratch(common.length());
            common.copyTo(text);
            reply.bulk(text, common.length());
        }
    }
}
