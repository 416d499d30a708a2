package io.tailrace.node.arena;

/**
 * Makes room in a full leaf by moving elements to the leaf beside it, as a B*-tree does: a leaf is split only where its
 * neighbours are full too. With random inserts leaves are 83 % full so, and 69 % without. Used by {@link PageSplitter} only.
 *
 * <pre>
 *   before   left [ a b c d e f ]   right [ p q ]           the leaf that is full may be either
 *   after    left [ a b c d ]       right [ e f p q ]       the separator of the one on the right is a new one
 * </pre>
 */
final class LeafBalancer {
    /** With less than this free in the neighbour, moves would cost more than the memory is worth. */
    private static final int MIN_FREE = Page.BYTES / 8;

    private static final int CAPACITY = Page.BYTES - Page.HEADER_BYTES;

    private final EditedTree edited;
    private final Separator separator;

    // the two leaves, how many slots each has, and the slot of the one on the left in the page above
    private int leftSlot;
    private long left;
    private long right;
    private int leftCount;
    private int rightCount;

    LeafBalancer(EditedTree edited, Separator separator) {
        this.edited = edited;
        this.separator = separator;
    }

    /**
     * Moves elements from the leaf at the path's end to a neighbour, so that it and the entry to come fit; the path leads to
     * the entry's place after that.
     *
     * @param newBytes that the entry takes, without its slot
     * @return whether it is done: else nothing has changed
     */
    boolean balance(int newBytes, long newKey, long newMember, int newLength) {
        if (!chooseNeighbour()) {
            return false;
        }
        int leaf = edited.path.height - 1;
        int slot = edited.path.slots[leaf] + (edited.path.slots[leaf - 1] == leftSlot ? 0 : leftCount);
        int cut = cut(slot, newBytes + edited.shape.slotBytes());
        if (cut == 0) {
            return false;
        }
        if (edited.shape.isKeyed()) {
            separate(cut, slot, newKey, newMember, newLength);
            if (!isRoomForSeparator()) {
                return false;
            }
        }
        move(cut, slot);
        return true;
    }

    /** The neighbour with more room, if one has enough. */
    private boolean chooseNeighbour() {
        int leaf = edited.path.height - 1;
        if (leaf == 0) {
            return false;
        }
        int slot = edited.path.slots[leaf - 1];
        int before = free(slot - 1);
        int after = free(slot + 1);
        if (Math.max(before, after) < MIN_FREE) {
            return false;
        }
        leftSlot = before > after ? slot - 1 : slot;
        left = child(leftSlot);
        right = child(leftSlot + 1);
        leftCount = Page.slots(left);
        rightCount = Page.slots(right);
        return true;
    }

    private int free(int slot) {
        if (slot < 0 || slot >= Page.slots(parent())) {
            return 0;
        }
        return CAPACITY - Page.used(child(slot), edited.shape);
    }

    private long parent() {
        return edited.page(edited.path.height - 2);
    }

    private long child(int slot) {
        return edited.arena.address(Page.childPage(Page.entry(parent(), slot, edited.shape), edited.shape));
    }

    /**
     * How many of the elements of both leaves are to be on the left, without the new one, which comes before the one at
     * {@code slot} of them all and is on the left if that is the first on the right; 0 if it can't be put in so.
     */
    private int cut(int slot, int newBytes) {
        int leftBytes = Page.used(left, edited.shape);
        int rightBytes = Page.used(right, edited.shape);
        int cut = leftCount;
        if (leftBytes > rightBytes) {
            while (leftBytes > rightBytes) {
                cut--;
                int bytes = bytes(left, cut);
                leftBytes -= bytes;
                rightBytes += bytes;
            }
        } else {
            while (rightBytes > leftBytes) {
                int bytes = bytes(right, cut - leftCount);
                leftBytes += bytes;
                rightBytes -= bytes;
                cut++;
            }
        }
        boolean isMoved = cut != leftCount && cut > 0 && cut < leftCount + rightCount;
        boolean fits = (slot <= cut ? leftBytes : rightBytes) + newBytes <= CAPACITY;
        return isMoved && fits && Math.max(leftBytes, rightBytes) <= CAPACITY ? cut : 0;
    }

    private int bytes(long page, int slot) {
        return edited.shape.slotBytes() + Page.entryBytes(page, Page.entry(page, slot, edited.shape), edited.shape);
    }

    private void separate(int cut, int slot, long newKey, long newMember, int newLength) {
        if (slot == cut) {
            separator.left(newKey, newMember, newLength);
        } else {
            long cell = entry(cut - 1);
            separator.left(key(cut - 1), Cell.address(cell), Cell.length(cell));
        }
        long cell = entry(cut);
        separator.right(key(cut), Cell.address(cell), Cell.length(cell));
    }

    private long entry(int index) {
        return index < leftCount
                ? Page.entry(left, index, edited.shape)
                : Page.entry(right, index - leftCount, edited.shape);
    }

    private long key(int index) {
        return index < leftCount
                ? Page.key(left, index, edited.shape)
                : Page.key(right, index - leftCount, edited.shape);
    }

    /** Whether the page above takes the new separator instead of the old one, without being split. */
    private boolean isRoomForSeparator() {
        long parent = parent();
        int bytes = separatorBytes();
        if (isSameLength(parent)) {
            return true;
        }
        if (Page.gap(parent, edited.shape) < bytes && Page.garbage(parent) > 0) {
            Page.compact(parent, edited.arena.scratch(), edited.shape);
        }
        return Page.gap(parent, edited.shape) >= bytes;
    }

    private int separatorBytes() {
        return separator.cellBytes() + Page.REFERENCE_BYTES;
    }

    private boolean isSameLength(long parent) {
        return Page.entryBytes(parent, Page.entry(parent, leftSlot + 1, edited.shape), edited.shape)
                == separatorBytes();
    }

    private void move(int cut, int slot) {
        int leaf = edited.path.height - 1;
        int leftPage = edited.ownChild(leaf, leftSlot);
        int rightPage = edited.ownChild(leaf, leftSlot + 1);
        left = edited.arena.address(leftPage);
        right = edited.arena.address(rightPage);
        if (cut < leftCount) {
            Page.compact(right, edited.arena.scratch(), edited.shape);
            Page.copy(left, cut, leftCount, right, 0, edited.shape);
            Page.truncate(left, cut, edited.shape);
        } else {
            int moved = cut - leftCount;
            Page.compact(left, edited.arena.scratch(), edited.shape);
            Page.copy(right, 0, moved, left, leftCount, edited.shape);
            Page.remove(right, 0, moved, edited.shape);
        }
        writeParent();
        boolean isLeft = slot <= cut;
        edited.path.slots[leaf - 1] = isLeft ? leftSlot : leftSlot + 1;
        edited.path.pages[leaf] = isLeft ? leftPage : rightPage;
        edited.path.slots[leaf] = isLeft ? slot : slot - cut;
    }

    private void writeParent() {
        long parent = parent();
        long entry = Page.entry(parent, leftSlot + 1, edited.shape);
        if (edited.shape.isKeyed()) {
            int child = Page.childPage(entry, edited.shape);
            edited.releaseBlock(entry);
            if (!isSameLength(parent)) {
                entry = Page.replace(parent, leftSlot + 1, separatorBytes(), edited.shape);
            }
            Page.key(parent, leftSlot + 1, separator.key, edited.shape);
            separator.write(entry, edited.arena, edited.tree);
            Page.childPage(entry, edited.shape, child);
        }
        Page.childCount(entry, edited.shape, Page.slots(right));
        Page.childCount(Page.entry(parent, leftSlot, edited.shape), edited.shape, Page.slots(left));
    }
}
