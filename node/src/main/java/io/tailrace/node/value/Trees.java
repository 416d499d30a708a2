package io.tailrace.node.value;

import io.tailrace.node.arena.Arena;
import io.tailrace.node.arena.Tree;
import io.tailrace.node.arena.TreeShape;
import io.tailrace.node.store.CollectionHeader;
import io.tailrace.node.store.StoredValue;

/** The tools to work on the trees of large collections, whatever arena they are in. Used by one thread; no garbage. */
final class Trees {
    private Arena arena;
    private Tree first;
    private Tree second;

    /** One of the trees of a large collection. */
    Tree of(StoredValue value, int tree) {
        use(value.arena());
        return (tree == 0 ? first : second).wrap(CollectionHeader.tree(value.header(), tree));
    }

    /** The same, to be changed. */
    Tree toChange(StoredValue value, int tree) {
        use(value.arena());
        return (tree == 0 ? first : second).wrap(CollectionHeader.tree(value.headerToChange(), tree));
    }

    /** A new tree in the header of a collection that is becoming large. */
    Tree create(StoredValue value, int tree, TreeShape shape) {
        use(value.arena());
        return (tree == 0 ? first : second).create(CollectionHeader.tree(value.header(), tree), shape);
    }

    private void use(Arena now) {
        if (arena != now) {
            arena = now;
            first = new Tree(now);
            second = new Tree(now);
        }
    }
}
