package io.tailrace.node.lua;

/** Instructions that are long enough to be out of the interpreter's own method. */
final class Instructions {
    private Instructions() {}

    static LuaTable newTable(LuaThread t, int i) {
        return new LuaTable(t.runtime.memory(), floatingByte(Opcode.b(i)), floatingByte(Opcode.c(i)));
    }

    /** Sizes are mantissas of 3 bits with an exponent. */
    private static int floatingByte(int x) {
        int exponent = x >> 3 & 31;
        return exponent == 0 ? x : (x & 7) + 8 << exponent - 1;
    }

    static void setList(LuaThread t, Frame f, int ra, int b, int block) {
        int count = b;
        if (count == 0) {
            count = t.top - ra - 1;
            t.top = f.top;
        }
        LuaTable table = (LuaTable) t.stack[ra];
        int last = (block - 1) * Opcode.FIELDS_PER_FLUSH + count;
        table.ensureArray(last);
        for (; count > 0; count--, last--) {
            table.put(last, t.stack[ra + count]);
        }
    }

    static int makeClosure(LuaThread t, LuaClosure parent, int base, int ra, int number, int pc) {
        Prototype child = parent.prototype.children[number];
        t.runtime.memory().charge(LuaMemory.CLOSURE_BYTES + LuaMemory.UPVALUE_BYTES * child.upvalueCount);
        LuaClosure closure = new LuaClosure(child, parent.environment);
        int[] code = parent.prototype.code;
        for (int j = 0; j < closure.upvalues.length; j++) {
            int i = code[pc + j];
            closure.upvalues[j] = Opcode.op(i) == Opcode.GETUPVAL
                    ? parent.upvalues[Opcode.b(i)]
                    : Calls.findUpvalue(t, base + Opcode.b(i));
        }
        t.stack[ra] = closure;
        return pc + closure.upvalues.length;
    }

    static void varargs(LuaThread t, Frame f, int ra, int wanted) {
        int given = f.base - f.functionIndex - 1 - f.closure.prototype.parameterCount;
        int count = wanted;
        t.budget.owe(given >> 3);
        if (count < 0) {
            count = given;
            t.ensureStack(given);
            t.top = ra + given;
        }
        Object[] stack = t.stack;
        for (int j = 0; j < count; j++) {
            stack[ra + j] = j < given ? stack[f.base - given + j] : null;
        }
    }
}
