package io.tailrace.node.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.platform.Background;
import io.tailrace.node.store.Databases;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.StoreSizing;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StoreStateTest {
    private static final StoreSizing SMALL = new StoreSizing(1_000, 8, 16);
    private static final int KEYS = 120_000;
    private static final int VALUE = 50;

    private final NativeBuffer bytes = new NativeBuffer(64);
    private final Databases databases = new Databases(SMALL, SMALL, Background.THREADS);
    private final Databases loading = new Databases(SMALL, SMALL, Background.THREADS);

    @AfterEach
    void close() {
        databases.close();
        loading.close();
        bytes.close();
    }

    private void put(Store store, int keys) {
        for (int i = 0; i < keys; i++) {
            Memory.putLong(bytes.address(), Memory.hash64(i));
            assertTrue(store.canTake(1));
            store.put(bytes.address(), Long.BYTES, bytes.address(), VALUE, Entry.NO_EXPIRY);
            store.growStep(4);
        }
    }

    private static SnapshotHeader header(List<String> state) {
        return new SnapshotHeader(0, 1, "0".repeat(40), new SnapshotHeader.Begin(0, 0, 0), 0, List.of(), state);
    }

    @Test
    void shouldHaveMapsMadeForAllEntriesOfASnapshotBeforeTheFirstComes() {
        put(databases.toWriteAt(0), 10);
        put(databases.toWriteAt(3), KEYS);
        List<String> state = StoreState.of("0:3,3:0", databases);
        long mapped = KEYS * (Long.BYTES + VALUE + 24L);
        assertEquals(List.of("databases 0:3,3:0", "entries 3 " + KEYS + " " + mapped), state);

        StoreState.expect(header(state), loading);
        put(loading.toWriteAt(3), KEYS);
        long movesAfterExpected = loading.at(3).figures().moves();
        assertTrue(databases.at(3).figures().moves() > 1, "a store that was told nothing moves");
        assertEquals(1, movesAfterExpected, "the empty one to the map that it needs");
        assertEquals(KEYS, loading.at(3).keys());
    }

    @Test
    void shouldLeaveAStoreWithKeysAndOtherLinesAlone() {
        put(loading.toWriteAt(0), 10);
        StoreState.expect(
                header(List.of("entries 0 1000000 90000000", "entries", "entries 1 x 2", "something else")), loading);
        assertEquals(10, loading.at(0).keys());
        assertEquals(0, loading.at(0).figures().moves());
    }
}
