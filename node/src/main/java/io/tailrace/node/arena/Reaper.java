package io.tailrace.node.arena;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** Frees dropped trees and pages that were set aside, some at a time. Owned by the thread that owns the arena. */
final class Reaper {
    private static final int INITIAL_STACK = 256;

    private record DroppedTree(int root) {}

    private final PageArena pages;
    private final ElementBlocks blocks;
    private final Deque<DroppedTree> trees = new ArrayDeque<>();
    private final Deque<int[]> asidePages = new ArrayDeque<>();
    private final Deque<long[]> asideBlocks = new ArrayDeque<>();
    private int[] stack = new int[INITIAL_STACK];
    private int depth;
    private int[] pagesNow = new int[0];
    private int nextPage;
    private long[] blocksNow = new long[0];
    private int nextBlock;

    Reaper(PageArena pages, ElementBlocks blocks) {
        this.pages = pages;
        this.blocks = blocks;
    }

    /** A tree that nothing refers to. */
    void tree(int root) {
        trees.add(new DroppedTree(root));
    }

    /** Pages that nothing refers to; the blocks that they refer to are not theirs. */
    void pages(int[] aside) {
        if (aside.length > 0) {
            asidePages.add(aside);
        }
    }

    void blocks(long[] aside) {
        if (aside.length > 0) {
            asideBlocks.add(aside);
        }
    }

    boolean hasWork() {
        return depth > 0
                || nextPage < pagesNow.length
                || nextBlock < blocksNow.length
                || !trees.isEmpty()
                || !asidePages.isEmpty()
                || !asideBlocks.isEmpty();
    }

    /** Frees up to this many pages and blocks, exceeded by the blocks of one page; returns how many. */
    int reap(int most) {
        int freed = 0;
        while (freed < most && hasWork()) {
            if (depth > 0) {
                freed += top();
            } else if (nextPage < pagesNow.length) {
                pages.free(pagesNow[nextPage++]);
                freed++;
            } else if (nextBlock < blocksNow.length) {
                blocks.free(blocksNow[nextBlock++]);
                freed++;
            } else {
                next();
            }
        }
        return freed;
    }

    private void next() {
        if (!trees.isEmpty()) {
            push(trees.remove().root());
        } else if (!asidePages.isEmpty()) {
            pagesNow = asidePages.remove();
            nextPage = 0;
        } else {
            blocksNow = asideBlocks.remove();
            nextBlock = 0;
        }
    }

    private int top() {
        int number = stack[--depth];
        long page = pages.address(number);
        TreeShape shape = Page.shape(page);
        boolean isInner = Page.level(page) > 0;
        int freed = 1;
        int slots = Page.slots(page);
        for (int slot = 0; slot < slots; slot++) {
            long entry = Page.entry(page, slot, shape);
            if (isInner) {
                push(Page.childPage(entry, shape));
            }
            if (!isInner || shape.isKeyed()) {
                freed += freeBlock(entry);
            }
            if (!isInner && shape == TreeShape.MAP) {
                freed += freeBlock(entry + Cell.bytes(entry));
            }
        }
        pages.free(number);
        return freed;
    }

    private int freeBlock(long cell) {
        if (!Cell.isReference(cell)) {
            return 0;
        }
        blocks.free(Cell.address(cell));
        return 1;
    }

    private void push(int page) {
        if (depth == stack.length) {
            stack = Arrays.copyOf(stack, 2 * depth);
        }
        stack[depth++] = page;
    }
}
