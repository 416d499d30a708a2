package io.tailrace.node.command;

import java.util.Comparator;
import java.util.List;

/** Orders places by their distance, and leaves out what is not wanted. Stateless. */
final class GeoOrder {
    private GeoOrder() {}

    static List<GeoPoint> sorted(List<GeoPoint> found, GeoRequest.Order order, long count) {
        if (order != GeoRequest.Order.NONE) {
            Comparator<GeoPoint> nearest = Comparator.comparingDouble(GeoPoint::distance);
            found.sort(order == GeoRequest.Order.NEAREST_FIRST ? nearest : nearest.reversed());
        }
        return count == 0 || count >= found.size() ? found : found.subList(0, (int) count);
    }
}
