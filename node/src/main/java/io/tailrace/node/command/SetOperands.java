package io.tailrace.node.command;

import io.tailrace.node.shard.Transaction;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.node.value.CollectionLimits;
import io.tailrace.node.value.SetValue;
import io.tailrace.wire.resp.Arguments;
import java.util.Arrays;
import java.util.Comparator;

/**
 * The sets that a command is about, all open at a time. Owned by the shard's reactor thread; reused, without garbage once it has
 * seen as many.
 */
final class SetOperands {
    private static final Comparator<Operand> BY_SIZE = Comparator.comparingLong(operand -> operand.size);
    private static final Comparator<Operand> LARGEST_FIRST = BY_SIZE.reversed();
    private static final int INITIAL = 8;
    /** More than these are given back. */
    private static final int RETAINED = 256;

    private final CollectionLimits limits;
    private Operand[] operands = new Operand[INITIAL];
    private int count;
    private int missing;

    SetOperands(CollectionLimits limits) {
        this.limits = limits;
    }

    private static final class Operand {
        private final SetValue set;
        private StoredValue value;
        private long size;

        Operand(CollectionLimits limits) {
            set = new SetValue(limits);
        }
    }

    /** Closes what was open. */
    SetOperands begin() {
        if (operands.length > RETAINED) {
            operands = new Operand[INITIAL];
        }
        count = 0;
        missing = 0;
        return this;
    }

    /** Opens the set that an argument names; absent when there is none. */
    SetValue open(Transaction keys, Arguments arguments, int argument) {
        if (count == operands.length) {
            operands = Arrays.copyOf(operands, 2 * count);
        }
        if (operands[count] == null) {
            operands[count] = new Operand(limits);
        }
        Operand operand = operands[count++];
        operand.value = keys.ownedBy(operand.value);
        keys.open(operand.value, arguments.address(argument), arguments.length(argument), ValueType.SET);
        operand.set.wrap(operand.value);
        operand.size = operand.set.size();
        missing += operand.value.isThere() ? 0 : 1;
        return operand.set;
    }

    /** Opens the sets that some arguments name. */
    SetOperands openAll(Transaction keys, Arguments arguments, int first, int last) {
        begin();
        for (int i = first; i <= last; i++) {
            open(keys, arguments, i);
        }
        return this;
    }

    int count() {
        return count;
    }

    SetValue get(int i) {
        return operands[i].set;
    }

    long size(int i) {
        return operands[i].size;
    }

    /** Of all sets together. */
    long totalSize() {
        long total = 0;
        for (int i = 0; i < count; i++) {
            total += operands[i].size;
        }
        return total;
    }

    /** How many of them are there. */
    int present() {
        return count - missing;
    }

    /** Whether one of them is not there, or has no members. */
    boolean hasMissing() {
        return missing > 0;
    }

    /** Puts the smallest first; those of the same size stay in their order. */
    void sortBySize() {
        Arrays.sort(operands, 0, count, BY_SIZE);
    }

    /** Puts the largest first, but for the one that is first already. */
    void sortOthersBySize() {
        Arrays.sort(operands, 1, count, LARGEST_FIRST);
    }

    /** Whether a member is in each set from one on. */
    boolean areAllHaving(int from, long member, int length) {
        for (int i = from; i < count; i++) {
            if (!operands[i].set.contains(member, length)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a member is in any set from one on. */
    boolean isAnyHaving(int from, long member, int length) {
        for (int i = from; i < count; i++) {
            if (operands[i].set.contains(member, length)) {
                return true;
            }
        }
        return false;
    }
}
