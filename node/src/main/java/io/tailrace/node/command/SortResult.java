package io.tailrace.node.command;

/** What SORT gives: the elements that are wanted, or for each of them what the patterns of GET name. Read once. */
final class SortResult {
    private final SortRows rows;
    private final int[] order;
    private final int end;
    private final SortPattern[] gets;
    private final long size;
    private int at;
    private int get;
    private boolean isFound;
    private long address;
    private int length;

    /** @param order of the rows, of which those from {@code start} to before {@code end} are wanted */
    SortResult(CommandContext context, SortRows rows, int[] order, int start, int end, SortOptions options) {
        this.rows = rows;
        this.order = order;
        this.end = end;
        at = start;
        gets = new SortPattern[options.gets()];
        for (int i = 0; i < gets.length; i++) {
            gets[i] = new SortPattern(context, options.get(i));
        }
        size = (end - start) * (long) Math.max(1, gets.length);
    }

    long size() {
        return size;
    }

    /** Goes to the next one; false after the last. */
    boolean next() {
        if (at == end) {
            return false;
        }
        int row = order[at];
        if (gets.length == 0) {
            show(rows.element(row), rows.length(row), true);
            at++;
            return true;
        }
        SortPattern pattern = gets[get];
        boolean isNamed = pattern.find(rows.element(row), rows.length(row));
        show(pattern.address(), pattern.length(), isNamed);
        get++;
        if (get == gets.length) {
            get = 0;
            at++;
        }
        return true;
    }

    private void show(long newAddress, int newLength, boolean found) {
        address = newAddress;
        length = newLength;
        isFound = found;
    }

    /** Whether there is something. */
    boolean isFound() {
        return isFound;
    }

    long address() {
        return address;
    }

    int length() {
        return length;
    }
}
