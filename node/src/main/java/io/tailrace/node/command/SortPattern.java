package io.tailrace.node.command;

import io.tailrace.node.shard.Transaction;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.node.value.Hash;
import io.tailrace.wire.memory.Memory;

/**
 * A pattern of SORT: names a string or a field of a hash for each element, by putting the element in the place of its star. As
 * in Redis star and arrow are looked for up to the first zero byte. Lives for one command.
 *
 * <pre>
 *  #               the element itself
 *  w_*             the string of the key w_element
 *  h_*-&gt;field      the field of the hash of the key h_element
 *  without a star  nothing
 * </pre>
 */
final class SortPattern {
    private static final int NONE = -1;

    private final CommandContext context;
    private final long pattern;
    private final int length;
    private final int textLength;
    private final int star;
    private final int arrow;
    private long found;
    private int foundLength;

    SortPattern(CommandContext context, int argument) {
        this.context = context;
        pattern = context.arguments().address(argument);
        length = context.arguments().length(argument);
        textLength = textLength(pattern, length);
        star = indexOf('*', 0);
        arrow = star == NONE ? NONE : findArrow();
    }

    /** Whether a pattern names something else for each element. */
    static boolean hasStar(long pattern, int length) {
        int end = textLength(pattern, length);
        for (int i = 0; i < end; i++) {
            if (Memory.getByte(pattern + i) == '*') {
                return true;
            }
        }
        return false;
    }

    /** Up to the first zero byte. */
    static int textLength(long address, int length) {
        int end = 0;
        while (end < length && Memory.getByte(address + end) != 0) {
            end++;
        }
        return end;
    }

    private int indexOf(char wanted, int from) {
        for (int i = from; i < textLength; i++) {
            if (Memory.getByte(pattern + i) == wanted) {
                return i;
            }
        }
        return NONE;
    }

    /** Of an arrow after the star, with a field after it. */
    private int findArrow() {
        for (int i = indexOf('-', star + 1); i != NONE; i = indexOf('-', i + 1)) {
            if (i + 1 < textLength && Memory.getByte(pattern + i + 1) == '>') {
                return i + 2 < textLength ? i : NONE;
            }
        }
        return NONE;
    }

    /** Looks up what it names for an element; when there is something, the accessors below show it, until something is changed. */
    boolean find(long element, int elementLength) {
        if (textLength == 1 && Memory.getByte(pattern) == '#') {
            return show(element, elementLength);
        }
        int end = arrow == NONE ? length : arrow;
        long keyLength = end - 1L + elementLength;
        if (star == NONE || keyLength > Store.MAX_KEY_LENGTH) {
            return false;
        }
        long key = context.scratch((int) keyLength);
        Memory.copy(pattern, key, star);
        Memory.copy(element, key + star, elementLength);
        Memory.copy(pattern + star + 1, key + star + elementLength, end - star - 1);
        context.requireHere(key, (int) keyLength);
        return arrow == NONE ? findString(key, (int) keyLength) : findField(key, (int) keyLength);
    }

    private boolean findString(long key, int keyLength) {
        Transaction keys = context.keys();
        return keys.find(key, keyLength)
                && keys.type() == ValueType.STRING
                && show(keys.valueAddress(), keys.valueLength());
    }

    private boolean findField(long key, int keyLength) {
        StoredValue value = context.openOther(key, keyLength);
        if (!value.isThere() || value.type() != ValueType.HASH) {
            return false;
        }
        Hash hash = context.hash().wrap(value);
        int field = arrow + 2;
        return hash.find(pattern + field, length - field) && show(hash.valueAddress(), hash.valueLength());
    }

    private boolean show(long address, int newLength) {
        found = address;
        foundLength = newLength;
        return true;
    }

    long address() {
        return found;
    }

    int length() {
        return foundLength;
    }
}
