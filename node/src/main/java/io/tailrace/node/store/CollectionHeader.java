package io.tailrace.node.store;

import io.tailrace.node.arena.Tree;

/**
 * What is known of a large collection: the headers of its trees, and what its type keeps besides elements. It lies in a blob
 * that the key's entry refers to, so the key can be renamed without touching it. Stateless.
 *
 * <pre>
 *  0             32            64              128
 *  | tree 0      | tree 1      | of the type   |        a tree that is not there has the root 0
 * </pre>
 */
public final class CollectionHeader {
    /** Bytes of all. */
    public static final int BYTES = 128;
    /** Trees of a collection, at most. */
    static final int TREES = 2;

    private CollectionHeader() {}

    /** Where the header of a tree is. */
    public static long tree(long header, int tree) {
        assert tree >= 0 && tree < TREES : tree;
        return header + (long) tree * Tree.headerBytes();
    }

    /** Bytes that the trees take. */
    static long treeBytes(long header) {
        long bytes = 0;
        for (int tree = 0; tree < TREES; tree++) {
            bytes += Tree.isThere(tree(header, tree)) ? Tree.bytes(tree(header, tree)) : 0;
        }
        return bytes;
    }

    /** Where the bytes of the type are. */
    public static long ofType(long header) {
        return header + (long) TREES * Tree.headerBytes();
    }
}
