package io.tailrace.node.shard;

import io.tailrace.wire.record.Effect;
import java.util.Arrays;

/**
 * The effects of the record that is being built, in their order, as offsets into it: what is applied to the store once
 * the record is in the log, without parsing it again. Owned by the shard's reactor thread; reused, no garbage.
 */
final class EffectList {
    private static final int INITIAL = 16;

    private int count;
    private Effect[] effect = new Effect[INITIAL];
    private int[] keyOffset = new int[INITIAL];
    private int[] keyLength = new int[INITIAL];
    private int[] valueOffset = new int[INITIAL];
    private int[] valueLength = new int[INITIAL];
    private long[] number = new long[INITIAL];

    void clear() {
        count = 0;
    }

    int count() {
        return count;
    }

    /** @param theNumber of the effect: a deadline in epoch milliseconds (0 none), or SETRANGE's offset */
    void add(Effect what, int theKeyOffset, int theKeyLength, int theValueOffset, int theValueLength, long theNumber) {
        if (count == effect.length) {
            grow();
        }
        effect[count] = what;
        keyOffset[count] = theKeyOffset;
        keyLength[count] = theKeyLength;
        valueOffset[count] = theValueOffset;
        valueLength[count] = theValueLength;
        number[count] = theNumber;
        count++;
    }

    private void grow() {
        int size = 2 * count;
        effect = Arrays.copyOf(effect, size);
        keyOffset = Arrays.copyOf(keyOffset, size);
        keyLength = Arrays.copyOf(keyLength, size);
        valueOffset = Arrays.copyOf(valueOffset, size);
        valueLength = Arrays.copyOf(valueLength, size);
        number = Arrays.copyOf(number, size);
    }

    Effect effect(int at) {
        return effect[at];
    }

    int keyOffset(int at) {
        return keyOffset[at];
    }

    int keyLength(int at) {
        return keyLength[at];
    }

    int valueOffset(int at) {
        return valueOffset[at];
    }

    int valueLength(int at) {
        return valueLength[at];
    }

    long number(int at) {
        return number[at];
    }
}
