package io.tailrace.node.store;

import java.util.function.Consumer;
import net.openhft.chronicle.bytes.BytesStore;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.MapEntry;
import net.openhft.chronicle.map.MapSegmentContext;

/**
 * One pass over the entries of a store, segment by segment, in any thread but one at a time.
 *
 * <p>The segment's update lock is held while its entries are visited (about 36 µs at 150 entries), so what a visitor
 * copies is never torn; values of large entries stay readable after the lock until {@link Store#endWalk}.
 */
public final class StoreWalk {
    private final ChronicleMap<Slice, Slice> map;
    private final Entry entry = new Entry();
    private final Consumer<MapEntry<Slice, Slice>> action = this::visit;
    private EntryVisitor visitor;

    StoreWalk(ChronicleMap<Slice, Slice> map) {
        this.map = map;
    }

    ChronicleMap<Slice, Slice> map() {
        return map;
    }

    public int segments() {
        return map.segments();
    }

    /** Visits every entry of one segment. */
    public void segment(int segment, EntryVisitor visitor) {
        this.visitor = visitor;
        try (MapSegmentContext<Slice, Slice, ?> context = map.segmentContext(segment)) {
            context.forEachSegmentEntry(action);
        }
    }

    private void visit(MapEntry<Slice, Slice> mapEntry) {
        Data<Slice> key = mapEntry.key();
        Data<Slice> value = mapEntry.value();
        entry.wrap(addressOf(value), (int) value.size());
        visitor.entry(addressOf(key), (int) key.size(), entry);
    }

    static long addressOf(Data<Slice> data) {
        return ((BytesStore<?, ?>) data.bytes()).addressForRead(data.offset());
    }
}
