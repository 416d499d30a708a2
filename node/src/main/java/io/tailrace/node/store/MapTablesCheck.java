package io.tailrace.node.store;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.util.function.IntPredicate;
import net.openhft.chronicle.map.ChronicleMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether {@link MapTables} gives the library's answers, and the library finds what it has added. A map that is new gets some entries,
 * a part of them by the library, which takes a part of them out again; the first one of the process, twice, many more, which need lengths of
 * each number of bytes and chained tiers, and are replaced and removed by both.
 *
 * <p>Where an answer differs, all maps are read and written by the library alone: slower, and the same otherwise.
 */
final class MapTablesCheck {
    private static final Logger LOG = LoggerFactory.getLogger(MapTablesCheck.class);

    /** Entries of the thorough check: more than two tiers take. It runs once, in code that is not compiled yet. */
    private static final int MANY = 96;

    private static final int FEW = 12;
    private static final int DRAINED = 5;
    private static final int[] KEY_LENGTHS = {8, 16, 127, 128, 9, 1_000, 20};
    private static final int[] VALUE_LENGTHS = {24, 130, 100, 150, 16_400, 124, 127, 40, 128};
    private static final int LONG_KEY = 16_500;
    private static final int LONG_KEYS_APART = 48;
    private static final int MAX_LENGTH = 1 << 15;

    private static final class Once {
        private static final boolean IS_RIGHT = isRightThroughout();
    }

    private final ChronicleMap<Slice, Slice> map;
    private final MapTables tables;
    private final Slice key = new Slice();
    private final Slice value = new Slice();
    private final Slice expected = new Slice();

    private MapTablesCheck(ChronicleMap<Slice, Slice> map, MapTables tables) {
        this.map = map;
        this.tables = tables;
    }

    /** Whether a map, which is empty, may be read so. */
    static boolean isRight(ChronicleMap<Slice, Slice> map, MapTables tables) {
        return Once.IS_RIGHT && isRight(map, tables, FEW, false);
    }

    private static boolean isRightThroughout() {
        try (StoreMap small = StoreMap.unread(new StoreSizing(10, 16, 64))) {
            boolean isRight = isRight(small.library(), small.newTables(), MANY, true);
            int tiers = small.tiersUsed();
            // what was removed has left its room
            return isRight && isRight(small.library(), small.newTables(), MANY, true) && small.tiersUsed() == tiers;
        }
    }

    private static boolean isRight(ChronicleMap<Slice, Slice> map, MapTables tables, int count, boolean isThorough) {
        try (NativeBuffer memory = new NativeBuffer(2 * MAX_LENGTH)) {
            Memory.fill(memory.address(), 2 * MAX_LENGTH, (byte) 'v');
            boolean isRight =
                    tables.isRegular() && new MapTablesCheck(map, tables).compare(memory.address(), count, isThorough);
            if (!isRight) {
                LOG.warn(
                        "the tables of this version of Chronicle Map are not as expected: keys are looked up more slowly");
            }
            return isRight;
        } catch (RuntimeException e) {
            LOG.warn("the tables of this version of Chronicle Map can't be read, keys are looked up more slowly", e);
            return false;
        }
    }

    private boolean compare(long memory, int count, boolean isThorough) {
        boolean isRight = areAll(memory, count, isThorough, i -> false);
        for (int i = 0; i < count; i++) {
            put(memory, i, i, isThorough);
        }
        isRight &= areAll(memory, count, isThorough, i -> true);
        if (isThorough) {
            for (int i = 0; i < count; i += 2) {
                remove(memory, i, true);
            }
            isRight &= areAll(memory, count, true, i -> i % 2 != 0);
            for (int i = 1; i < count; i += 4) {
                replace(memory, i, i + 1);
            }
            for (int i = 0; i < count; i += 4) {
                put(memory, i, i + 2, true);
            }
            isRight &= areAll(memory, count, true, i -> i % 4 != 2);
        }
        if (isThorough) {
            isRight &= drained() == count * 3 / 4;
        }
        for (int i = 0; i < count; i++) {
            remove(memory, i, isThorough);
        }
        return isRight && areAll(memory, count, isThorough, i -> false);
    }

    /** Removes what may be there: two of three in place. */
    private void remove(long memory, int i, boolean isThorough) {
        Slice asked = key(memory, i, isThorough);
        if (i % 3 == 0) {
            map.remove(asked);
        } else if (tables.find(asked.address, (int) asked.length, value)) {
            tables.removeFound();
        }
    }

    /** Replaces what is there: three of four in place, as long as there is room for that. */
    private void replace(long memory, int i, int size) {
        Slice asked = key(memory, i, true);
        Slice put = value(memory, i, size, true);
        boolean isInPlace = i / 4 % 4 != 0 && tables.find(asked.address, (int) asked.length, expected);
        if (isInPlace && tables.fitsInFound((int) put.length)) {
            tables.rewriteFound(put.address, (int) put.length);
        } else if (isInPlace && insert(asked, put)) {
            tables.removeFound();
        } else {
            map.put(asked, put);
        }
    }

    private boolean insert(Slice asked, Slice put) {
        long hash = MapTables.hash(asked.address, (int) asked.length);
        return tables.insert(hash, asked.address, (int) asked.length, put.address, (int) put.length) != 0;
    }

    /** Takes most entries out, a few at a time; how many there were with those that stay. */
    private int drained() {
        int[] staying = new int[1];
        int taken = 0;
        Slice shownKey = new Slice();
        Slice shownValue = new Slice();
        for (int segment = 0; segment < map.segments() - 1; segment++) {
            int more = 1;
            while (more > 0) {
                more = tables.drain(segment, DRAINED, shownKey, shownValue, () -> {});
                taken += more;
            }
        }
        tables.forEach(map.segments() - 1, shownKey, shownValue, () -> staying[0]++);
        return taken + staying[0] == taken + map.longSize() ? taken + staying[0] : -1;
    }

    /** Puts in what is not there: two of three in place, as long as there is room for that. */
    private void put(long memory, int i, int size, boolean isThorough) {
        Slice asked = key(memory, i, isThorough);
        Slice put = value(memory, i, size, isThorough);
        boolean isIn = i % 3 != 0 && insert(asked, put);
        if (!isIn) {
            map.put(asked, put);
        }
    }

    private Slice value(long memory, int i, int size, boolean isThorough) {
        int length = VALUE_LENGTHS[isThorough ? size % VALUE_LENGTHS.length : 0];
        Memory.fill(memory + MAX_LENGTH, length, (byte) i);
        return value.set(memory + MAX_LENGTH, length);
    }

    private Slice key(long memory, int i, boolean isThorough) {
        boolean isLong = isThorough && i % LONG_KEYS_APART == 0;
        int length = isLong ? LONG_KEY : KEY_LENGTHS[isThorough ? i % KEY_LENGTHS.length : i % 2];
        Memory.putLong(memory, Memory.hash64(i));
        return key.set(memory, length);
    }

    private boolean areAll(long memory, int count, boolean isThorough, IntPredicate isWanted) {
        boolean isRight = true;
        int wanted = 0;
        for (int i = 0; i < count; i++) {
            Slice asked = key(memory, i, isThorough);
            boolean isThere = map.getUsing(asked, expected) != null;
            boolean isFound = tables.find(asked.address, (int) asked.length, value);
            isRight &= isThere == isWanted.test(i) && isFound == isThere;
            if (isThere && isFound) {
                isRight &= value.address == expected.address && value.length == expected.length && isOf(i, value);
                wanted++;
            }
        }
        return isRight && (!isThorough || map.longSize() == wanted && walked() == wanted);
    }

    /** How many entries a walk shows, all of which must be found, or -1. */
    private int walked() {
        int[] count = new int[1];
        Slice walkedKey = new Slice();
        Slice walkedValue = new Slice();
        for (int segment = 0; segment < map.segments(); segment++) {
            tables.forEach(segment, walkedKey, walkedValue, () -> {
                boolean isFound = tables.find(walkedKey.address, (int) walkedKey.length, value)
                        && value.address == walkedValue.address
                        && value.length == walkedValue.length;
                count[0] = isFound && count[0] >= 0 ? count[0] + 1 : -1;
            });
        }
        return count[0];
    }

    private static boolean isOf(int i, Slice there) {
        return Memory.getByte(there.address) == (byte) i
                && Memory.getByte(there.address + there.length - 1) == (byte) i;
    }
}
