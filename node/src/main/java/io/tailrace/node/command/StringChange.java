package io.tailrace.node.command;

import io.tailrace.node.shard.Transaction;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.Arguments;

/** Makes a string what a changed copy of it is, by effects for the bytes that differ. Stateless. */
final class StringChange {
    /** Bytes that are the same are logged too when they are fewer: an effect takes more. */
    private static final int GAP = 64;
    /** Of an effect, with its offset. */
    private static final int EFFECT_BYTES = 32;

    private StringChange() {}

    /**
     * Writes what differs; the deadline stays.
     *
     * @param isFound whether the key, which an argument names, holds a string: the one that the keys show last
     * @param changed what it is to be, in memory of the command
     * @return whether anything differed
     */
    static boolean log(CommandContext context, int argument, boolean isFound, long changed, int length) {
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        long key = arguments.address(argument);
        int keyLength = arguments.length(argument);
        if (!isFound) {
            keys.setRange(key, keyLength, 0, changed, length);
        } else if (length < keys.valueLength()) {
            keys.setRaw(key, keyLength, changed, length, keys.expireAtEpochMs());
        } else {
            int first = start(keys, changed, length, 0);
            promise(keys, keyLength, changed, length);
            for (int from = first; from < length; ) {
                int to = end(keys, changed, length, from);
                keys.setRange(key, keyLength, from, changed + from, to - from);
                keys.findString(key, keyLength);
                from = start(keys, changed, length, to);
            }
            return first < length;
        }
        return true;
    }

    private static void promise(Transaction keys, int keyLength, long changed, int length) {
        int effects = 0;
        long bytes = 0;
        for (int from = start(keys, changed, length, 0); from < length; ) {
            int to = end(keys, changed, length, from);
            effects++;
            bytes += keyLength + EFFECT_BYTES + to - from;
            from = start(keys, changed, length, to);
        }
        keys.promise(effects, bytes);
    }

    /** The first byte from one on that differs, or is after the end of what there was. */
    private static int start(Transaction keys, long changed, int length, int from) {
        long old = keys.valueAddress();
        int common = Math.min(length, keys.valueLength());
        int at = from;
        while (at <= common - Long.BYTES && Memory.getLong(old + at) == Memory.getLong(changed + at)) {
            at += Long.BYTES;
        }
        while (at < common && Memory.getByte(old + at) == Memory.getByte(changed + at)) {
            at++;
        }
        return at;
    }

    /** Where the bytes that differ end, with those in between that are the same for a few bytes only. */
    private static int end(Transaction keys, long changed, int length, int from) {
        int common = Math.min(length, keys.valueLength());
        int end = from + 1;
        int next = start(keys, changed, length, end);
        while (next < length && next - end < GAP) {
            end = next >= common ? length : next + 1;
            next = start(keys, changed, length, end);
        }
        return end;
    }
}
