package io.tailrace.node.shard;

import io.tailrace.node.value.ElementReader;
import io.tailrace.node.value.FrozenValue;
import io.tailrace.snapshot.SnapshotWriter;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.EntryImage;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** Writes what a walk comes to into a snapshot's file. Owned and closed by the thread that walks; the writer is not closed. */
public final class SnapshotOutput implements AutoCloseable {
    private static final int RETAINED = 1 << 20;

    private final SnapshotWriter writer;
    private final AtomicLong keys = new AtomicLong();
    private final NativeBuffer element = new NativeBuffer(8 << 10);
    private final NativeBuffer head = new NativeBuffer(256);
    private final EntryImage image = new EntryImage();

    public SnapshotOutput(SnapshotWriter writer) {
        this.writer = writer;
    }

    /** A key whose value is one piece. */
    public void entry(EntryImage entry) throws IOException {
        writer.entry(entry);
        countKey();
    }

    /** A large collection with all its elements. */
    public void collection(FrozenValue frozen) throws IOException {
        writer.beginCollection(frozen.head(head, image));
        ElementReader elements = frozen.type().reader(frozen);
        while (elements.next()) {
            int length = elements.length();
            element.ensureCapacity(length, 0);
            elements.copyTo(element.address());
            writer.element(elements.section(), element.address(), length);
        }
        element.shrinkTo(RETAINED);
        writer.endCollection();
        countKey();
    }

    private void countKey() {
        keys.lazySet(keys.get() + 1);
    }

    /** Written so far. Any thread. */
    long keys() {
        return keys.get();
    }

    @Override
    public void close() {
        element.close();
        head.close();
    }
}
