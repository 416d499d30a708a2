package io.tailrace.node.arena;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trees against Java's own collections, by random changes with views opened, closed and rolled back meanwhile. */
class TreeTest {
    private record Member(long key, byte[] bytes) implements Comparable<Member> {
        private static final Comparator<Member> ORDER = (a, b) -> {
            int order = Long.compareUnsigned(a.key, b.key);
            return order != 0 ? order : Arrays.compareUnsigned(a.bytes, b.bytes);
        };

        @Override
        public int compareTo(Member other) {
            return ORDER.compare(this, other);
        }
    }

    /** What a view must continue showing. */
    private record Frozen(TreeView view, List<Map.Entry<Member, byte[]>> elements) {}

    private final NativeBuffer memory = new NativeBuffer(256 << 10);
    private final Arena arena = new Arena();
    private final Tree tree = new Tree(arena);
    private final TreeCursor cursor = new TreeCursor();
    private final List<Frozen> views = new ArrayList<>();
    private long allocated;
    private long header;
    private long freeFrom;
    private SplittableRandom random;

    @BeforeEach
    void begin() {
        header = memory.address();
    }

    @AfterEach
    void close() {
        arena.close();
        memory.close();
    }

    private long bytes(byte[] bytes) {
        freeFrom += bytes.length + 8;
        if (freeFrom > 200 << 10) {
            freeFrom = bytes.length + 8;
        }
        long address = header + TreeHeader.BYTES + freeFrom - bytes.length;
        Memory.copyIn(bytes, 0, address, bytes.length);
        return address;
    }

    @ParameterizedTest
    @CsvSource({
        "MAP,     HASHED,   10, 1,  30000",
        "MAP,     HASHED,   30, 2,  30000",
        "MAP,     EQUAL,    20, 3,  12000",
        "MAP,     FEW,    1500, 4,   8000",
        "MAP,     EQUAL,  3000, 5,   4000",
        "NUMBERS, FEW,      20, 6,  20000",
        "SET,     FEW,      12, 7,  30000",
        "SET,     EQUAL,  1200, 8,   6000",
        "SET,     RISING,   12, 9,  20000",
        "SET,     FALLING,  12, 10, 20000"
    })
    void shouldBeWhatAMapIs(TreeShape shape, String keys, int length, int seed, int changes) {
        random = new SplittableRandom(seed);
        allocated = Memory.allocatedBytes();
        tree.create(header, shape);
        TreeMap<Member, byte[]> model = new TreeMap<>();
        int target = 0;
        for (int i = 0; i < changes; i++) {
            if (i % 3000 == 0) {
                target = random.nextInt(4000);
            }
            boolean isPut = model.size() < target ? random.nextInt(10) < 7 : random.nextInt(10) < 3;
            if (isPut || model.isEmpty()) {
                put(model, shape, keys, length, i);
            } else {
                remove(model);
            }
            if (random.nextInt(changes / 40) == 0) {
                changeViews(model);
            }
            if (i % 997 == 0) {
                check(model);
            }
        }
        check(model);
        checkRanks(model);
        end();
    }

    private void put(TreeMap<Member, byte[]> model, TreeShape shape, String keys, int length, int i) {
        Member member = member(keys, length, i);
        byte[] value =
                switch (shape) {
                    case MAP -> randomBytes(random.nextInt(8) == 0 ? random.nextInt(2 * length) : length);
                    case NUMBERS -> randomBytes(8);
                    default -> new byte[0];
                };
        byte[] old = model.put(member, value);
        long address = bytes(member.bytes);
        boolean isNew = shape == TreeShape.SET
                ? tree.add(member.key, address, member.bytes.length)
                : tree.put(member.key, address, member.bytes.length, bytes(value), value.length);
        assertEquals(old == null, isNew);
    }

    private Member member(String keys, int length, int i) {
        int id = random.nextInt(6000);
        byte[] bytes = new byte[Math.max(4, length / 2 + new SplittableRandom(id).nextInt(length))];
        // members of one length differ only at their ends, so that long separators are needed
        bytes[bytes.length - 1] = (byte) id;
        bytes[bytes.length - 2] = (byte) (id >> 8);
        long key =
                switch (keys) {
                    case "HASHED" -> Memory.hash64(id);
                    case "FEW" -> new SplittableRandom(id).nextInt(5);
                    case "RISING" -> i;
                    case "FALLING" -> -i;
                    default -> 77;
                };
        return new Member(key, bytes);
    }

    private byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private void remove(TreeMap<Member, byte[]> model) {
        long position = random.nextInt(model.size());
        tree.select(position);
        Member member = new Member(tree.key(), Memory.toBytes(tree.memberAddress(), tree.memberLength()));
        if (random.nextInt(20) == 0) {
            long count = Math.min(1 + random.nextInt(300), model.size() - position);
            List<Member> gone = new ArrayList<>(model.tailMap(member, true).keySet()).subList(0, (int) count);
            gone = List.copyOf(gone);
            gone.forEach(model::remove);
            tree.removeRange(position, count);
            return;
        }
        assertTrue(model.remove(member) != null);
        assertTrue(tree.remove(member.key, bytes(member.bytes), member.bytes.length));
        assertFalse(tree.remove(member.key, bytes(member.bytes), member.bytes.length));
    }

    private void changeViews(TreeMap<Member, byte[]> model) {
        int what = random.nextInt(4);
        if (what < 2 && views.size() < 4) {
            views.add(new Frozen(tree.openView(), copy(model)));
        } else if (what == 2 && !views.isEmpty()) {
            Frozen closed = views.remove(random.nextInt(views.size()));
            checkView(closed);
            closed.view.close();
        } else if (!views.isEmpty()) {
            Frozen back = views.remove(views.size() - 1);
            back.view.rollBack();
            model.clear();
            back.elements.forEach(entry -> model.put(entry.getKey(), entry.getValue()));
        }
        views.forEach(this::checkView);
        arena.reap(random.nextInt(50));
    }

    private static List<Map.Entry<Member, byte[]>> copy(TreeMap<Member, byte[]> model) {
        List<Map.Entry<Member, byte[]>> copy = new ArrayList<>();
        model.forEach((member, value) -> copy.add(Map.entry(member, value)));
        return copy;
    }

    private void checkView(Frozen frozen) {
        compare(cursor.wrap(frozen.view), frozen.elements, frozen.view.shape());
    }

    private void check(TreeMap<Member, byte[]> model) {
        TreeChecker.check(arena, header);
        compare(cursor.wrap(arena, header), copy(model), tree.shape());
    }

    private static void compare(TreeCursor shown, List<Map.Entry<Member, byte[]>> wanted, TreeShape shape) {
        assertEquals(wanted.size(), shown.size());
        boolean isThere = shown.seek(0);
        for (Map.Entry<Member, byte[]> entry : wanted) {
            assertTrue(isThere);
            assertEquals(entry.getKey().key, shown.key());
            assertArrayEquals(entry.getKey().bytes, Memory.toBytes(shown.memberAddress(), shown.memberLength()));
            if (shape != TreeShape.SET) {
                assertArrayEquals(entry.getValue(), Memory.toBytes(shown.valueAddress(), shown.valueLength()));
            }
            isThere = shown.next();
        }
        assertFalse(isThere);
        for (int i = wanted.size() - 1; i >= 0; i--) {
            assertTrue(shown.previous());
            assertEquals(wanted.get(i).getKey().key, shown.key());
        }
    }

    private void checkRanks(TreeMap<Member, byte[]> model) {
        List<Map.Entry<Member, byte[]>> all = copy(model);
        for (int i = 0; i < all.size(); i += 1 + all.size() / 50) {
            Member member = all.get(i).getKey();
            assertEquals(i, tree.rank(member.key, bytes(member.bytes), member.bytes.length));
            assertTrue(tree.find(member.key, bytes(member.bytes), member.bytes.length));
            assertTrue(cursor.wrap(arena, header).seekMember(member.key, bytes(member.bytes), member.bytes.length));
            assertEquals(i, cursor.position());
            byte[] after = Arrays.copyOf(member.bytes, member.bytes.length + 1);
            boolean hasNext = cursor.seekMember(member.key, bytes(after), after.length);
            assertEquals(i + 1 < all.size(), hasNext);
            if (hasNext) {
                assertEquals(i + 1, cursor.position());
            }
        }
    }

    /** Drops the tree before or after its views are closed: all memory is free then. */
    private void end() {
        boolean isDroppedFirst = random.nextBoolean();
        if (isDroppedFirst) {
            Tree.drop(arena, header);
            Memory.fill(header, TreeHeader.BYTES, (byte) -1);
        }
        while (!views.isEmpty()) {
            Frozen closed = views.remove(random.nextInt(views.size()));
            checkView(closed);
            closed.view.close();
        }
        if (!isDroppedFirst) {
            Tree.drop(arena, header);
        }
        assertEquals(0, arena.usedBytes());
        while (arena.hasReapable()) {
            assertTrue(arena.reap(10) > 0);
        }
        assertEquals(0, arena.pagesUsed());
        assertEquals(0, arena.reapableBytes());
        arena.close();
        assertEquals(allocated - Arena.SCRATCH_BYTES, Memory.allocatedBytes());
    }

    @ParameterizedTest
    @CsvSource({"10, 1, 30000", "200, 2, 10000", "1500, 3, 5000", "1, 4, 40000"})
    void shouldBeWhatAListIs(int length, int seed, int changes) {
        random = new SplittableRandom(seed);
        tree.create(header, TreeShape.LIST);
        List<byte[]> model = new ArrayList<>();
        TreeView view = null;
        List<byte[]> frozen = List.of();
        for (int i = 0; i < changes; i++) {
            changeList(model, length, i * 2 < changes);
            if (random.nextInt(changes / 20) == 0) {
                if (view != null) {
                    compareList(frozen, cursor.wrap(view));
                    if (random.nextInt(3) == 0) {
                        view.rollBack();
                        model = new ArrayList<>(frozen);
                    } else {
                        view.close();
                    }
                    view = null;
                } else {
                    view = tree.openView();
                    frozen = List.copyOf(model);
                }
                arena.reap(20);
            }
            if (i % 1009 == 0) {
                TreeChecker.check(arena, header);
                compareList(model, cursor.wrap(arena, header));
            }
        }
        TreeChecker.check(arena, header);
        compareList(model, cursor.wrap(arena, header));
    }

    private void changeList(List<byte[]> model, int length, boolean isGrowing) {
        byte[] element = randomBytes(random.nextInt(2 * length));
        int what = random.nextInt(isGrowing ? 8 : 11);
        int size = model.size();
        int position = size == 0 ? 0 : random.nextInt(size);
        if (what < 2 || size == 0) {
            tree.insertAt(size, bytes(element), element.length);
            model.add(element);
        } else if (what < 4) {
            tree.insertAt(0, bytes(element), element.length);
            model.add(0, element);
        } else if (what < 5) {
            tree.insertAt(position, bytes(element), element.length);
            model.add(position, element);
        } else if (what < 6) {
            tree.setAt(position, bytes(element), element.length);
            model.set(position, element);
        } else if (what < 7) {
            tree.removeAt(position);
            model.remove(position);
        } else if (what < 8) {
            tree.removeAt(0);
            model.remove(0);
        } else {
            int count = Math.min(size - position, random.nextInt(40));
            tree.removeRange(position, count);
            model.subList(position, position + count).clear();
        }
    }

    private static void compareList(List<byte[]> wanted, TreeCursor shown) {
        assertEquals(wanted.size(), shown.size());
        boolean isThere = shown.seek(0);
        for (byte[] element : wanted) {
            assertTrue(isThere);
            assertArrayEquals(element, Memory.toBytes(shown.memberAddress(), shown.memberLength()));
            isThere = shown.next();
        }
        assertFalse(isThere);
    }

    @Test
    void shouldFillPagesWhenAppending() {
        tree.create(header, TreeShape.LIST);
        for (int i = 0; i < 100_000; i++) {
            tree.insertAt(tree.size(), bytes(new byte[10]), 10);
        }
        assertTrue(tree.bytes() / 100_000.0 < 13.5, tree.bytes() + " bytes");
    }

    @ParameterizedTest
    @CsvSource({"MAP, 10, 10", "NUMBERS, 10, 8", "SET, 10, 0", "SET, 200, 0", "LIST, 10, 0", "MAP, 30, 100"})
    void shouldFillPagesByRandomInserts(TreeShape shape, int length, int valueLength) {
        random = new SplittableRandom(length);
        tree.create(header, shape);
        long used = 0;
        for (int i = 0; i < 60_000; i++) {
            byte[] member = new byte[length];
            random.nextBytes(member);
            if (shape == TreeShape.LIST) {
                tree.insertAt(random.nextLong(tree.size() + 1), bytes(member), length);
            } else {
                tree.put(random.nextLong(), bytes(member), length, bytes(new byte[valueLength]), valueLength);
            }
            used += shape.slotBytes() + shape.leafEntryBytes(length, valueLength);
        }
        TreeChecker.check(arena, header);
        assertTrue(used > tree.bytes() * 0.79, used + " of " + tree.bytes() + " bytes");
    }

    @Test
    void shouldReapInSlices() {
        tree.create(header, TreeShape.SET);
        for (int i = 0; i < 100_000; i++) {
            tree.add(Memory.hash64(i), bytes(new byte[8]), 8);
        }
        arena.reap(0);
        long pages = TreeHeader.pages(header);
        Tree.drop(arena, header);
        assertEquals(0, arena.usedBytes());
        long left = pages;
        while (left > 0) {
            assertEquals(Math.min(16, left), arena.reap(16));
            left -= Math.min(16, left);
            assertEquals(left, arena.pagesUsed());
        }
        assertFalse(arena.hasReapable());
    }
}
