package io.tailrace.node.store;

import io.tailrace.node.arena.Arena;
import io.tailrace.node.arena.Tree;

/**
 * The values outside of the map that its entries refer to: frees them with the entry, or keeps them until the transaction that
 * has replaced it is committed. Owned and closed by the shard's reactor thread.
 */
final class References implements Undo.Owner, AutoCloseable {
    private final Generations generations;
    private final Undo undo = new Undo();
    private boolean isKept;

    References(Generations generations) {
        this.generations = generations;
    }

    Undo undo() {
        return undo;
    }

    /** Whether the contents of now are those that a transaction may bring back. */
    boolean isKeeping() {
        return undo.isActive() && !generations.hasUndone();
    }

    /** What an entry refers to goes with another entry while this is so. */
    void keep(boolean isOn) {
        isKept = isOn;
    }

    /** Frees what an entry refers to that is replaced or removed, or has it freed when the transaction is committed. */
    void release(Entry entry) {
        if (isKept) {
            return;
        }
        long address = entry.valueAddress();
        switch (entry.form()) {
            case EntryLayout.FORM_BLOCK -> releaseBlock(address);
            case EntryLayout.FORM_PACKED -> releaseBlob(address);
            case EntryLayout.FORM_TREE -> releaseCollection(address);
            default -> {
                // the value goes with the entry
            }
        }
    }

    private void releaseBlock(long address) {
        if (isKeeping()) {
            undo.dropBlock(address);
        } else {
            freeBlock(address);
        }
    }

    void releaseBlob(long address) {
        if (isKeeping()) {
            undo.dropBlob(address);
        } else {
            freeBlob(address);
        }
    }

    private void releaseCollection(long header) {
        if (isKeeping()) {
            undo.dropHeader(header);
        } else {
            dropCollection(header);
        }
    }

    /** Before a transaction changes a large collection, whose key it has touched: freezes its trees, once. */
    void freeze(long header) {
        if (!isKeeping() || !undo.isKept(header) || undo.isFrozen(header)) {
            return;
        }
        Tree tree = new Tree(generations.now().arena);
        boolean hasSecond = Tree.isThere(CollectionHeader.tree(header, 1));
        if (hasSecond) {
            undo.freeze(
                    header,
                    tree.wrap(CollectionHeader.tree(header, 0)).openView(),
                    tree.wrap(CollectionHeader.tree(header, 1)).openView());
        } else {
            undo.freeze(header, tree.wrap(CollectionHeader.tree(header, 0)).openView());
        }
    }

    /** Whether a transaction may bring back what lies at an address. */
    boolean mayBringBack(long address) {
        return isKeeping() && undo.isKept(address);
    }

    /** Whether a blob must be copied rather than changed: a walk may be copying it, or a transaction may bring it back. */
    boolean mustCopy(long blob) {
        return generations.now().maps.isWalked() || mayBringBack(blob);
    }

    /** Bytes that are freed when the transaction under way is committed. */
    long releasedBytes() {
        // what an emptied store had is not counted any more, dropped or not
        return isKeeping() ? undo.droppedBytes() : 0;
    }

    @Override
    public void freeBlock(long address) {
        generations.now().largeValues.drop(address);
    }

    @Override
    public void freeBlob(long address) {
        generations.now().blobs.drop(address);
    }

    @Override
    public void dropCollection(long header) {
        Arena arena = generations.now().arena;
        for (int tree = 0; tree < CollectionHeader.TREES; tree++) {
            if (Tree.isThere(CollectionHeader.tree(header, tree))) {
                Tree.drop(arena, CollectionHeader.tree(header, tree));
            }
        }
        arena.freeBlob(header);
        generations.drop();
    }

    @Override
    public void close() {
        undo.close();
    }
}
