package io.tailrace.node.value;

import io.tailrace.node.arena.Tree;
import io.tailrace.node.arena.TreeShape;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.EntryImage;
import io.tailrace.wire.resp.Arguments;

/**
 * Lists below the log, and their elements in snapshots. A redo may meet a list that a later effect removes: what does not fit
 * it, such as a position past its end, is left out.
 */
final class ListType implements CollectionType {
    private static final String NOT_WHOLE = "a truncated element of a list";

    private final ListValue list;
    private final ListCursor cursor = new ListCursor();
    private final Trees trees = new Trees();
    private final PackedCursor strings = new PackedCursor();

    ListType(CollectionLimits limits) {
        list = new ListValue(limits);
    }

    @Override
    public int type() {
        return ValueType.LIST;
    }

    @Override
    public String problem(Effect effect, Arguments arguments) {
        boolean isNegative =
                switch (effect) {
                    case LSET -> arguments.parseLong(2) < 0;
                    case LTRIM -> arguments.parseLong(2) < 0 || arguments.parseLong(3) < 0;
                    default -> false;
                };
        return isNegative ? effect + " with a negative index" : null;
    }

    @Override
    public String apply(Effect effect, Arguments arguments, StoredValue value) {
        list.wrap(value);
        boolean isPush = effect == Effect.LPUSH || effect == Effect.RPUSH;
        if (!isPush && !value.isThere()) {
            return effect + " of a list that is not there";
        }
        return switch (effect) {
            case LPUSH, RPUSH -> push(effect == Effect.LPUSH, arguments);
            case LPOP, RPOP -> pop(effect, arguments.parseLong(2));
            case LSET -> set(arguments);
            case LTRIM -> trim(arguments.parseLong(2), arguments.parseLong(3));
            case LREM -> remove(arguments);
            default -> insert(arguments);
        };
    }

    private String push(boolean isFirst, Arguments arguments) {
        for (int i = 2; i < arguments.count(); i++) {
            list.push(isFirst, arguments.address(i), arguments.length(i));
        }
        return null;
    }

    private String pop(Effect effect, long count) {
        long size = list.size();
        list.pop(effect == Effect.LPOP, Math.min(count, size));
        return count <= size ? null : effect + " of " + count + " elements of a list of " + size;
    }

    private String set(Arguments arguments) {
        long index = arguments.parseLong(2);
        long size = list.size();
        if (index < 0 || index >= size) {
            return "LSET of element " + index + " of a list of " + size;
        }
        list.set(index, arguments.address(3), arguments.length(3));
        return null;
    }

    private String trim(long first, long last) {
        long size = list.size();
        long end = Math.min(last, size - 1);
        list.keep(first, end);
        return first <= end ? null : "LTRIM from " + first + " to " + last + " of a list of " + size;
    }

    private String remove(Arguments arguments) {
        long removed = list.removeEqual(arguments.parseLong(2), arguments.address(3), arguments.length(3));
        return removed > 0 ? null : "LREM of an element that is not there";
    }

    private String insert(Arguments arguments) {
        long pivot = list.find(0, true, arguments.address(3), arguments.length(3));
        if (pivot < 0) {
            return "LINSERT beside an element that is not there";
        }
        list.insert(arguments.is(2, "BEFORE") ? pivot : pivot + 1, arguments.address(4), arguments.length(4));
        return null;
    }

    @Override
    public Effect making() {
        return Effect.RPUSH;
    }

    @Override
    public void describe(StoredValue value, ArgumentReceiver arguments) {
        cursor.wrap(value);
        for (boolean isShown = cursor.seek(0); isShown; isShown = cursor.next()) {
            arguments.argument(cursor.address(), cursor.length());
        }
    }

    @Override
    public String encoding(StoredValue value) {
        return "quicklist";
    }

    @Override
    public long size(StoredValue value) {
        return list.wrap(value).size();
    }

    @Override
    public ElementReader reader(FrozenValue frozen) {
        return new Reader(frozen);
    }

    private static final class Reader implements ElementReader {
        private final ListCursor cursor = new ListCursor();
        private boolean isBegun;

        Reader(FrozenValue frozen) {
            cursor.wrap(frozen.views().get(0));
        }

        @Override
        public boolean next() {
            boolean isFirst = !isBegun;
            isBegun = true;
            return isFirst ? cursor.seek(0) : cursor.next();
        }

        @Override
        public int section() {
            return 0;
        }

        @Override
        public int length() {
            return PackedBytes.bytesFor(cursor.length());
        }

        @Override
        public void copyTo(long address) {
            PackedBytes.put(address, cursor.address(), cursor.length());
        }
    }

    @Override
    public String loadPacked(StoredValue value, EntryImage packed) {
        value.create(ValueType.LIST, packed.valueLength());
        list.wrap(value);
        strings.wrap(packed.valueAddress(), packed.valueLength());
        while (strings.next()) {
            list.push(false, strings.address(), strings.length());
        }
        return strings.isWhole() ? null : NOT_WHOLE;
    }

    @Override
    public String beginLoad(StoredValue value, long head, int length) {
        value.create(ValueType.LIST, 1);
        value.beginTree();
        trees.create(value, 0, TreeShape.LIST);
        return length == 0 ? null : "a list with " + length + " bytes of its own";
    }

    @Override
    public String load(StoredValue value, int section, long address, int length) {
        Tree tree = trees.of(value, 0);
        strings.wrap(address, length);
        while (strings.next()) {
            if (section != 0) {
                return NOT_WHOLE;
            }
            tree.insertAt(tree.size(), strings.address(), strings.length());
        }
        return strings.isWhole() ? null : NOT_WHOLE;
    }

    @Override
    public String endLoad(StoredValue value, long elements) {
        long size = trees.of(value, 0).size();
        return size == elements ? null : "a list of " + size + " elements that should have " + elements;
    }
}
