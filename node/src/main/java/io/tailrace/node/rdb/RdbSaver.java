package io.tailrace.node.rdb;

import io.tailrace.node.store.Entry;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.node.value.EncodingLimits;
import io.tailrace.node.value.ListCursor;
import io.tailrace.node.value.MemberCursor;
import io.tailrace.node.value.SortedSetCursor;
import io.tailrace.wire.memory.Decimal;
import io.tailrace.wire.memory.DoubleText;
import io.tailrace.wire.memory.NativeBuffer;
import java.util.Arrays;

/** Writes the payload of a DUMP, in the encoding that Redis would hold the value in. For one thread, which closes it. */
public final class RdbSaver implements AutoCloseable {
    private static final int MAX_NODE_WITH_COUNT = 8 << 10;
    private static final int MIN_NODE = 4 << 10;
    private static final int MIN_LISTPACK = 7;
    private static final double MAX_EXACT = 1L << 52;

    private final EncodingLimits limits;
    private final RdbWriter out = new RdbWriter();
    private final Listpack listpack = new Listpack();
    private long size;
    private long nodes;
    private long nodeBytes;
    private final NativeBuffer text = new NativeBuffer(DoubleText.MAX_LENGTH);

    public RdbSaver(EncodingLimits limits) {
        this.limits = limits;
    }

    /**
     * Writes a value that is there.
     *
     * @param encoding as OBJECT ENCODING tells it
     * @param elements how many it has, of a collection
     */
    public RdbWriter save(StoredValue value, String encoding, long elements) {
        size = elements;
        switch (value.type()) {
            case ValueType.STRING -> string(value.entry());
            case ValueType.LIST -> list(value);
            case ValueType.SET -> set(value, encoding.equals("intset"));
            case ValueType.HASH -> hash(value, encoding.equals("listpack"));
            case ValueType.SORTED_SET -> sortedSet(value, encoding.equals("listpack"));
            default -> throw new IllegalStateException("a value of type " + value.type());
        }
        out.seal();
        return out;
    }

    /** Writes a stream that was put together. */
    public RdbWriter save(RdbStream stream) {
        out.u8(RdbType.STREAM);
        stream.writeTo(out);
        out.seal();
        return out;
    }

    private void string(Entry value) {
        out.u8(RdbType.STRING);
        out.string(value.valueAddress(), value.valueLength());
    }

    private void list(StoredValue value) {
        out.u8(RdbType.LIST_LISTPACKS);
        ListCursor cursor = new ListCursor().wrap(value);
        nodes = 0;
        nodeBytes = 0;
        int elements = 0;
        int bytes = MIN_LISTPACK;
        for (boolean isThere = cursor.seek(0); isThere; isThere = cursor.next()) {
            int more = Listpack.bytesOf(cursor.address(), cursor.length());
            if (nodes == 0 || !fits(elements, bytes + more)) {
                nodes++;
                elements = 0;
                bytes = MIN_LISTPACK;
            }
            elements++;
            bytes += more;
        }
        out.count(nodes);
        listpack.begin();
        for (boolean isThere = cursor.wrap(value).seek(0); isThere; isThere = cursor.next()) {
            int more = Listpack.bytesOf(cursor.address(), cursor.length());
            if (listpack.count() > 0 && !fits(listpack.count(), listpack.length() + more)) {
                node();
            }
            listpack.add(cursor.address(), cursor.length());
        }
        node();
    }

    private void node() {
        out.count(RdbType.NODE_PACKED);
        nodeBytes += listpack.length();
        listpack.writeTo(out);
        listpack.begin();
    }

    /** How many nodes the list had that was written last. */
    public long nodes() {
        return nodes;
    }

    /** Bytes of all of them. */
    public long nodeBytes() {
        return nodeBytes;
    }

    /** Whether a node may have one more element, which makes it so long. */
    private boolean fits(int elements, int bytes) {
        int node = limits.listNode();
        if (elements == 0) {
            return true;
        }
        return node >= 0
                ? elements < Math.max(1, node) && bytes <= MAX_NODE_WITH_COUNT
                : bytes <= MIN_NODE << Math.min(-node, 5) - 1;
    }

    private void set(StoredValue value, boolean isIntset) {
        MemberCursor cursor = new MemberCursor().wrap(value);
        if (!isIntset) {
            out.u8(RdbType.SET);
            out.count(size);
            while (cursor.next()) {
                out.string(cursor.memberAddress(), cursor.memberLength());
            }
            return;
        }
        long[] members = new long[Math.toIntExact(size)];
        for (int i = 0; cursor.next(); i++) {
            members[i] = Decimal.parse(cursor.memberAddress(), cursor.memberLength());
        }
        Arrays.sort(members);
        intset(members);
    }

    private void intset(long[] members) {
        int bytes = Math.max(width(members[0]), width(members[members.length - 1]));
        out.u8(RdbType.SET_INTSET);
        out.count(2L * Integer.BYTES + (long) members.length * bytes);
        out.i32(bytes);
        out.i32(members.length);
        for (long member : members) {
            out.integer(member, bytes);
        }
    }

    private static int width(long number) {
        return number == (short) number ? Short.BYTES : number == (int) number ? Integer.BYTES : Long.BYTES;
    }

    private void hash(StoredValue value, boolean isListpack) {
        MemberCursor cursor = new MemberCursor().wrap(value);
        out.u8(isListpack ? RdbType.HASH_LISTPACK : RdbType.HASH);
        if (isListpack) {
            listpack.begin();
        } else {
            out.count(size);
        }
        while (cursor.next()) {
            if (isListpack) {
                listpack.add(cursor.memberAddress(), cursor.memberLength());
                listpack.add(cursor.valueAddress(), cursor.valueLength());
            } else {
                out.string(cursor.memberAddress(), cursor.memberLength());
                out.string(cursor.valueAddress(), cursor.valueLength());
            }
        }
        if (isListpack) {
            listpack.writeTo(out);
        }
    }

    /** A listpack from the lowest score on, plain members from the highest on, as they are soonest put in so. */
    private void sortedSet(StoredValue value, boolean isListpack) {
        SortedSetCursor cursor = new SortedSetCursor().wrap(value);
        out.u8(isListpack ? RdbType.ZSET_LISTPACK : RdbType.ZSET);
        if (isListpack) {
            listpack.begin();
            for (boolean isThere = cursor.seek(0); isThere; isThere = cursor.next()) {
                listpack.add(cursor.memberAddress(), cursor.memberLength());
                score(cursor.score());
            }
            listpack.writeTo(out);
            return;
        }
        out.count(size);
        for (boolean isThere = cursor.seek(size - 1); isThere; isThere = cursor.previous()) {
            out.string(cursor.memberAddress(), cursor.memberLength());
            out.i64(Double.doubleToRawLongBits(cursor.score()));
        }
    }

    private void score(double score) {
        boolean isWhole = score == Math.rint(score) && Math.abs(score) < MAX_EXACT;
        if (isWhole) {
            listpack.addLong((long) score);
        } else {
            listpack.add(text.address(), DoubleText.write(text.address(), score));
        }
    }

    @Override
    public void close() {
        out.close();
        listpack.close();
        text.close();
    }
}
