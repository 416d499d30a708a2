package io.tailrace.node.backup;

import io.tailrace.node.shard.EntryBatch;
import io.tailrace.node.store.DatabaseWalk;
import io.tailrace.node.store.Databases;
import io.tailrace.node.value.CollectionTypes;
import io.tailrace.node.value.ElementReader;
import io.tailrace.node.value.FrozenValue;
import io.tailrace.snapshot.EntrySink;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.EntryImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** All keys of a store that nobody writes to, as a snapshot has them. One thread. */
final class StoreEntries {
    private static final int RETAINED = 1 << 20;

    private final Databases databases;
    private final CollectionTypes types;

    StoreEntries(Databases databases, CollectionTypes types) {
        this.databases = databases;
        this.types = types;
    }

    void writeTo(EntrySink sink) throws IOException {
        List<FrozenValue> collections = new ArrayList<>();
        DatabaseWalk walk = databases.beginWalk();
        try (EntryBatch batch = new EntryBatch((key, length, entry) -> collections.add(
                        types.lookAt(walk.store(), key, length, entry).in(walk.place())));
                NativeBuffer element = new NativeBuffer(8 << 10);
                NativeBuffer head = new NativeBuffer(256)) {
            for (int segment = 0; segment < walk.segments(); segment++) {
                walk.segment(segment, (key, length, entry) -> batch.add(walk.place(), key, length, entry));
                batch.drainTo(sink::entry);
                for (FrozenValue each : collections) {
                    write(each, sink, head, element);
                    each.close();
                }
                collections.clear();
            }
        } finally {
            databases.endWalk();
        }
    }

    private static void write(FrozenValue frozen, EntrySink sink, NativeBuffer head, NativeBuffer element) {
        sink.beginCollection(frozen.head(head, new EntryImage()));
        ElementReader elements = frozen.type().reader(frozen);
        long count = 0;
        while (elements.next()) {
            int length = elements.length();
            element.ensureCapacity(length, 0);
            elements.copyTo(element.address());
            sink.elements(elements.section(), element.address(), length);
            count++;
        }
        element.shrinkTo(RETAINED);
        sink.endCollection(count);
    }
}
