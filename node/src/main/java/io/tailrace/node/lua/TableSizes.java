package io.tailrace.node.lua;

/** How large a table's two parts become at a rehash: the array takes the largest power of two of which more than half is used. */
final class TableSizes {
    private static final int BITS = 26;

    private final int[] perRange = new int[BITS + 1];
    private int integers;
    private int total;
    private int arraySize;
    private int inArray;

    void countArray(Object[] array) {
        for (int i = 0; i < array.length; i++) {
            if (array[i] != null) {
                perRange[ceilingLog(i + 1)]++;
                integers++;
                total++;
            }
        }
    }

    /** Keys and values by turns. */
    void countNodes(Object[] slots) {
        for (int i = 0; i < slots.length; i += 2) {
            if (slots[i + 1] != null) {
                count(slots[i]);
            }
        }
    }

    void count(Object key) {
        total++;
        if (key instanceof Double) {
            double number = (Double) key;
            int index = (int) number;
            if (index == number && index > 0 && index <= 1 << BITS) {
                perRange[ceilingLog(index)]++;
                integers++;
            }
        }
    }

    void compute() {
        int sum = 0;
        int power = 1;
        for (int i = 0; i <= BITS && power / 2 < integers; i++, power *= 2) {
            sum += perRange[i];
            if (sum > power / 2) {
                arraySize = power;
                inArray = sum;
            }
            if (sum == integers) {
                break;
            }
        }
    }

    int arraySize() {
        return arraySize;
    }

    int hashSize() {
        return total - inArray;
    }

    static int ceilingLog(int value) {
        return 32 - Integer.numberOfLeadingZeros(value - 1);
    }

    /** Larger tables don't fit in the memory of a process that serves others too. */
    static int ceilingPowerOfTwo(int value) {
        int log = ceilingLog(value);
        if (log > BITS) {
            throw new LuaError("table overflow");
        }
        return 1 << log;
    }
}
