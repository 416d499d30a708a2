package io.tailrace.node.arena;

/** Makes room in a tree's pages, by splitting them where need be, or by {@link LeafBalancer}. Used by {@link TreeEditor} only. */
final class PageSplitter {
    private final EditedTree edited;
    /** One a level, as a split of one may need a split of the next. */
    private final Separator[] separators = new Separator[TreePath.MAX_HEIGHT];

    private final LeafBalancer balancer;

    private long newKey;
    private long newMember;
    private int newLength;

    PageSplitter(EditedTree edited) {
        this.edited = edited;
        for (int level = 0; level < separators.length; level++) {
            separators[level] = new Separator(edited.arena.separatorScratch(level));
        }
        balancer = new LeafBalancer(edited, separators[0]);
    }

    /** Makes room for the entry of an element in the leaf at the path's end; the path leads to it after that. */
    void makeRoom(int bytes, long key, long member, int length) {
        newKey = key;
        newMember = member;
        newLength = length;
        int leaf = edited.path.height - 1;
        if (!fits(edited.page(leaf), bytes) && !isAtEnd(leaf)) {
            balancer.balance(bytes, key, member, length);
        }
        makeRoom(leaf, bytes);
    }

    /** Makes room for an entry at the path's slot of a depth, by splitting pages if need be; the path leads to it after that. */
    private void makeRoom(int depth, int bytes) {
        int at = depth;
        long page = edited.page(at);
        while (!Page.hasGap(page, bytes, edited.shape)) {
            if (Page.garbage(page) > 0 && fits(page, bytes)) {
                Page.compact(page, edited.arena.scratch(), edited.shape);
            } else {
                at += split(at);
                page = edited.page(at);
            }
        }
    }

    private boolean fits(long page, int bytes) {
        return Page.HEADER_BYTES + Page.used(page, edited.shape) + bytes + edited.shape.slotBytes() <= Page.BYTES;
    }

    /** Splits the path's page of a depth; returns by how much the tree got higher. */
    private int split(int depth) {
        int raised = depth == 0 ? raise() : 0;
        int at = depth + raised;
        int cut = cut(at);
        boolean isLeaf = at == edited.path.height - 1;
        Separator separator = separators[Page.level(edited.page(at))];
        separate(separator, at, cut, isLeaf);
        // room in the page above comes first, as that may be split too and change the path
        edited.path.slots[at - 1]++;
        int height = edited.path.height;
        makeRoom(at - 1, separator.cellBytes() + Page.REFERENCE_BYTES);
        int grown = edited.path.height - height;
        at += grown;
        divide(separator, at, cut);
        return raised + grown;
    }

    /** What the page on the right will be called by, if a page is split there. */
    private void separate(Separator separator, int depth, int cut, boolean isLeaf) {
        long page = edited.page(depth);
        int slots = Page.slots(page);
        if (!edited.shape.isKeyed()) {
            separator.none();
        } else if (!isLeaf) {
            separator.move(Page.key(page, cut, edited.shape), Page.entry(page, cut, edited.shape));
        } else {
            boolean isNewLeft = edited.path.slots[depth] == cut && cut < slots;
            boolean isNewRight = cut == slots;
            if (isNewLeft) {
                separator.left(newKey, newMember, newLength);
            } else {
                long cell = Page.entry(page, cut - 1, edited.shape);
                separator.left(Page.key(page, cut - 1, edited.shape), Cell.address(cell), Cell.length(cell));
            }
            if (isNewRight) {
                separator.right(newKey, newMember, newLength);
            } else {
                long cell = Page.entry(page, cut, edited.shape);
                separator.right(Page.key(page, cut, edited.shape), Cell.address(cell), Cell.length(cell));
            }
        }
    }

    private int raise() {
        long old = edited.page(0);
        int root = edited.arena.newPage(edited.tree, edited.path.height, edited.shape);
        long page = edited.arena.address(root);
        int bytes = (edited.shape.isKeyed() ? 1 : 0) + Page.REFERENCE_BYTES;
        long entry = Page.insert(page, 0, 0, bytes, edited.shape);
        if (edited.shape.isKeyed()) {
            Cell.put(entry, 0, 0);
        }
        Page.childPage(entry, edited.shape, edited.path.pages[0]);
        Page.childCount(entry, edited.shape, Page.elements(old, edited.shape));
        edited.path.raise(root);
        TreeHeader.root(edited.tree, root);
        TreeHeader.height(edited.tree, edited.path.height);
        return 1;
    }

    /** From which slot on entries go to the page on the right: at the ends of a tree so that full pages stay full. */
    private int cut(int depth) {
        long page = edited.page(depth);
        int slots = Page.slots(page);
        boolean isLeaf = depth == edited.path.height - 1;
        if (edited.path.slots[depth] == slots && isLast(depth)) {
            return isLeaf ? slots : slots - 1;
        }
        if (isLeaf && edited.path.slots[depth] == 0 && isFirst(depth)) {
            return 0;
        }
        if (slots == 1) {
            return edited.path.slots[depth];
        }
        int half = Page.used(page, edited.shape) / 2;
        int sum = 0;
        int cut = 0;
        while (cut < slots - 1 && sum < half) {
            sum += edited.shape.slotBytes() + Page.entryBytes(page, Page.entry(page, cut, edited.shape), edited.shape);
            cut++;
        }
        return Math.max(cut, 1);
    }

    /** Whether the path leads to an end of the tree. */
    private boolean isAtEnd(int depth) {
        int slot = edited.path.slots[depth];
        return slot == 0 && isFirst(depth) || slot == Page.slots(edited.page(depth)) && isLast(depth);
    }

    private boolean isLast(int depth) {
        for (int above = 0; above < depth; above++) {
            if (edited.path.slots[above] != Page.slots(edited.page(above)) - 1) {
                return false;
            }
        }
        return true;
    }

    private boolean isFirst(int depth) {
        for (int above = 0; above < depth; above++) {
            if (edited.path.slots[above] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Moves entries to a new page on the right, which the page above has room for at its slot of the path. */
    private void divide(Separator separator, int depth, int cut) {
        long page = edited.page(depth);
        int slots = Page.slots(page);
        boolean isLeaf = depth == edited.path.height - 1;
        int right = edited.arena.newPage(edited.tree, Page.level(page), edited.shape);
        long rightPage = edited.arena.address(right);
        Page.append(page, cut, slots, rightPage, edited.shape);
        Page.truncate(page, cut, edited.shape);
        if (!isLeaf && edited.shape.isKeyed()) {
            // its separator went up; a block that it had went with it
            clearFirstSeparator(rightPage);
        }
        Page.compact(page, edited.arena.scratch(), edited.shape);
        long moved = Page.elements(rightPage, edited.shape);
        int parentSlot = edited.path.slots[depth - 1];
        long parent = edited.page(depth - 1);
        long entry = Page.insert(
                parent, parentSlot, separator.key, separator.cellBytes() + Page.REFERENCE_BYTES, edited.shape);
        if (edited.shape.isKeyed()) {
            separator.write(entry, edited.arena, edited.tree);
        }
        Page.childPage(entry, edited.shape, right);
        Page.childCount(entry, edited.shape, moved);
        long left = Page.entry(parent, parentSlot - 1, edited.shape);
        Page.childCount(left, edited.shape, Page.childCount(left, edited.shape) - moved);
        int slot = edited.path.slots[depth];
        boolean isRight = slot > cut || slot == cut && cut == slots;
        if (isRight) {
            edited.path.pages[depth] = right;
            edited.path.slots[depth] = slot - cut;
        } else {
            edited.path.slots[depth - 1] = parentSlot - 1;
        }
    }

    private void clearFirstSeparator(long page) {
        long entry = Page.entry(page, 0, edited.shape);
        int child = Page.childPage(entry, edited.shape);
        long count = Page.childCount(entry, edited.shape);
        Cell.put(entry, 0, 0);
        Page.childPage(entry, edited.shape, child);
        Page.childCount(entry, edited.shape, count);
        Page.compact(page, edited.arena.scratch(), edited.shape);
    }
}
