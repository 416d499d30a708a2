package io.tailrace.node.arena;

import io.tailrace.wire.memory.Memory;

/**
 * Changes of a tree at the end of a path: makes the path's pages the tree's own, puts in, replaces and takes out, splits and
 * merges pages, and keeps the counts. Used by {@link Tree} only.
 */
final class TreeEditor {
    /** A page with less than this is brought together with a neighbour. */
    private static final int SPARSE = Page.BYTES / 4;
    /** Pages that are merged must leave some room, or the next insert splits them again. */
    private static final int MERGED = Page.BYTES * 9 / 10 - Page.HEADER_BYTES;

    private final Arena arena;
    private final TreePath path;
    /** One a level, as a split of one may need a split of the next. */
    private final Separator[] separators = new Separator[TreePath.MAX_HEIGHT];

    private long tree;
    private TreeShape shape;
    private long newKey;
    private long newMember;
    private int newLength;

    TreeEditor(Arena arena, TreePath path) {
        this.arena = arena;
        this.path = path;
        for (int level = 0; level < separators.length; level++) {
            separators[level] = new Separator(arena.separatorScratch(level));
        }
    }

    /** Begins a change at the path's end: all pages of the path may be written after it. */
    void begin(long header, TreeShape treeShape) {
        tree = header;
        shape = treeShape;
        int viewEpoch = TreeHeader.viewEpoch(header);
        if (viewEpoch != 0) {
            for (int depth = 0; depth < path.height; depth++) {
                own(depth, viewEpoch);
            }
        }
    }

    private void own(int depth, int viewEpoch) {
        int page = path.pages[depth];
        if (Page.epoch(arena.address(page)) > viewEpoch) {
            return;
        }
        int copy = arena.copyPage(page);
        path.pages[depth] = copy;
        if (depth == 0) {
            TreeHeader.root(tree, copy);
        } else {
            Page.childPage(parentEntry(depth), shape, copy);
        }
        arena.releasePage(tree, page, true);
    }

    /** The entry of the path's page of a depth in the page above it. */
    private long parentEntry(int depth) {
        return Page.entry(page(depth - 1), path.slots[depth - 1], shape);
    }

    private long page(int depth) {
        return arena.address(path.pages[depth]);
    }

    /** Puts an element in at the path's end. */
    void insert(long key, long member, int length, long value, int valueLength) {
        newKey = key;
        newMember = member;
        newLength = length;
        int bytes = shape.leafEntryBytes(length, valueLength);
        makeRoom(path.height - 1, bytes);
        int leaf = path.height - 1;
        long entry = Page.insert(page(leaf), path.slots[leaf], key, bytes, shape);
        putCell(entry, member, length);
        putValue(entry + Cell.bytes(entry), value, valueLength);
        count(1);
    }

    private void putCell(long cell, long address, int length) {
        if (length > Cell.MAX_INLINE) {
            Cell.putReference(cell, arena.newBlock(tree, address, length), length);
        } else {
            Cell.put(cell, address, length);
        }
    }

    private void putValue(long at, long value, int valueLength) {
        if (shape == TreeShape.MAP) {
            putCell(at, value, valueLength);
        } else if (shape == TreeShape.NUMBERS) {
            Memory.putLong(at, Memory.getLong(value));
        }
    }

    /** Adds to the counts of the path's inner pages and of the tree. */
    private void count(long difference) {
        for (int depth = 1; depth < path.height; depth++) {
            long entry = parentEntry(depth);
            Page.childCount(entry, shape, Page.childCount(entry, shape) + difference);
        }
        TreeHeader.elements(tree, TreeHeader.elements(tree) + difference);
    }

    /** Replaces the value of the element at the path's end. */
    void replaceValue(long value, int valueLength) {
        int leaf = path.height - 1;
        long entry = Page.entry(page(leaf), path.slots[leaf], shape);
        int memberBytes = Cell.bytes(entry);
        if (shape != TreeShape.MAP) {
            putValue(entry + memberBytes, value, valueLength);
            return;
        }
        long cell = entry + memberBytes;
        if (valueLength <= Cell.MAX_INLINE && !Cell.isReference(cell) && Cell.length(cell) == valueLength) {
            Cell.put(cell, value, valueLength);
            return;
        }
        replace(leaf, memberBytes, cell, value, valueLength);
    }

    /** Replaces the element of a list at the path's end. */
    void replaceElement(long element, int length) {
        int leaf = path.height - 1;
        long entry = Page.entry(page(leaf), path.slots[leaf], shape);
        if (length <= Cell.MAX_INLINE && !Cell.isReference(entry) && Cell.length(entry) == length) {
            Cell.put(entry, element, length);
        } else {
            replace(leaf, 0, entry, element, length);
        }
    }

    /** Replaces the last cell of an entry, after so many bytes that stay; the new one may lie in the old one's block. */
    private void replace(int leaf, int keptBytes, long oldCell, long address, int length) {
        boolean wasBlock = Cell.isReference(oldCell);
        long block = Cell.address(oldCell);
        int blockLength = Cell.length(oldCell);
        long created = length > Cell.MAX_INLINE ? arena.newBlock(tree, address, length) : 0;
        int bytes = keptBytes + Cell.bytesFor(length);
        long entry = roomInPlace(leaf, bytes, keptBytes);
        if (entry != 0) {
            putCellAt(entry + keptBytes, created, address, length);
        } else {
            moveElement(leaf, keptBytes, created, address, length, bytes);
        }
        if (wasBlock) {
            arena.releaseBlock(tree, block, blockLength);
        }
    }

    private static void putCellAt(long cell, long created, long address, int length) {
        if (created != 0) {
            Cell.putReference(cell, created, length);
        } else {
            Cell.put(cell, address, length);
        }
    }

    /** Room for a larger or smaller entry in the slot at the path's end, with its first bytes kept; 0 when the page has none. */
    private long roomInPlace(int leaf, int bytes, int keptBytes) {
        long page = page(leaf);
        int gap = Page.heapFrom(page) - Page.HEADER_BYTES - Page.slots(page) * shape.slotBytes();
        if (gap < bytes) {
            return 0;
        }
        long old = Page.entry(page, path.slots[leaf], shape);
        long entry = Page.replace(page, path.slots[leaf], bytes, shape);
        Memory.copy(old, entry, keptBytes);
        return entry;
    }

    /** The rare case: takes the entry out and puts it in again, which may compact or split the page. */
    private void moveElement(int leaf, int keptBytes, long created, long address, int length, int bytes) {
        long page = page(leaf);
        int slot = path.slots[leaf];
        long key = Page.key(page, slot, shape);
        long kept = arena.entryScratch();
        Memory.copy(Page.entry(page, slot, shape), kept, keptBytes);
        Page.remove(page, slot, shape);
        count(-1);
        newKey = key;
        newMember = keptBytes > 0 ? Cell.address(kept) : address;
        newLength = keptBytes > 0 ? Cell.length(kept) : length;
        makeRoom(leaf, bytes);
        int now = path.height - 1;
        long entry = Page.insert(page(now), path.slots[now], key, bytes, shape);
        Memory.copy(kept, entry, keptBytes);
        putCellAt(entry + keptBytes, created, address, length);
        count(1);
    }

    /** Makes room for an entry at the path's slot of a depth, by splitting pages if need be; the path leads to it after that. */
    private void makeRoom(int depth, int bytes) {
        int at = depth;
        long page = page(at);
        while (!Page.hasGap(page, bytes, shape)) {
            if (Page.garbage(page) > 0 && fits(page, bytes)) {
                Page.compact(page, arena.scratch(), shape);
            } else {
                at += split(at);
                page = page(at);
            }
        }
    }

    private boolean fits(long page, int bytes) {
        return Page.HEADER_BYTES + Page.used(page, shape) + bytes + shape.slotBytes() <= Page.BYTES;
    }

    /** Splits the path's page of a depth; returns by how much the tree got higher. */
    private int split(int depth) {
        int raised = depth == 0 ? raise() : 0;
        int at = depth + raised;
        int cut = cut(at);
        boolean isLeaf = at == path.height - 1;
        Separator separator = separators[Page.level(page(at))];
        separate(separator, at, cut, isLeaf);
        // room in the page above comes first, as that may be split too and change the path
        path.slots[at - 1]++;
        int height = path.height;
        makeRoom(at - 1, separator.cellBytes() + Page.REFERENCE_BYTES);
        int grown = path.height - height;
        at += grown;
        divide(separator, at, cut);
        return raised + grown;
    }

    /** What the page on the right will be called by, if a page is split there. */
    private void separate(Separator separator, int depth, int cut, boolean isLeaf) {
        long page = page(depth);
        int slots = Page.slots(page);
        if (!shape.isKeyed()) {
            separator.none();
        } else if (!isLeaf) {
            separator.move(Page.key(page, cut, shape), Page.entry(page, cut, shape));
        } else {
            boolean isNewLeft = path.slots[depth] == cut && cut < slots;
            boolean isNewRight = cut == slots;
            if (isNewLeft) {
                separator.left(newKey, newMember, newLength);
            } else {
                long cell = Page.entry(page, cut - 1, shape);
                separator.left(Page.key(page, cut - 1, shape), Cell.address(cell), Cell.length(cell));
            }
            if (isNewRight) {
                separator.right(newKey, newMember, newLength);
            } else {
                long cell = Page.entry(page, cut, shape);
                separator.right(Page.key(page, cut, shape), Cell.address(cell), Cell.length(cell));
            }
        }
    }

    private int raise() {
        long old = page(0);
        int root = arena.newPage(tree, path.height, shape);
        long page = arena.address(root);
        int bytes = (shape.isKeyed() ? 1 : 0) + Page.REFERENCE_BYTES;
        long entry = Page.insert(page, 0, 0, bytes, shape);
        if (shape.isKeyed()) {
            Cell.put(entry, 0, 0);
        }
        Page.childPage(entry, shape, path.pages[0]);
        Page.childCount(entry, shape, Page.elements(old, shape));
        path.raise(root);
        TreeHeader.root(tree, root);
        TreeHeader.height(tree, path.height);
        return 1;
    }

    /** From which slot on entries go to the page on the right: at the ends of a tree so that full pages stay full. */
    private int cut(int depth) {
        long page = page(depth);
        int slots = Page.slots(page);
        boolean isLeaf = depth == path.height - 1;
        if (path.slots[depth] == slots && isLast(depth)) {
            return isLeaf ? slots : slots - 1;
        }
        if (isLeaf && path.slots[depth] == 0 && isFirst(depth)) {
            return 0;
        }
        if (slots == 1) {
            return path.slots[depth];
        }
        int half = Page.used(page, shape) / 2;
        int sum = 0;
        int cut = 0;
        while (cut < slots - 1 && sum < half) {
            sum += shape.slotBytes() + Page.entryBytes(page, Page.entry(page, cut, shape), shape);
            cut++;
        }
        return Math.max(cut, 1);
    }

    private boolean isLast(int depth) {
        for (int above = 0; above < depth; above++) {
            if (path.slots[above] != Page.slots(page(above)) - 1) {
                return false;
            }
        }
        return true;
    }

    private boolean isFirst(int depth) {
        for (int above = 0; above < depth; above++) {
            if (path.slots[above] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Moves entries to a new page on the right, which the page above has room for at its slot of the path. */
    private void divide(Separator separator, int depth, int cut) {
        long page = page(depth);
        int slots = Page.slots(page);
        boolean isLeaf = depth == path.height - 1;
        int right = arena.newPage(tree, Page.level(page), shape);
        long rightPage = arena.address(right);
        Page.append(page, cut, slots, rightPage, shape);
        Page.truncate(page, cut, shape);
        if (!isLeaf && shape.isKeyed()) {
            // its separator went up; a block that it had went with it
            clearFirstSeparator(rightPage);
        }
        Page.compact(page, arena.scratch(), shape);
        long moved = Page.elements(rightPage, shape);
        int parentSlot = path.slots[depth - 1];
        long parent = page(depth - 1);
        long entry =
                Page.insert(parent, parentSlot, separator.key, separator.cellBytes() + Page.REFERENCE_BYTES, shape);
        if (shape.isKeyed()) {
            separator.write(entry, arena, tree);
        }
        Page.childPage(entry, shape, right);
        Page.childCount(entry, shape, moved);
        long left = Page.entry(parent, parentSlot - 1, shape);
        Page.childCount(left, shape, Page.childCount(left, shape) - moved);
        int slot = path.slots[depth];
        boolean isRight = slot > cut || slot == cut && cut == slots;
        if (isRight) {
            path.pages[depth] = right;
            path.slots[depth] = slot - cut;
        } else {
            path.slots[depth - 1] = parentSlot - 1;
        }
    }

    private void clearFirstSeparator(long page) {
        long entry = Page.entry(page, 0, shape);
        int child = Page.childPage(entry, shape);
        long count = Page.childCount(entry, shape);
        Cell.put(entry, 0, 0);
        Page.childPage(entry, shape, child);
        Page.childCount(entry, shape, count);
        Page.compact(page, arena.scratch(), shape);
    }

    /** Takes the element at the path's end out. */
    void remove() {
        removeUpTo(1);
    }

    /** Takes elements out from the path's end on, up to so many, but of one page only; returns how many. */
    long removeUpTo(long most) {
        int leaf = path.height - 1;
        long page = page(leaf);
        int from = path.slots[leaf];
        int count = (int) Math.min(most, Page.slots(page) - from);
        for (int slot = from; slot < from + count; slot++) {
            releaseBlocks(Page.entry(page, slot, shape));
        }
        Page.remove(page, from, count, shape);
        count(-count);
        rebalance(leaf);
        return count;
    }

    private void releaseBlocks(long leafEntry) {
        releaseBlock(leafEntry);
        if (shape == TreeShape.MAP) {
            releaseBlock(leafEntry + Cell.bytes(leafEntry));
        }
    }

    private void releaseBlock(long cell) {
        if (Cell.isReference(cell)) {
            arena.releaseBlock(tree, Cell.address(cell), Cell.length(cell));
        }
    }

    /** Removes what became empty and merges what became sparse, from the leaf up. */
    private void rebalance(int leaf) {
        for (int depth = leaf; depth > 0; depth--) {
            long page = page(depth);
            if (Page.slots(page) == 0) {
                arena.releasePage(tree, path.pages[depth], false);
                removeSeparator(page(depth - 1), path.slots[depth - 1], true);
            } else if (Page.used(page, shape) >= SPARSE || !merge(depth)) {
                break;
            }
        }
        lowerRoot();
    }

    private void removeSeparator(long parent, int slot, boolean isBlockUnused) {
        if (shape.isKeyed() && isBlockUnused) {
            releaseBlock(Page.entry(parent, slot, shape));
        }
        Page.remove(parent, slot, shape);
    }

    /** Brings the path's page of a depth together with a neighbour, if both fit one page; returns whether they do. */
    private boolean merge(int depth) {
        long parent = page(depth - 1);
        if (Page.slots(parent) < 2) {
            return false;
        }
        int slot = path.slots[depth - 1];
        int leftSlot = slot + 1 < Page.slots(parent) ? slot : slot - 1;
        long left = arena.address(Page.childPage(Page.entry(parent, leftSlot, shape), shape));
        long right = arena.address(Page.childPage(Page.entry(parent, leftSlot + 1, shape), shape));
        boolean isInner = Page.level(left) > 0;
        int separatorBytes = isInner && shape.isKeyed() ? Cell.bytes(Page.entry(parent, leftSlot + 1, shape)) : 0;
        if (Page.used(left, shape) + Page.used(right, shape) + separatorBytes > MERGED) {
            return false;
        }
        int leftPage = ownChild(depth, leftSlot);
        int rightPage = Page.childPage(Page.entry(parent, leftSlot + 1, shape), shape);
        left = arena.address(leftPage);
        Page.compact(left, arena.scratch(), shape);
        if (isInner && shape.isKeyed()) {
            appendInner(parent, leftSlot + 1, right, left);
        } else {
            Page.append(right, 0, Page.slots(right), left, shape);
        }
        long entry = Page.entry(parent, leftSlot, shape);
        Page.childCount(entry, shape, Page.elements(left, shape));
        arena.releasePage(tree, rightPage, false);
        removeSeparator(parent, leftSlot + 1, !isInner);
        path.pages[depth] = leftPage;
        path.slots[depth - 1] = leftSlot;
        return true;
    }

    /** The separator of the page on the right comes down to what was its first child. */
    private void appendInner(long parent, int rightSlot, long right, long left) {
        long separatorCell = Page.entry(parent, rightSlot, shape);
        long first = Page.entry(right, 0, shape);
        releaseBlock(first);
        int cellBytes = Cell.bytes(separatorCell);
        long key = Page.key(parent, rightSlot, shape);
        long entry = Page.insert(left, Page.slots(left), key, cellBytes + Page.REFERENCE_BYTES, shape);
        Memory.copy(separatorCell, entry, cellBytes);
        Page.childPage(entry, shape, Page.childPage(first, shape));
        Page.childCount(entry, shape, Page.childCount(first, shape));
        Page.append(right, 1, Page.slots(right), left, shape);
    }

    /** A child of the path's page above a depth, made the tree's own. */
    private int ownChild(int depth, int slot) {
        long entry = Page.entry(page(depth - 1), slot, shape);
        int child = Page.childPage(entry, shape);
        int viewEpoch = TreeHeader.viewEpoch(tree);
        if (viewEpoch == 0 || Page.epoch(arena.address(child)) > viewEpoch) {
            return child;
        }
        int copy = arena.copyPage(child);
        Page.childPage(entry, shape, copy);
        arena.releasePage(tree, child, true);
        return copy;
    }

    /** A root with one child only is not needed, one with none becomes a leaf. */
    private void lowerRoot() {
        int root = TreeHeader.root(tree);
        int height = TreeHeader.height(tree);
        while (height > 1 && Page.slots(arena.address(root)) <= 1) {
            long page = arena.address(root);
            boolean isEmpty = Page.slots(page) == 0;
            int child = isEmpty ? PageArena.NONE : Page.childPage(Page.entry(page, 0, shape), shape);
            if (!isEmpty && shape.isKeyed()) {
                releaseBlock(Page.entry(page, 0, shape));
            }
            arena.releasePage(tree, root, false);
            height = isEmpty ? 1 : height - 1;
            root = isEmpty ? arena.newPage(tree, 0, shape) : child;
        }
        TreeHeader.root(tree, root);
        TreeHeader.height(tree, height);
    }
}
