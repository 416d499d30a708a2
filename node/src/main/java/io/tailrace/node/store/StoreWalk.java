package io.tailrace.node.store;

import java.util.function.Consumer;
import net.openhft.chronicle.bytes.BytesStore;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.map.MapEntry;
import net.openhft.chronicle.map.MapSegmentContext;

/**
 * One pass over the entries of a store, segment by segment, in any thread but one at a time.
 *
 * <p>The segment's update lock is held while its entries are visited (about 36 µs at 150 entries), so what a visitor
 * copies is never torn; values of large entries stay readable after the lock until the next segment is visited, or {@link Store#endWalk}.
 *
 * <p>The store may move to a larger map meanwhile, even several times. What was in segment {@code s} of {@code n} is then
 * there still, or in the segments {@code s}, {@code s + n}, ... of the larger map, so these are visited after it. An
 * entry is put into the larger map before it is taken from the smaller one: one that is there all the while is never
 * missed. It may be visited twice, the second time as it is by then.
 */
public final class StoreWalk {
    private final StoreMap first;
    private final Entry entry = new Entry();
    private final Consumer<MapEntry<Slice, Slice>> action = this::visit;
    private final Slice key = new Slice();
    private final Slice value = new Slice();
    private final Runnable seen = this::visitShown;
    private EntryVisitor visitor;
    private volatile long step;
    private volatile long visited;

    StoreWalk(StoreMap first) {
        this.first = first;
    }

    /** Whether this walk may come to a map. */
    boolean reaches(StoreMap map) {
        return map.isReachedFrom(first);
    }

    /** A power of two; the same during all of the walk. */
    public int segments() {
        return first.segments();
    }

    /** Visits every entry of one segment. */
    public void segment(int segment, EntryVisitor entryVisitor) {
        step = step + 1;
        visitor = entryVisitor;
        visit(first, segment);
        visited = step;
    }

    /** The last step that has looked at all that it will, any thread. */
    long visited() {
        return visited;
    }

    /** Whether the step that was begun last is about a segment, of whatever map; any thread. */
    boolean isInStepOf(int segment) {
        // step n is the visit of segment n - 1
        return (segment & segments() - 1) == step - 1;
    }

    /** How many segments were begun, any thread: what was copied in a step before is not needed any more. */
    long step() {
        return step;
    }

    private void visit(StoreMap map, int segment) {
        visitOwn(map, segment);
        // looked at after the segment: what a move took from it before is in the successor
        StoreMap successor = map.successor();
        if (successor != null) {
            for (int part = segment; part < successor.segments(); part += map.segments()) {
                visit(successor, part);
            }
        }
    }

    /** Visits just what one map holds in one of its segments. */
    void own(StoreMap map, int segment, EntryVisitor entryVisitor) {
        visitor = entryVisitor;
        visitOwn(map, segment);
    }

    private void visitOwn(StoreMap map, int segment) {
        if (map.isWritable()) {
            map.forEach(segment, key, value, seen);
            return;
        }
        try (MapSegmentContext<Slice, Slice, ?> context = map.segment(segment)) {
            context.forEachSegmentEntry(action);
        }
    }

    private void visitShown() {
        entry.wrap(value.address, (int) value.length);
        visitor.entry(key.address, (int) key.length, entry);
    }

    private void visit(MapEntry<Slice, Slice> mapEntry) {
        key.set(addressOf(mapEntry.key()), mapEntry.key().size());
        value.set(addressOf(mapEntry.value()), mapEntry.value().size());
        visitShown();
    }

    static long addressOf(Data<Slice> data) {
        return ((BytesStore<?, ?>) data.bytes()).addressForRead(data.offset());
    }
}
