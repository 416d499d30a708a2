package io.tailrace.node.lua;

/** A variable of an enclosing function: a slot of a thread's stack while that function runs, its own after. */
final class Upvalue {
    Object[] slots;
    int index;
    /** The open upvalue below this one in the same stack. */
    Upvalue below;

    Upvalue(Object[] slots, int index, Upvalue below) {
        this.slots = slots;
        this.index = index;
        this.below = below;
    }

    Object get() {
        return slots[index];
    }

    void set(Object value) {
        slots[index] = value;
    }

    void close() {
        slots = new Object[] {slots[index]};
        index = 0;
        below = null;
    }
}
