package io.tailrace.node.lua;

/** Finds by which name the source knows what is in a register, for error messages: by following the code up to the instruction. */
final class VariableNames {
    /** What kind of variable, and its name. */
    static final class Name {
        final String kind;
        final LuaString text;

        Name(String kind, LuaString text) {
            this.kind = kind;
            this.text = text;
        }
    }

    private static final LuaString UNKNOWN = LuaString.of("?");

    private VariableNames() {}

    static Name of(Prototype p, int pc, int register) {
        LuaString local = p.localName(register + 1, pc);
        if (local != null) {
            return new Name("local", local);
        }
        int setter = setterOf(p, pc, register);
        if (setter < 0) {
            return null;
        }
        int i = p.code[setter];
        switch (Opcode.op(i)) {
            case Opcode.GETGLOBAL:
                return new Name("global", (LuaString) p.constants[Opcode.bx(i)]);
            case Opcode.MOVE:
                return Opcode.b(i) < Opcode.a(i) ? of(p, setter, Opcode.b(i)) : null;
            case Opcode.GETTABLE:
                return new Name("field", constantName(p, Opcode.c(i)));
            case Opcode.GETUPVAL:
                return new Name("upvalue", p.upvalueNames[Opcode.b(i)]);
            case Opcode.SELF:
                return new Name("method", constantName(p, Opcode.c(i)));
            default:
                return null;
        }
    }

    private static LuaString constantName(Prototype p, int operand) {
        if ((operand & Opcode.CONSTANT_BIT) != 0) {
            Object constant = p.constants[operand & 255];
            if (constant instanceof LuaString) {
                return (LuaString) constant;
            }
        }
        return UNKNOWN;
    }

    /** The last instruction before one that has set a register, on the straight way or past forward jumps. */
    private static int setterOf(Prototype p, int lastPc, int register) {
        int last = -1;
        for (int pc = 0; pc < lastPc; pc++) {
            int i = p.code[pc];
            int op = Opcode.op(i);
            int a = Opcode.a(i);
            if (Opcode.setsA(op) && a == register) {
                last = pc;
            }
            switch (op) {
                case Opcode.LOADNIL:
                    last = a <= register && register <= Opcode.b(i) ? pc : last;
                    break;
                case Opcode.TFORLOOP:
                    last = register >= a + 2 ? pc : last;
                    break;
                case Opcode.CALL:
                case Opcode.TAILCALL:
                    last = register >= a ? pc : last;
                    break;
                case Opcode.SELF:
                    last = register == a + 1 ? pc : last;
                    break;
                case Opcode.JMP:
                case Opcode.FORLOOP:
                case Opcode.FORPREP:
                    pc = jumpTarget(i, pc, lastPc);
                    break;
                case Opcode.SETLIST:
                    pc += Opcode.c(i) == 0 ? 1 : 0;
                    break;
                case Opcode.CLOSURE:
                    pc += p.children[Opcode.bx(i)].upvalueCount;
                    break;
                default:
                    break;
            }
        }
        return last;
    }

    /** Where the walk continues: at a forward jump's target unless that is beyond the end. */
    private static int jumpTarget(int i, int pc, int lastPc) {
        int target = pc + 1 + Opcode.sbx(i);
        return target > pc && target <= lastPc ? target - 1 : pc;
    }

    /** The name that the function at a level was called by, or null. */
    static Name ofCall(LuaThread t, int level) {
        Frame called = Errors.frameAt(t, level);
        if (called == null || called.closure != null && called.tailCalls > 0) {
            return null;
        }
        int at = t.depth;
        while (t.frames[at] != called) {
            at--;
        }
        Frame caller = t.frames[at - 1];
        if (caller.closure == null) {
            return null;
        }
        Prototype p = caller.closure.prototype;
        int pc = caller.pc - 1;
        int i = p.code[pc];
        int op = Opcode.op(i);
        return op == Opcode.CALL || op == Opcode.TAILCALL || op == Opcode.TFORLOOP ? of(p, pc, Opcode.a(i)) : null;
    }
}
