package io.tailrace.node.command;

import io.tailrace.node.config.NotifyClasses;
import io.tailrace.node.shard.Transaction;
import io.tailrace.node.value.ListCursor;
import io.tailrace.node.value.ListValue;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;

/** Takes elements from the ends of lists, for all commands that do. Stateless. */
final class ListEnds {
    static final String LEFT = "LEFT";
    private static final String RIGHT = "RIGHT";
    private static final int SOURCE = 1;
    private static final int TARGET = 2;
    /** Of a count. */
    private static final int NUMBER_BYTES = 20;
    /** Bytes of the shortest bulk string. */
    private static final int MIN_BYTES = 6;

    private ListEnds() {}

    /** Whether an argument names an end of a list. */
    static boolean isEnd(Arguments arguments, int i) {
        return arguments.is(i, LEFT) || arguments.is(i, RIGHT);
    }

    /** Replies an element of a list that is there, and takes it away. */
    static void popOne(CommandContext context, ListValue list, boolean isFirst) {
        ListCursor cursor = list.at(isFirst ? 0 : list.size() - 1);
        context.reply().bulk(cursor.address(), cursor.length());
        take(context.keys(), list, isFirst, 1);
    }

    /** Replies elements of a list that is there, from one end on, as many as there are, and takes them away. */
    static void pop(CommandContext context, ListValue list, boolean isFirst, long count) {
        long size = list.size();
        long taken = Math.min(count, size);
        range(context.reply(), list, isFirst ? 0 : size - 1, isFirst, taken);
        take(context.keys(), list, isFirst, taken);
    }

    /** Replies a number of elements, which must be there, from a position on. */
    static void range(ReplyWriter reply, ListValue list, long from, boolean isForward, long count) {
        reply.requireRoom(Math.min(count, Integer.MAX_VALUE) * MIN_BYTES);
        reply.array((int) count);
        if (count == 0) {
            return;
        }
        ListCursor cursor = list.at(from);
        reply.bulk(cursor.address(), cursor.length());
        for (long left = count - 1; left > 0; left--) {
            boolean isShown = isForward ? cursor.next() : cursor.previous();
            assert isShown : left;
            reply.bulk(cursor.address(), cursor.length());
        }
    }

    private static void take(Transaction keys, ListValue list, boolean isFirst, long count) {
        keys.effect().begin(isFirst ? Effect.LPOP : Effect.RPOP, list.value(), 1, NUMBER_BYTES);
        boolean isAll = count == list.size();
        if (!isAll) {
            keys.effect().argumentLong(count);
            list.pop(isFirst, count);
        }
        keys.effect().end(list.value(), isAll);
    }

    /** Takes an element from the list of argument 1, puts it to that of argument 2, which may be the same, and replies it. */
    static void move(CommandContext context, boolean isFromFirst, boolean isToFirst) {
        ListValue source = context.list(SOURCE);
        if (!source.value().isThere()) {
            context.reply().nullBulk();
            return;
        }
        Arguments arguments = context.arguments();
        boolean isSame = Memory.equals(
                arguments.address(SOURCE),
                arguments.length(SOURCE),
                arguments.address(TARGET),
                arguments.length(TARGET));
        if (isSame) {
            rotate(context, source, isFromFirst, isToFirst);
            return;
        }
        ListValue target = context.otherList(TARGET);
        ListCursor cursor = source.at(isFromFirst ? 0 : source.size() - 1);
        long element = cursor.address();
        int length = cursor.length();
        context.reply().bulk(element, length);
        Transaction keys = context.keys();
        keys.promise(3, arguments.totalLength() + arguments.length(TARGET) + length + NUMBER_BYTES);
        // first what may be refused
        push(keys, target, isToFirst, element, length);
        take(keys, source, isFromFirst, 1);
    }

    private static void push(Transaction keys, ListValue list, boolean isFirst, long element, int length) {
        keys.effect().begin(isFirst ? Effect.LPUSH : Effect.RPUSH, list.value(), 1, length);
        keys.effect().argument(element, length);
        list.push(isFirst, element, length);
        keys.effect().end(list.value(), false);
    }

    /** Within one list; the key stays, with its deadline, although its only element is taken for a moment. */
    private static void rotate(CommandContext context, ListValue list, boolean isFromFirst, boolean isToFirst) {
        Arguments arguments = context.arguments();
        long size = list.size();
        ListCursor cursor = list.at(isFromFirst ? 0 : size - 1);
        int length = cursor.length();
        context.reply().bulk(cursor.address(), length);
        if (size == 1 || isFromFirst == isToFirst) {
            context.touch(arguments.address(SOURCE), arguments.length(SOURCE));
            context.tell(NotifyClasses.LIST, isToFirst ? "lpush" : "rpush", SOURCE);
            context.tell(NotifyClasses.LIST, isFromFirst ? "lpop" : "rpop", SOURCE);
            return;
        }
        Transaction keys = context.keys();
        keys.promise(2, 2L * arguments.length(SOURCE) + length + NUMBER_BYTES);
        long element = keys.scratch(length);
        Memory.copy(cursor.address(), element, length);
        int first = context.events().count();
        take(keys, list, isFromFirst, 1);
        int pushed = context.events().count();
        push(keys, list, isToFirst, element, length);
        // told the other way round, as Redis does it
        context.events().swap(first, pushed);
    }
}
