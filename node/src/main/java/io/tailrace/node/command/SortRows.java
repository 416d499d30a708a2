package io.tailrace.node.command;

import io.tailrace.wire.memory.Memory;
import java.util.Arrays;

/**
 * Elements with what they are sorted by. Nothing is copied: both are where the store has them, so it must not be changed
 * meanwhile. Lives for one command.
 *
 * <pre>
 *  sorted by          one that has no weight     equal ones
 *  numbers            0                          by the element's bytes
 *  texts of a pattern before all others          stay in their order
 *  elements           -                          stay in their order
 * </pre>
 */
final class SortRows {
    private static final int MISSING = -1;

    private final long[] elements;
    private final int[] lengths;
    private int count;
    private double[] numbers;
    private long[] texts;
    private int[] textLengths;
    private boolean isDescending;
    private boolean isBinary;

    /** @param most elements */
    SortRows(int most) {
        elements = new long[most];
        lengths = new int[most];
    }

    void add(long element, int length) {
        elements[count] = element;
        lengths[count++] = length;
    }

    int count() {
        return count;
    }

    long element(int row) {
        return elements[row];
    }

    int length(int row) {
        return lengths[row];
    }

    /** Takes the elements, or what a pattern names for each, as numbers; false when one is no number. */
    boolean weighByNumbers(SortPattern by) {
        numbers = new double[count];
        boolean areNumbers = true;
        for (int i = 0; i < count; i++) {
            if (by == null) {
                numbers[i] = SortNumber.parse(elements[i], lengths[i]);
            } else if (by.find(elements[i], lengths[i])) {
                numbers[i] = SortNumber.parse(by.address(), by.length());
            }
            areNumbers &= !Double.isNaN(numbers[i]);
        }
        return areNumbers;
    }

    /** Takes the elements, or what a pattern names for each, as texts. */
    void weighByTexts(SortPattern by) {
        if (by == null) {
            texts = elements;
            textLengths = lengths;
            return;
        }
        texts = new long[count];
        textLengths = new int[count];
        for (int i = 0; i < count; i++) {
            boolean isFound = by.find(elements[i], lengths[i]);
            texts[i] = isFound ? by.address() : 0;
            textLengths[i] = isFound ? by.length() : MISSING;
        }
    }

    /**
     * The rows in their order.
     *
     * @param descending whether the greatest is first
     * @param binary whether texts are compared with all their bytes; else up to the first zero byte, as C does
     */
    int[] sorted(boolean descending, boolean binary) {
        isDescending = descending;
        isBinary = binary;
        int[] rows = inOrder();
        int[] other = new int[count];
        for (long width = 1; width < count; width *= 2) {
            for (long from = 0; from < count; from += 2 * width) {
                merge(rows, other, (int) from, (int) Math.min(count, from + width), (int)
                        Math.min(count, from + 2 * width));
            }
            int[] merged = other;
            other = rows;
            rows = merged;
        }
        return rows;
    }

    /** The rows as they were added. */
    int[] inOrder() {
        int[] rows = new int[count];
        Arrays.setAll(rows, i -> i);
        return rows;
    }

    private void merge(int[] from, int[] to, int start, int middle, int end) {
        int left = start;
        int right = middle;
        for (int i = start; i < end; i++) {
            boolean isLeft = right == end || left < middle && compare(from[left], from[right]) <= 0;
            to[i] = isLeft ? from[left++] : from[right++];
        }
    }

    private int compare(int a, int b) {
        int order = numbers == null ? compareTexts(a, b) : compareNumbers(a, b);
        return isDescending ? -order : order;
    }

    private int compareNumbers(int a, int b) {
        if (numbers[a] > numbers[b]) {
            return 1;
        }
        if (numbers[a] < numbers[b]) {
            return -1;
        }
        return Integer.signum(Memory.compare(elements[a], lengths[a], elements[b], lengths[b]));
    }

    private int compareTexts(int a, int b) {
        if (textLengths[a] == MISSING || textLengths[b] == MISSING) {
            return Integer.compare(Math.min(0, textLengths[a]), Math.min(0, textLengths[b]));
        }
        int order = isBinary
                ? Memory.compare(texts[a], textLengths[a], texts[b], textLengths[b])
                : Memory.compare(
                        texts[a],
                        SortPattern.textLength(texts[a], textLengths[a]),
                        texts[b],
                        SortPattern.textLength(texts[b], textLengths[b]));
        return Integer.signum(order);
    }
}
