package io.tailrace.node.command;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Orders places by their distance, and leaves out what is not wanted. Lives for one command.
 *
 * <p>Places that are equally far away come in the same order as from Redis: as they were found, when all are wanted; and else as
 * its partial sort leaves them, which is the quicksort of J. Bentley and M. McIlroy ("Engineering a Sort Function", Software,
 * Practice and Experience 23 (11), 1993) without the parts in which nothing is wanted.
 */
final class GeoOrder {
    /** Fewer are sorted by insertion. */
    private static final int FEW = 7;
    /** From more than these the pivot is the median of three medians. */
    private static final int MANY = 40;

    private final GeoPoint[] points;
    private final Comparator<GeoPoint> order;
    private final int wanted;

    private GeoOrder(GeoPoint[] points, Comparator<GeoPoint> order, int wanted) {
        this.points = points;
        this.order = order;
        this.wanted = wanted;
    }

    static List<GeoPoint> sorted(List<GeoPoint> found, GeoRequest.Order order, long count) {
        boolean isWhole = count == 0 || count >= found.size();
        int wanted = isWhole ? found.size() : (int) count;
        if (order == GeoRequest.Order.NONE) {
            return found.subList(0, wanted);
        }
        Comparator<GeoPoint> nearest = Comparator.comparingDouble(GeoPoint::distance);
        Comparator<GeoPoint> wantedOrder = order == GeoRequest.Order.NEAREST_FIRST ? nearest : nearest.reversed();
        if (isWhole) {
            found.sort(wantedOrder);
            return found;
        }
        GeoPoint[] points = found.toArray(GeoPoint[]::new);
        new GeoOrder(points, wantedOrder, wanted).sort(0, points.length);
        return Arrays.asList(points).subList(0, wanted);
    }

    private int compare(int left, int right) {
        return order.compare(points[left], points[right]);
    }

    private void swap(int left, int right) {
        GeoPoint point = points[left];
        points[left] = points[right];
        points[right] = point;
    }

    private void sort(int first, int end) {
        int from = first;
        while (end - from >= FEW) {
            swap(from, pivot(from, end));
            int equalLeft = from + 1;
            int left = from + 1;
            int right = end - 1;
            int equalRight = end - 1;
            while (left <= right) {
                for (; left <= right && compare(left, from) <= 0; left++) {
                    if (compare(left, from) == 0) {
                        swap(equalLeft++, left);
                    }
                }
                for (; left <= right && compare(right, from) >= 0; right--) {
                    if (compare(right, from) == 0) {
                        swap(right, equalRight--);
                    }
                }
                if (left <= right) {
                    swap(left++, right--);
                }
            }
            // what equals the pivot goes from the ends to the middle
            swapRanges(from, left, Math.min(equalLeft - from, left - equalLeft));
            swapRanges(left, end, Math.min(equalRight - right, end - 1 - equalRight));
            if (left - equalLeft > 1) {
                sort(from, from + left - equalLeft);
            }
            int above = equalRight - right;
            if (above <= 1 || end - above >= wanted) {
                return;
            }
            from = end - above;
        }
        sortFew(from, end);
    }

    private void sortFew(int from, int end) {
        for (int i = from + 1; i < end; i++) {
            for (int j = i; j > from && compare(j - 1, j) > 0; j--) {
                swap(j, j - 1);
            }
        }
    }

    /** Swaps this many from a place on with as many before another. */
    private void swapRanges(int from, int end, int count) {
        for (int i = 0; i < count; i++) {
            swap(from + i, end - count + i);
        }
    }

    private int pivot(int from, int end) {
        int count = end - from;
        int low = from;
        int middle = from + count / 2;
        int high = end - 1;
        if (count == FEW) {
            return middle;
        }
        if (count > MANY) {
            int step = count / 8;
            low = median(low, low + step, low + 2 * step);
            middle = median(middle - step, middle, middle + step);
            high = median(high - 2 * step, high - step, high);
        }
        return median(low, middle, high);
    }

    private int median(int a, int b, int c) {
        if (compare(a, b) < 0) {
            if (compare(b, c) < 0) {
                return b;
            }
            return compare(a, c) < 0 ? c : a;
        }
        if (compare(b, c) > 0) {
            return b;
        }
        return compare(a, c) < 0 ? a : c;
    }
}
