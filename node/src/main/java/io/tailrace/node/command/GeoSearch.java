package io.tailrace.node.command;

import io.tailrace.node.value.SortedSet;
import io.tailrace.node.value.SortedSetCursor;
import java.util.ArrayList;
import java.util.List;

/** Finds the members of a sorted set that are in a shape, as Redis does: box by box, in the order of their scores. Stateless. */
final class GeoSearch {
    private static final int BOXES = 9;

    private GeoSearch() {}

    /** The places that a request is about, as many as are wanted, of the sorted set opened last. */
    static List<GeoPoint> find(CommandContext context, GeoRequest request) {
        List<GeoPoint> found = new ArrayList<>();
        long[] boxes = new long[BOXES];
        int steps = request.shape().boxes(boxes);
        int last = 0;
        for (int i = 0; i < BOXES; i++) {
            // with a huge shape neighbours may be the same box
            boolean isVisited = last > 0 && boxes[i] == boxes[last];
            if (boxes[i] >= 0 && !isVisited) {
                if (isEnough(found, request)) {
                    break;
                }
                visit(context, request, boxes[i], steps, found);
                last = i;
            }
        }
        return GeoOrder.sorted(found, request.order(), request.count());
    }

    private static boolean isEnough(List<GeoPoint> found, GeoRequest request) {
        return request.enough() > 0 && found.size() >= request.enough();
    }

    private static void visit(CommandContext context, GeoRequest request, long box, int steps, List<GeoPoint> found) {
        SortedSet sortedSet = context.sortedSet();
        double end = GeoHash.lowestScore(box + 1, steps);
        long position = sortedSet.countBelow(GeoHash.lowestScore(box, steps), false);
        SortedSetCursor cursor = context.sortedSetCursor().wrap(sortedSet.value());
        boolean isThere = cursor.seek(position);
        while (isThere && cursor.score() < end) {
            double score = cursor.score();
            double distance = request.shape().distance(GeoHash.longitude(score), GeoHash.latitude(score));
            if (!(distance < 0)) {
                found.add(new GeoPoint(cursor.memberAddress(), cursor.memberLength(), score, distance));
                if (isEnough(found, request)) {
                    return;
                }
            }
            isThere = cursor.next();
        }
    }
}
