package io.tailrace.node.command;

import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.node.value.ListValue;

/** The types from whose ends elements are popped, as far as commands of several keys and those that wait tell them apart. Stateless. */
enum PopSource {
    LIST(ValueType.LIST, "LEFT", "RIGHT") {
        @Override
        boolean isThere(CommandContext context, int key) {
            return context.list(key).value().isThere();
        }

        @Override
        void popOne(CommandContext context, int key, boolean isFromEnd) {
            ListValue list = context.list(key);
            context.reply().array(2);
            replyKey(context, key);
            ListEnds.popOne(context, list, !isFromEnd);
        }

        @Override
        boolean pop(CommandContext context, int key, boolean isFromEnd, long count) {
            ListValue list = context.list(key);
            if (!list.value().isThere()) {
                return false;
            }
            context.reply().array(2);
            replyKey(context, key);
            ListEnds.pop(context, list, !isFromEnd, count);
            return true;
        }
    },

    SORTED_SET(ValueType.SORTED_SET, "MIN", "MAX") {
        @Override
        boolean isThere(CommandContext context, int key) {
            return context.sortedSet(key).size() > 0;
        }

        @Override
        void popOne(CommandContext context, int key, boolean isFromEnd) {
            context.sortedSet(key);
            context.reply().array(3);
            replyKey(context, key);
            SortedSetEnds.take(context, 1, isFromEnd, false);
        }

        @Override
        boolean pop(CommandContext context, int key, boolean isFromEnd, long count) {
            int taken = (int) Math.min(count, context.sortedSet(key).size());
            if (taken == 0) {
                return false;
            }
            context.reply().array(2);
            replyKey(context, key);
            context.reply().array(taken);
            SortedSetEnds.take(context, taken, isFromEnd, true);
            return true;
        }
    };

    private final int type;
    private final String begin;
    private final String end;

    PopSource(int type, String begin, String end) {
        this.type = type;
        this.begin = begin;
        this.end = end;
    }

    /** What the end is called that elements are first at. */
    String begin() {
        return begin;
    }

    String end() {
        return end;
    }

    /** Whether a key, which is argument {@code key}, holds one; an error for a value of another type. */
    abstract boolean isThere(CommandContext context, int key);

    /** The same, but false for a value of another type. */
    boolean isHeldBy(CommandContext context, int key) {
        StoredValue value = context.open(key);
        return value.isThere() && value.type() == type;
    }

    /** Takes the element at an end of what is there, and replies the key and it. */
    abstract void popOne(CommandContext context, int key, boolean isFromEnd);

    /** Takes up to this many, and replies the key and an array of them; false without a reply when there are none. */
    abstract boolean pop(CommandContext context, int key, boolean isFromEnd, long count);

    private static void replyKey(CommandContext context, int key) {
        context.reply()
                .bulk(context.arguments().address(key), context.arguments().length(key));
    }
}
