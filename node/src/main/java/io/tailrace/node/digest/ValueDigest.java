package io.tailrace.node.digest;

import io.tailrace.node.value.CollectionRewriter;
import io.tailrace.node.value.CollectionType;
import io.tailrace.node.value.ElementReader;
import io.tailrace.node.value.FrozenValue;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.resp.Arguments;

/**
 * One number for what a client can see of a value, however a node holds it: packed or large, its elements in this or that order where
 * they have none. Used and closed by one thread.
 *
 * <pre>
 *  string       XXH3 of its bytes
 *  hash, set,   sum of its elements, each the XXH3 of those of field and value, of the member, or of score and member
 *  sorted set
 *  list         each element mixed into what came before
 *  stream       sum of the commands that make it, each as a list is
 * </pre>
 */
final class ValueDigest implements AutoCloseable {
    private static final long ODD = 0x9e3779b97f4a7c15L;
    private static final byte[] NO_KEY = {};

    private final NativeBuffer element = new NativeBuffer(4 << 10);
    private int width;
    private boolean isOrdered;
    private long sum;
    private long group;
    private int inGroup;

    /** Two numbers as one; not the same the other way round. */
    static long mix(long before, long value) {
        return Memory.hash64(before * ODD + value);
    }

    /** Bytes that follow others. */
    static long mix(long before, long address, int length) {
        return mix(mix(before, length), Memory.hash64(address, length));
    }

    /** A small collection. */
    long packed(CollectionType type, long address, int length) {
        begin(type);
        if (type.making() != null) {
            type.describe(0, address, length, this::argument);
        } else {
            try (CollectionRewriter rewriter = type.rewriter(NO_KEY)) {
                rewriter.packed(address, length, this::command);
            }
        }
        return sum;
    }

    /** Begins with a large one, which {@link #some} reads. */
    Large large(FrozenValue frozen) {
        begin(frozen.type());
        return new Large(frozen);
    }

    /** A large collection on its way. */
    final class Large implements AutoCloseable {
        private final CollectionType type;
        private final ElementReader elements;
        private final CollectionRewriter rewriter;

        private Large(FrozenValue frozen) {
            type = frozen.type();
            elements = type.reader(frozen);
            rewriter = type.making() == null ? type.rewriter(NO_KEY) : null;
            if (rewriter != null) {
                byte[] head = frozen.ofType();
                element.ensureCapacity(Math.max(1, head.length), 0);
                Memory.copyIn(head, 0, element.address(), head.length);
                rewriter.begin(element.address(), head.length);
            }
        }

        /** Reads this many elements; returns whether there are more. */
        boolean some(int count) {
            for (int i = 0; i < count; i++) {
                if (!elements.next()) {
                    if (rewriter != null) {
                        rewriter.end(ValueDigest.this::command);
                    }
                    return false;
                }
                int length = elements.length();
                element.ensureCapacity(Math.max(1, length), 0);
                elements.copyTo(element.address());
                if (rewriter == null) {
                    type.describe(elements.section(), element.address(), length, ValueDigest.this::argument);
                } else {
                    rewriter.elements(elements.section(), element.address(), length, ValueDigest.this::command);
                }
            }
            return true;
        }

        long digest() {
            return sum;
        }

        @Override
        public void close() {
            if (rewriter != null) {
                rewriter.close();
            }
        }
    }

    private void begin(CollectionType type) {
        Effect making = type.making();
        width = making == Effect.HSET || making == Effect.ZADD ? 2 : 1;
        isOrdered = making == Effect.RPUSH;
        sum = 0;
        group = 0;
        inGroup = 0;
    }

    private void argument(long address, int length) {
        group = mix(group, address, length);
        if (++inGroup == width) {
            sum = isOrdered ? mix(sum, group) : sum + group;
            group = 0;
            inGroup = 0;
        }
    }

    private void command(Arguments arguments) {
        long digest = 0;
        for (int i = 0; i < arguments.count(); i++) {
            digest = mix(digest, arguments.address(i), arguments.length(i));
        }
        sum += digest;
    }

    @Override
    public void close() {
        element.close();
    }
}
