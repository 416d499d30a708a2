package io.tailrace.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stores in their places, and what is done with all of them. */
class DatabasesTest {
    private final Databases databases = new Databases(new StoreSizing(10_000, 16, 16));
    private final NativeBuffer key = new NativeBuffer(64);
    private final Entry entry = new Entry();

    @AfterEach
    void close() {
        databases.close();
        key.close();
    }

    private int lay(String text) {
        for (int i = 0; i < text.length(); i++) {
            Memory.putByte(key.address() + i, (byte) text.charAt(i));
        }
        return text.length();
    }

    private void put(int database, String name) {
        Store store = databases.toWrite(database);
        assertTrue(store.canTake(1));
        int length = lay(name);
        store.put(key.address(), length, key.address(), length, Entry.NO_EXPIRY);
    }

    private boolean has(int database, String name) {
        return databases.of(database).find(key.address(), lay(name), entry);
    }

    @Test
    void shouldMakeAStoreOnlyWhenItIsWritten() {
        assertTrue(databases.isOne());
        assertFalse(has(7, "a"));
        assertNull(databases.at(7));
        assertTrue(databases.isOne());
        put(7, "a");
        assertTrue(has(7, "a"));
        assertFalse(has(0, "a"));
        assertFalse(databases.isOne());
        assertEquals(7, databases.at(7).place());
        assertEquals(1, databases.keys());
    }

    @Test
    void shouldSwapWhateverIsThere() {
        put(0, "a");
        databases.swap(0, 9);
        assertFalse(has(0, "a"));
        assertTrue(has(9, "a"));
        assertEquals("0:9,9:0", databases.swapped());
        assertEquals(9, databases.databaseAt(0));
        put(0, "b");
        assertEquals(9, databases.of(0).place());
        databases.swap(9, 0);
        assertTrue(has(0, "a"));
        assertTrue(has(9, "b"));
        assertEquals("", databases.swapped());
    }

    @Test
    void shouldArrangeWhatWasTold() {
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            databases.swap(random.nextInt(12), random.nextInt(12));
            DatabasePlaces other = new DatabasePlaces();
            other.arrange(databases.swapped());
            for (int database = 0; database < 20; database++) {
                assertEquals(databases.placeOf(database), other.placeOf(database));
                assertEquals(database, other.databaseAt(other.placeOf(database)));
                assertEquals(databases.placeOf(database), databases.places().applyAsInt(database));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0:1", "0", "0:1,1:0,", "0:1,1:1", "0:4096,4096:0", "-1:0,0:-1", "a:b", "0:1 1:0", "0:1,2:0"})
    void shouldRefuseWhatIsNoArrangement(String text) {
        databases.swap(1, 2);
        assertThrows(IllegalArgumentException.class, () -> databases.arrange(text));
        assertEquals("1:2,2:1", databases.swapped());
    }

    @Test
    void shouldRollBackSwapsAndWritesOfEveryDatabase() {
        put(0, "a");
        put(1, "b");
        databases.beginUndo();
        put(0, "x");
        databases.swap(0, 1);
        put(0, "y");
        databases.toWrite(1).clear();
        put(5, "z");
        databases.swap(5, 0);
        databases.rollBack();
        assertEquals("", databases.swapped());
        assertTrue(has(0, "a") && has(1, "b"));
        assertFalse(has(0, "x") || has(0, "y") || has(1, "y") || has(5, "z"));
        assertEquals(2, databases.keys());
    }

    @Test
    void shouldWalkOverAllThatIsThereAtItsBegin() {
        put(0, "a");
        put(3, "b");
        DatabaseWalk walk = databases.beginWalk();
        put(4, "c");
        Store emptied = databases.toWrite(4);
        emptied.clear();
        List<String> visited = new ArrayList<>();
        for (int segment = 0; segment < walk.segments(); segment++) {
            walk.segment(
                    segment,
                    (address, length, found) -> visited.add(walk.place() + ":" + Memory.toAscii(address, length)));
        }
        databases.endWalk();
        assertEquals(List.of("0:a", "3:b"), visited);
        assertNotSame(walk.store(), emptied);
        assertSame(databases.at(3), walk.store());
    }

    @Test
    void shouldEmptyOneOrAll() {
        put(0, "a");
        put(1, "b");
        databases.toWrite(1).clear();
        assertTrue(has(0, "a"));
        assertFalse(has(1, "b"));
        databases.clear();
        assertEquals(0, databases.keys());
        assertEquals(0, databases.usedBytes());
    }
}
