package io.tailrace.node.reactor;

import io.tailrace.node.shard.KeySlot;
import io.tailrace.node.store.Store;
import io.tailrace.wire.memory.Memory;

/**
 * Touches the entries of the keys of requests that came together, before the first of them is executed: the processor then waits for
 * memory once, and not once for each. One for all connections of a reactor; owned by its thread.
 *
 * <p>Looks only for the first argument of whole requests, where most commands have their key; what is none costs a look, and changes
 * nothing. It decides nothing: whether a request is one, the decoder says.
 */
final class LookAhead {
    /** As many keys as are touched at once: their lines and those of their values are a part of the nearest cache. */
    static final int MAX = 16;

    /** A request with one key, at least: {@code *2 $3 GET $1 k}, with its line ends. */
    static final int MIN_BYTES = 20;

    private static final int MAX_ARGUMENTS = 64;
    private static final int MAX_DIGITS = 9;
    private static final int LINE_END = 2;
    private static final int NONE = -1;

    private final int own;
    private final int shards;
    private final long[] hashes = new long[MAX];
    private long at;
    private long end;

    /** Unused results of touching memory. */
    private long seen;

    private boolean isOwn;
    private long keyHash;

    /** @param own the shard of the reactor: keys of others are looked for there, when they come there */
    LookAhead(int own, int shards) {
        this.own = own;
        this.shards = shards;
    }

    /**
     * Touches what the next requests are about.
     *
     * @param from where a request begins
     * @param to the end of what has come
     * @return how many bytes need not be looked at again
     */
    int touch(Store store, long from, long to) {
        at = from;
        end = to;
        long begin = from;
        int count = 0;
        for (int i = 0; i < MAX && key(); i++) {
            if (isOwn) {
                hashes[count++] = keyHash;
            }
            begin = at;
        }
        if (count > 1) {
            seen += store.touch(hashes, count);
        }
        return (int) (begin - from);
    }

    /** Goes past a request; returns whether it is whole and has a key. */
    private boolean key() {
        int arguments = number('*');
        if (arguments < 2 || arguments > MAX_ARGUMENTS) {
            return false;
        }
        for (int i = 0; i < arguments; i++) {
            int length = number('$');
            if (length < 0 || end - at < length + LINE_END) {
                return false;
            }
            if (i == 1) {
                isOwn = KeySlot.shardOf(at, length, shards) == own;
                keyHash = isOwn ? Store.hash(at, length) : 0;
            }
            at += length + LINE_END;
        }
        return true;
    }

    /** Of a line that begins with a character; {@link #NONE} where there is none. */
    private int number(char first) {
        if (end - at < 1 + MAX_DIGITS + LINE_END) {
            return shortNumber(first);
        }
        if (Memory.getByte(at) != first) {
            return NONE;
        }
        int number = 0;
        long position = at + 1;
        int digit = Memory.getByte(position) - '0';
        int digits = 0;
        while (digit >= 0 && digit <= 9 && digits < MAX_DIGITS) {
            number = number * 10 + digit;
            digit = Memory.getByte(++position) - '0';
            digits++;
        }
        if (digits == 0 || digit != '\r' - '0') {
            return NONE;
        }
        at = position + LINE_END;
        return number;
    }

    /** The same near the end of what has come. */
    private int shortNumber(char first) {
        if (at >= end || Memory.getByte(at) != first) {
            return NONE;
        }
        int number = 0;
        int digits = 0;
        for (long position = at + 1; position < end; position++) {
            int digit = Memory.getByte(position) - '0';
            if (digit < 0 || digit > 9) {
                boolean isLine = digits > 0 && digit == '\r' - '0' && position + 1 < end;
                at = isLine ? position + LINE_END : at;
                return isLine ? number : NONE;
            }
            number = number * 10 + digit;
            digits++;
        }
        return NONE;
    }
}
