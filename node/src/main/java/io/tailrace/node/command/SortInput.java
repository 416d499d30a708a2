package io.tailrace.node.command;

import io.tailrace.node.shard.CommandErrorException;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.node.value.ListCursor;
import io.tailrace.node.value.MemberCursor;
import io.tailrace.node.value.SetValue;
import io.tailrace.node.value.SortedSetCursor;

/** The elements that SORT reads, in the order of their collection. Each type that can be sorted has one in {@link #of}. */
interface SortInput {
    long size();

    /** Goes to a position, which is there. */
    void seek(long position);

    /** Goes to the next element; false after the last one. */
    boolean next();

    /** Goes to the element before; false before the first one. */
    boolean previous();

    /** Where the element is, until something is changed. */
    long address();

    int length();

    /** Whether the collection has an order of its own, which SORT keeps when it is asked not to sort. */
    default boolean hasOrder() {
        return true;
    }

    /**
     * Of the collection that an argument names; null when there is none.
     *
     * @throws CommandErrorException when its type can't be sorted
     */
    static SortInput of(CommandContext context, int key) {
        StoredValue value = context.open(key);
        if (!value.isThere()) {
            return null;
        }
        return switch (value.type()) {
            case ValueType.LIST -> new OfList(value);
            case ValueType.SET ->
                new OfSet(value, new SetValue(context.limits()).wrap(value).size());
            case ValueType.SORTED_SET ->
                new OfSortedSet(value, context.newSortedSet().wrap(value).size());
            default ->
                throw new CommandErrorException("WRONGTYPE Operation against a key holding the wrong kind of value");
        };
    }

    /** A set's members, in no order that a client could know. */
    final class OfSet implements SortInput {
        private final MemberCursor cursor = new MemberCursor();
        private final long size;

        OfSet(StoredValue value, long size) {
            cursor.wrap(value);
            this.size = size;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public void seek(long position) {
            boolean isThere = cursor.seek(position);
            assert isThere : position + " of " + size;
        }

        @Override
        public boolean next() {
            return cursor.next();
        }

        @Override
        public boolean previous() {
            throw new IllegalStateException("a set has no order");
        }

        @Override
        public long address() {
            return cursor.memberAddress();
        }

        @Override
        public int length() {
            return cursor.memberLength();
        }

        @Override
        public boolean hasOrder() {
            return false;
        }
    }

    /** A sorted set's members, by their scores. */
    final class OfSortedSet implements SortInput {
        private final SortedSetCursor cursor = new SortedSetCursor();
        private final long size;

        OfSortedSet(StoredValue value, long size) {
            cursor.wrap(value);
            this.size = size;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public void seek(long position) {
            boolean isThere = cursor.seek(position);
            assert isThere : position + " of " + size;
        }

        @Override
        public boolean next() {
            return cursor.next();
        }

        @Override
        public boolean previous() {
            return cursor.previous();
        }

        @Override
        public long address() {
            return cursor.memberAddress();
        }

        @Override
        public int length() {
            return cursor.memberLength();
        }
    }

    /** A list's elements. */
    final class OfList implements SortInput {
        private final ListCursor cursor = new ListCursor();

        OfList(StoredValue value) {
            cursor.wrap(value);
        }

        @Override
        public long size() {
            return cursor.size();
        }

        @Override
        public void seek(long position) {
            boolean isThere = cursor.seek(position);
            assert isThere : position + " of " + size();
        }

        @Override
        public boolean next() {
            return cursor.next();
        }

        @Override
        public boolean previous() {
            return cursor.previous();
        }

        @Override
        public long address() {
            return cursor.address();
        }

        @Override
        public int length() {
            return cursor.length();
        }
    }
}
