package io.tailrace.node.command;

import io.tailrace.node.value.ListCursor;
import io.tailrace.node.value.ListValue;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.Arrays;

/** What LPOS asks for, and what it finds. Lives for one command. */
final class ListSearch {
    private static final long ONE = -1;
    private static final int ELEMENT = 2;

    private final long rank;
    private final long count;
    private final long most;
    private long[] positions = new long[1];
    private int found;

    /**
     * @param rank which of the equal elements is the first that counts; negative: from the end
     * @param count how many are wanted, 0 for all, or {@link #ONE}
     * @param most elements to look at, 0 for all
     */
    private ListSearch(long rank, long count, long most) {
        this.rank = rank;
        this.count = count;
        this.most = most;
    }

    /** Reads what follows the element; null when it is wrong: then that is replied. */
    static ListSearch read(CommandContext context) {
        Arguments arguments = context.arguments();
        long rank = 1;
        long count = ONE;
        long most = 0;
        String problem = null;
        for (int i = ELEMENT + 1; i < arguments.count() && problem == null; i += 2) {
            boolean hasValue = i + 1 < arguments.count();
            boolean isLong = hasValue && arguments.isLong(i + 1);
            long number = isLong ? arguments.parseLong(i + 1) : -1;
            if (hasValue && arguments.is(i, "RANK")) {
                rank = number;
                problem = isLong ? rankProblem(rank) : ErrorText.NOT_AN_INTEGER;
            } else if (hasValue && arguments.is(i, "COUNT")) {
                count = number;
                problem = number < 0 ? "ERR COUNT can't be negative" : null;
            } else if (hasValue && arguments.is(i, "MAXLEN")) {
                most = number;
                problem = number < 0 ? "ERR MAXLEN can't be negative" : null;
            } else {
                problem = ErrorText.SYNTAX;
            }
        }
        if (problem != null) {
            context.reply().error(problem);
            return null;
        }
        return new ListSearch(rank, count, most);
    }

    private static String rankProblem(long rank) {
        return rank != 0
                ? null
                : "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to"
                        + " start from the end of the list";
    }

    /** Replies the position, or the positions if there is a count. */
    void reply(CommandContext context, ListValue list) {
        ReplyWriter reply = context.reply();
        Arguments arguments = context.arguments();
        if (list.value().isThere()) {
            search(list, arguments.address(ELEMENT), arguments.length(ELEMENT));
        }
        if (count != ONE) {
            reply.array(found);
            for (int i = 0; i < found; i++) {
                reply.integer(positions[i]);
            }
        } else if (found == 0) {
            reply.nullBulk();
        } else {
            reply.integer(positions[0]);
        }
    }

    private void search(ListValue list, long element, int length) {
        boolean isForward = rank > 0;
        // the number without a positive counterpart stays as it is, so that every match counts, as in Redis
        long first = isForward ? rank : -rank;
        long size = list.size();
        long looks = most == 0 ? size : Math.min(most, size);
        long position = isForward ? 0 : size - 1;
        long matches = 0;
        ListCursor cursor = list.at(position);
        for (long i = 0; i < looks; i++) {
            if (i > 0) {
                boolean isShown = isForward ? cursor.next() : cursor.previous();
                assert isShown : i + " of " + size;
                position += isForward ? 1 : -1;
            }
            if (Memory.equals(cursor.address(), cursor.length(), element, length) && ++matches >= first) {
                add(position);
                if (count != 0 && matches - first + 1 >= count) {
                    return;
                }
            }
        }
    }

    private void add(long position) {
        if (found == positions.length) {
            positions = Arrays.copyOf(positions, 2 * found);
        }
        positions[found++] = position;
    }
}
