package io.tailrace.node.lua;

import java.util.Arrays;

/**
 * A table as Lua 5.1 has it: an array part for keys 1..n and a hash part of chained nodes in one array (Brent's variation), both
 * sized by the same rules, so that pairs come in the same order as there and the length of a table with holes is the same. What
 * hashes by address there (tables, functions, threads) hashes by identity here, and its order is no more fixed than there.
 *
 * <p>A node i has its key in slots[2i], its value in slots[2i+1] and the next node of its chain in chain[i], or -1.
 */
public final class LuaTable implements LuaValue {
    private static final Object[] NO_SLOTS = new Object[2];
    private static final int[] NO_CHAIN = {-1};
    private static final Object[] NO_ARRAY = new Object[0];

    private final LuaMemory memory;
    Object[] array = NO_ARRAY;
    Object[] slots = NO_SLOTS;
    private int[] chain = NO_CHAIN;
    private int lastFree;
    private LuaTable metatable;
    private boolean isReadOnly;
    /** Made by newproxy. */
    boolean isProxyMetatable;
    /** The walk that has met this table last. */
    int mark;
    /** Bits of the metamethods that this table, as a metatable, is known to lack. */
    int lacking;

    LuaTable(LuaMemory memory) {
        this.memory = memory;
        memory.charge(LuaMemory.TABLE_BYTES);
    }

    LuaTable(LuaMemory memory, int arraySize, int hashSize) {
        this(memory);
        if (arraySize > 0 || hashSize > 0) {
            resize(arraySize, hashSize);
        }
    }

    public LuaTable metatable() {
        return metatable;
    }

    public void metatable(LuaTable table) {
        metatable = table;
    }

    public boolean isReadOnly() {
        return isReadOnly;
    }

    /** Scripts can't change it from now on; the host still can. */
    public void readOnly(boolean readOnly) {
        isReadOnly = readOnly;
    }

    public Object get(Object key) {
        if (key instanceof LuaString) {
            return get((LuaString) key);
        }
        if (key instanceof Double) {
            double number = (Double) key;
            int index = (int) number;
            return index == number ? get(index) : valueAt(findNumber(number));
        }
        return key == null ? null : valueAt(findOther(key));
    }

    public Object get(LuaString key) {
        return valueAt(findString(key));
    }

    public Object get(String key) {
        return get(LuaString.of(key));
    }

    public Object get(int index) {
        return index - 1 >= 0 && index - 1 < array.length ? array[index - 1] : valueAt(findNumber(index));
    }

    private Object valueAt(int node) {
        return node < 0 ? null : slots[2 * node + 1];
    }

    private int find(Object key) {
        if (key instanceof LuaString) {
            return findString((LuaString) key);
        }
        return key instanceof Double ? findNumber((Double) key) : findOther(key);
    }

    private int findString(LuaString key) {
        int node = key.luaHash() & chain.length - 1;
        do {
            Object at = slots[2 * node];
            if (at == key || at instanceof LuaString && ((LuaString) at).sameAs(key)) {
                return node;
            }
            node = chain[node];
        } while (node >= 0);
        return -1;
    }

    private int findNumber(double key) {
        int node = mainPosition(key);
        do {
            Object at = slots[2 * node];
            if (at instanceof Double && (Double) at == key) {
                return node;
            }
            node = chain[node];
        } while (node >= 0);
        return -1;
    }

    private int findOther(Object key) {
        int node = mainPosition(key);
        do {
            if (slots[2 * node] == key) {
                return node;
            }
            node = chain[node];
        } while (node >= 0);
        return -1;
    }

    /**
     * Whatever the metatable says and even if scripts must not; a key that is nil or no number isn't allowed. A new key takes its
     * place even if its value is nil, as in Lua 5.1, where that may change the sizes of both parts.
     */
    public void put(Object key, Object value) {
        if (key instanceof Double) {
            double number = (Double) key;
            int index = (int) number;
            if (index == number) {
                put(index, value, (Double) key);
                return;
            }
            if (number != number) {
                throw new LuaError("table index is NaN");
            }
        } else if (key == null) {
            throw new LuaError("table index is nil");
        }
        lacking = 0;
        putNode(find(key), key, value);
    }

    public void put(int index, Object value) {
        put(index, value, null);
    }

    private void put(int index, Object value, Double boxed) {
        if (index - 1 >= 0 && index - 1 < array.length) {
            array[index - 1] = value;
        } else {
            int node = findNumber(index);
            if (node >= 0) {
                slots[2 * node + 1] = value;
            } else {
                insert(boxed == null ? (Double) (double) index : boxed, value);
            }
        }
    }

    public void put(String key, Object value) {
        put(LuaString.of(key), value);
    }

    /** Replaces the value of a key that has one: false if it has none. For the interpreter's fast path. */
    boolean replace(LuaString key, Object value) {
        int node = findString(key);
        if (node < 0 || slots[2 * node + 1] == null) {
            return false;
        }
        slots[2 * node + 1] = value;
        lacking = 0;
        return true;
    }

    /** Sets a field as a script does; false, with nothing done, where metamethods or errors come in. */
    boolean setPlain(Object key, Object value) {
        if (isReadOnly || metatable != null && !metatable.lacksNewIndex()) {
            return false;
        }
        if (key instanceof LuaString) {
            lacking = 0;
            putNode(findString((LuaString) key), key, value);
            return true;
        }
        if (key == null || key instanceof Double && ((Double) key).isNaN()) {
            return false;
        }
        put(key, value);
        return true;
    }

    private boolean lacksNewIndex() {
        return (lacking & 1 << Metamethod.NEWINDEX.ordinal()) != 0;
    }

    private void putNode(int node, Object key, Object value) {
        if (node >= 0) {
            slots[2 * node + 1] = value;
        } else {
            insert(key, value);
        }
    }

    private void insert(Object key, Object value) {
        int main = mainPosition(key);
        if (slots[2 * main + 1] != null || slots == NO_SLOTS) {
            int free = freeNode();
            if (free < 0) {
                rehash(key);
                put(key, value);
                return;
            }
            int other = mainPosition(slots[2 * main]);
            if (other != main) {
                move(main, free, other);
            } else {
                chain[free] = chain[main];
                chain[main] = free;
                main = free;
            }
        }
        slots[2 * main] = key;
        slots[2 * main + 1] = value;
    }

    /** The node that sits at another's main position gives way. */
    private void move(int node, int free, int chainStart) {
        int before = chainStart;
        while (chain[before] != node) {
            before = chain[before];
        }
        chain[before] = free;
        slots[2 * free] = slots[2 * node];
        slots[2 * free + 1] = slots[2 * node + 1];
        chain[free] = chain[node];
        chain[node] = -1;
    }

    private int freeNode() {
        while (lastFree > 0) {
            lastFree--;
            if (slots[2 * lastFree] == null) {
                return lastFree;
            }
        }
        return -1;
    }

    private int mainPosition(Object key) {
        if (key instanceof LuaString) {
            return ((LuaString) key).luaHash() & chain.length - 1;
        }
        if (key instanceof Double) {
            return mainPosition((double) (Double) key);
        }
        if (key instanceof Boolean) {
            return ((Boolean) key ? 1 : 0) & chain.length - 1;
        }
        return Integer.remainderUnsigned(System.identityHashCode(key), chain.length - 1 | 1);
    }

    private int mainPosition(double key) {
        if (key == 0) {
            return 0;
        }
        long bits = Double.doubleToRawLongBits(key);
        return Integer.remainderUnsigned((int) bits + (int) (bits >>> 32), chain.length - 1 | 1);
    }

    private void rehash(Object extraKey) {
        TableSizes sizes = new TableSizes();
        sizes.countArray(array);
        sizes.countNodes(slots);
        sizes.count(extraKey);
        sizes.compute();
        resize(sizes.arraySize(), sizes.hashSize());
    }

    void resize(int newArraySize, int newHashSize) {
        int nodes = newHashSize == 0 ? 0 : TableSizes.ceilingPowerOfTwo(newHashSize);
        memory.charge(Math.max(0, newArraySize - array.length) * LuaMemory.SLOT_BYTES + nodes * LuaMemory.NODE_BYTES);
        Object[] oldArray = array;
        Object[] oldSlots = slots;
        int oldNodes = chain.length;
        if (newArraySize != oldArray.length) {
            array = new Object[newArraySize];
            System.arraycopy(oldArray, 0, array, 0, Math.min(newArraySize, oldArray.length));
        }
        makeNodes(nodes);
        for (int i = newArraySize; i < oldArray.length; i++) {
            if (oldArray[i] != null) {
                put(i + 1, oldArray[i]);
            }
        }
        for (int i = oldNodes - 1; i >= 0; i--) {
            if (oldSlots[2 * i + 1] != null) {
                put(oldSlots[2 * i], oldSlots[2 * i + 1]);
            }
        }
    }

    private void makeNodes(int count) {
        if (count == 0) {
            slots = NO_SLOTS;
            chain = NO_CHAIN;
            lastFree = 0;
        } else {
            slots = new Object[2 * count];
            chain = new int[count];
            Arrays.fill(chain, -1);
            lastFree = count;
        }
    }

    /** For table constructors: space for this many elements. */
    void ensureArray(int size) {
        if (size > array.length) {
            resize(size, nodeCount());
        }
    }

    /** A border, found as Lua 5.1 finds it, so that tables with holes have the same length as there. */
    public int length() {
        int arrayLength = array.length;
        if (arrayLength > 0 && array[arrayLength - 1] == null) {
            return TableBorder.inArray(array);
        }
        return slots == NO_SLOTS ? arrayLength : TableBorder.beyond(this, arrayLength);
    }

    /** Where the first pair after a key is (nil: of all), -1 for none; {@link #keyAt} and {@link #valueAtPosition} tell what it is. */
    public int positionAfter(Object key) {
        return occupiedFrom(key == null ? 0 : positionOf(key) + 1);
    }

    /** The first position that has a pair, from this one on: for the host's own loops. */
    public int occupiedFrom(int position) {
        int at = position;
        for (; at < array.length; at++) {
            if (array[at] != null) {
                return at;
            }
        }
        for (; at - array.length < chain.length; at++) {
            if (slots[2 * (at - array.length) + 1] != null) {
                return at;
            }
        }
        return -1;
    }

    /** Slots of both parts. */
    int capacity() {
        return array.length + chain.length;
    }

    /** The position of a key that is, or was, in the table. */
    int positionOf(Object key) {
        if (key instanceof Double) {
            double number = (Double) key;
            int index = (int) number;
            if (index == number && index >= 1 && index <= array.length) {
                return index - 1;
            }
        }
        int node = find(key);
        if (node < 0) {
            throw new LuaError("invalid key to 'next'");
        }
        return array.length + node;
    }

    public Object keyAt(int position) {
        return position < array.length ? (Object) (double) (position + 1) : slots[2 * (position - array.length)];
    }

    public Object valueAtPosition(int position) {
        return position < array.length ? array[position] : slots[2 * (position - array.length) + 1];
    }

    int nodeCount() {
        return slots == NO_SLOTS ? 0 : chain.length;
    }

    @Override
    public String typeName() {
        return "table";
    }
}
