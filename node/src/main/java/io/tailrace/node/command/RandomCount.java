package io.tailrace.node.command;

import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;

/**
 * The count of HRANDFIELD, SRANDMEMBER and ZRANDMEMBER: that many different members, or, where negative, that many of which some may be
 * the same. Lives for one command.
 *
 * @param count as it was given
 * @param hasValues whether values or scores are wanted too
 */
record RandomCount(long count, boolean hasValues) {
    /** Writes the member at a position, and what belongs to it if that is wanted. */
    @FunctionalInterface
    interface MemberReply {
        void reply(long position, ReplyWriter reply);
    }

    private static final int COUNT = 2;
    /** Bytes of the shortest bulk string. */
    private static final int MIN_BYTES = 6;

    /**
     * Reads what follows the key.
     *
     * @param withValues the word that asks for values, or null when there is none
     * @return null when it is wrong: then that is replied
     */
    static RandomCount read(CommandContext context, String withValues) {
        Arguments arguments = context.arguments();
        String problem = null;
        long count = 0;
        boolean hasMore = arguments.count() > COUNT + 1;
        boolean hasValues = hasMore && withValues != null && arguments.is(COUNT + 1, withValues);
        if (!arguments.isLong(COUNT)) {
            problem = ErrorText.NOT_AN_INTEGER;
        } else {
            count = arguments.parseLong(COUNT);
            if (count == Long.MIN_VALUE) {
                problem = ErrorText.outOfRange(-Long.MAX_VALUE, Long.MAX_VALUE);
            } else if (hasMore && (!hasValues || arguments.count() > COUNT + 2)) {
                problem = ErrorText.SYNTAX;
            } else if (hasValues && (count < -(Long.MAX_VALUE / 2) || count > Long.MAX_VALUE / 2)) {
                problem = "ERR value is out of range";
            }
        }
        if (problem != null) {
            context.reply().error(problem);
            return null;
        }
        return new RandomCount(count, hasValues);
    }

    /** Replies members of a collection of a size; values are pairs of their own in RESP3. */
    void reply(CommandContext context, long size, MemberReply each) {
        ReplyWriter reply = context.reply();
        long number = size == 0 ? 0 : count < 0 ? -count : Math.min(count, size);
        boolean isPaired = hasValues && reply.protocol() >= 3;
        reply.requireRoom(Math.min(number, Integer.MAX_VALUE) * MIN_BYTES);
        reply.array((int) (hasValues && !isPaired ? 2 * number : number));
        if (number == 0) {
            return;
        }
        if (count < 0) {
            RandomMembers.repeating(context.random(), size, number, position -> one(position, isPaired, reply, each));
        } else {
            RandomMembers.distinct(context.random(), size, number, position -> one(position, isPaired, reply, each));
        }
    }

    private static void one(long position, boolean isPaired, ReplyWriter reply, MemberReply each) {
        if (isPaired) {
            reply.array(2);
        }
        each.reply(position, reply);
    }
}
