package io.tailrace.node.arena;

import io.tailrace.wire.memory.Memory;

/**
 * What is known of one tree, where its owner keeps it. Stateless.
 *
 * <pre>
 *  0            4        5       8            16          20           24           32
 *  | root u32   | height | shape | elements   | pages u32 | view epoch | block bytes|
 *               u8, 1..    u8      i64                      u32, 0       i64
 * </pre>
 *
 * The view epoch is that of the newest open {@link TreeView}, 0 when there is none: pages and blocks of that epoch or an
 * earlier one are seen by it, and are copied rather than changed.
 */
final class TreeHeader {
    static final int BYTES = 32;

    private static final int ROOT = 0;
    private static final int HEIGHT = 4;
    private static final int SHAPE = 5;
    private static final int ELEMENTS = 8;
    private static final int PAGES = 16;
    private static final int VIEW_EPOCH = 20;
    private static final int BLOCK_BYTES = 24;

    private TreeHeader() {}

    static void begin(long tree, int root, TreeShape shape) {
        Memory.fill(tree, BYTES, (byte) 0);
        root(tree, root);
        height(tree, 1);
        Memory.putByte(tree + SHAPE, (byte) shape.ordinal());
        pages(tree, 1);
    }

    static int root(long tree) {
        return Memory.getInt(tree + ROOT);
    }

    static void root(long tree, int page) {
        Memory.putInt(tree + ROOT, page);
    }

    static int height(long tree) {
        return Memory.getByte(tree + HEIGHT);
    }

    static void height(long tree, int height) {
        Memory.putByte(tree + HEIGHT, (byte) height);
    }

    static TreeShape shape(long tree) {
        return TreeShape.of(Memory.getByte(tree + SHAPE));
    }

    static long elements(long tree) {
        return Memory.getLong(tree + ELEMENTS);
    }

    static void elements(long tree, long count) {
        Memory.putLong(tree + ELEMENTS, count);
    }

    static int pages(long tree) {
        return Memory.getInt(tree + PAGES);
    }

    static void pages(long tree, int count) {
        Memory.putInt(tree + PAGES, count);
    }

    static int viewEpoch(long tree) {
        return Memory.getInt(tree + VIEW_EPOCH);
    }

    static void viewEpoch(long tree, int epoch) {
        Memory.putInt(tree + VIEW_EPOCH, epoch);
    }

    static long blockBytes(long tree) {
        return Memory.getLong(tree + BLOCK_BYTES);
    }

    static void blockBytes(long tree, long bytes) {
        Memory.putLong(tree + BLOCK_BYTES, bytes);
    }
}
