package io.tailrace.node.lua;

/**
 * Executes functions of Lua. Calls between them don't use the Java stack; a call from the host, a metamethod or an iterator enters
 * here again. What is rare is in other methods, so that this one stays within the size that the JVM compiles (8000 bytes of code).
 *
 * <p>A frame's pc is saved before anything that can raise an error, call, or ask the budget's hook. The stack may be another array
 * after anything that calls.
 */
final class Interpreter {
    private Interpreter() {}

    /** From the current frame until the frame at this depth has returned, or the coroutine has yielded. */
    static void execute(LuaThread t, int entryDepth) {
        LuaBudget budget = t.budget;
        if (--budget.left < 0) {
            budget.elapsed(t);
        }
        while (true) {
            Frame f = t.frame;
            LuaClosure closure = f.closure;
            int[] code = closure.prototype.code;
            Object[] k = closure.prototype.constants;
            Object[] s = t.stack;
            int base = f.base;
            int pc = f.pc;
            frame:
            while (true) {
                int i = code[pc++];
                int ra = base + (i >>> 6 & 255);
                switch (i & 63) {
                    case Opcode.MOVE:
                        s[ra] = s[base + (i >>> 23)];
                        continue;
                    case Opcode.LOADK:
                        s[ra] = k[i >>> 14];
                        continue;
                    case Opcode.LOADBOOL:
                        s[ra] = i >>> 23 != 0 ? Boolean.TRUE : Boolean.FALSE;
                        pc += (i >>> 14 & 511) != 0 ? 1 : 0;
                        continue;
                    case Opcode.LOADNIL:
                        for (int r = base + (i >>> 23); r >= ra; r--) {
                            s[r] = null;
                        }
                        continue;
                    case Opcode.GETUPVAL: {
                        Upvalue up = closure.upvalues[i >>> 23];
                        s[ra] = up.slots[up.index];
                        continue;
                    }
                    case Opcode.GETGLOBAL: {
                        LuaTable globals = closure.environment;
                        Object v = globals.get((LuaString) k[i >>> 14]);
                        if (v == null && globals.metatable() != null) {
                            f.pc = pc;
                            v = Operators.index(t, globals, k[i >>> 14], -1);
                            s = t.stack;
                        }
                        s[ra] = v;
                        continue;
                    }
                    case Opcode.GETTABLE: {
                        int c = i >>> 14 & 511;
                        Object key = c >= 256 ? k[c - 256] : s[base + c];
                        Object from = s[base + (i >>> 23)];
                        Object v = from instanceof LuaTable ? ((LuaTable) from).get(key) : null;
                        if (v == null && (!(from instanceof LuaTable) || ((LuaTable) from).metatable() != null)) {
                            f.pc = pc;
                            v = Operators.index(t, from, key, i >>> 23);
                            s = t.stack;
                        }
                        s[ra] = v;
                        continue;
                    }
                    case Opcode.SETGLOBAL: {
                        LuaTable globals = closure.environment;
                        if (globals.isReadOnly() || !globals.replace((LuaString) k[i >>> 14], s[ra])) {
                            f.pc = pc;
                            Operators.setIndex(t, globals, k[i >>> 14], s[ra], -1);
                            s = t.stack;
                        }
                        continue;
                    }
                    case Opcode.SETUPVAL: {
                        Upvalue up = closure.upvalues[i >>> 23];
                        up.slots[up.index] = s[ra];
                        continue;
                    }
                    case Opcode.SETTABLE: {
                        int b = i >>> 23;
                        int c = i >>> 14 & 511;
                        Object key = b >= 256 ? k[b - 256] : s[base + b];
                        Object v = c >= 256 ? k[c - 256] : s[base + c];
                        if (!(s[ra] instanceof LuaTable) || !((LuaTable) s[ra]).setPlain(key, v)) {
                            f.pc = pc;
                            Operators.setIndex(t, s[ra], key, v, ra - base);
                            s = t.stack;
                        }
                        continue;
                    }
                    case Opcode.NEWTABLE:
                        f.pc = pc;
                        s[ra] = Instructions.newTable(t, i);
                        continue;
                    case Opcode.SELF: {
                        int c = i >>> 14 & 511;
                        Object key = c >= 256 ? k[c - 256] : s[base + c];
                        Object self = s[base + (i >>> 23)];
                        s[ra + 1] = self;
                        f.pc = pc;
                        Object v = Operators.index(t, self, key, i >>> 23);
                        s = t.stack;
                        s[ra] = v;
                        continue;
                    }
                    case Opcode.ADD: {
                        int b = i >>> 23;
                        int c = i >>> 14 & 511;
                        Object x = b >= 256 ? k[b - 256] : s[base + b];
                        Object y = c >= 256 ? k[c - 256] : s[base + c];
                        if (x instanceof Double && y instanceof Double) {
                            double r = (Double) x + (Double) y;
                            s[ra] = r == r ? (Double) r : (Double) Operators.nan((Double) x, (Double) y);
                            continue;
                        }
                        f.pc = pc;
                        x = Operators.arithmetic(t, Metamethod.ADD, x, y, register(b), register(c));
                        s = t.stack;
                        s[ra] = x;
                        continue;
                    }
                    case Opcode.SUB: {
                        int b = i >>> 23;
                        int c = i >>> 14 & 511;
                        Object x = b >= 256 ? k[b - 256] : s[base + b];
                        Object y = c >= 256 ? k[c - 256] : s[base + c];
                        if (x instanceof Double && y instanceof Double) {
                            double r = (Double) x - (Double) y;
                            s[ra] = r == r ? (Double) r : (Double) Operators.nan((Double) x, (Double) y);
                            continue;
                        }
                        f.pc = pc;
                        x = Operators.arithmetic(t, Metamethod.SUB, x, y, register(b), register(c));
                        s = t.stack;
                        s[ra] = x;
                        continue;
                    }
                    case Opcode.MUL: {
                        int b = i >>> 23;
                        int c = i >>> 14 & 511;
                        Object x = b >= 256 ? k[b - 256] : s[base + b];
                        Object y = c >= 256 ? k[c - 256] : s[base + c];
                        if (x instanceof Double && y instanceof Double) {
                            double r = (Double) x * (Double) y;
                            s[ra] = r == r ? (Double) r : (Double) Operators.nan((Double) x, (Double) y);
                            continue;
                        }
                        f.pc = pc;
                        x = Operators.arithmetic(t, Metamethod.MUL, x, y, register(b), register(c));
                        s = t.stack;
                        s[ra] = x;
                        continue;
                    }
                    case Opcode.DIV:
                    case Opcode.MOD:
                    case Opcode.POW: {
                        int b = i >>> 23;
                        int c = i >>> 14 & 511;
                        Object x = b >= 256 ? k[b - 256] : s[base + b];
                        Object y = c >= 256 ? k[c - 256] : s[base + c];
                        Metamethod event = EVENTS[(i & 63) - Opcode.ADD];
                        if (x instanceof Double && y instanceof Double) {
                            s[ra] = Operators.compute(event, (Double) x, (Double) y);
                            continue;
                        }
                        f.pc = pc;
                        x = Operators.arithmetic(t, event, x, y, register(b), register(c));
                        s = t.stack;
                        s[ra] = x;
                        continue;
                    }
                    case Opcode.UNM: {
                        Object x = s[base + (i >>> 23)];
                        f.pc = pc;
                        x = x instanceof Double
                                ? (Double) (-(Double) x)
                                : Operators.arithmetic(t, Metamethod.UNM, x, x, i >>> 23, i >>> 23);
                        s = t.stack;
                        s[ra] = x;
                        continue;
                    }
                    case Opcode.NOT: {
                        Object x = s[base + (i >>> 23)];
                        s[ra] = x == null || x == Boolean.FALSE ? Boolean.TRUE : Boolean.FALSE;
                        continue;
                    }
                    case Opcode.LEN: {
                        f.pc = pc;
                        Object v = Operators.length(t, s[base + (i >>> 23)], i >>> 23);
                        s = t.stack;
                        s[ra] = v;
                        continue;
                    }
                    case Opcode.CONCAT: {
                        int b = i >>> 23;
                        f.pc = pc;
                        Concat.run(t, base + b, base + (i >>> 14 & 511));
                        s = t.stack;
                        s[ra] = s[base + b];
                        continue;
                    }
                    case Opcode.JMP: {
                        int by = (i >>> 14) - Opcode.MAX_SBX;
                        pc += by;
                        if (by < 0 && --budget.left < 0) {
                            f.pc = pc;
                            budget.elapsed(t);
                        }
                        continue;
                    }
                    case Opcode.EQ: {
                        int b = i >>> 23;
                        int c = i >>> 14 & 511;
                        Object x = b >= 256 ? k[b - 256] : s[base + b];
                        Object y = c >= 256 ? k[c - 256] : s[base + c];
                        f.pc = pc;
                        boolean isEqual = x == y && !(x instanceof Double) || Operators.equal(t, x, y);
                        s = t.stack;
                        pc += isEqual != ((i >>> 6 & 255) != 0) ? 1 : 0;
                        continue;
                    }
                    case Opcode.LT:
                    case Opcode.LE: {
                        int b = i >>> 23;
                        int c = i >>> 14 & 511;
                        Object x = b >= 256 ? k[b - 256] : s[base + b];
                        Object y = c >= 256 ? k[c - 256] : s[base + c];
                        f.pc = pc;
                        boolean holds =
                                (i & 63) == Opcode.LT ? Operators.lessThan(t, x, y) : Operators.lessOrEqual(t, x, y);
                        s = t.stack;
                        pc += holds != ((i >>> 6 & 255) != 0) ? 1 : 0;
                        continue;
                    }
                    case Opcode.TEST: {
                        Object x = s[ra];
                        pc += (x == null || x == Boolean.FALSE) == ((i >>> 14 & 511) != 0) ? 1 : 0;
                        continue;
                    }
                    case Opcode.TESTSET: {
                        Object x = s[base + (i >>> 23)];
                        if ((x == null || x == Boolean.FALSE) == ((i >>> 14 & 511) != 0)) {
                            pc++;
                        } else {
                            s[ra] = x;
                        }
                        continue;
                    }
                    case Opcode.CALL: {
                        int b = i >>> 23;
                        if (b != 0) {
                            t.top = ra + b;
                        }
                        f.pc = pc;
                        if (--budget.left < 0) {
                            budget.elapsed(t);
                        }
                        int entered = Calls.enter(t, ra, (i >>> 14 & 511) - 1);
                        if (entered == Calls.LUA) {
                            break frame;
                        }
                        if (entered == Calls.YIELDED) {
                            return;
                        }
                        s = t.stack;
                        if ((i >>> 14 & 511) != 0) {
                            t.top = f.top;
                        }
                        continue;
                    }
                    case Opcode.TAILCALL: {
                        int b = i >>> 23;
                        if (b != 0) {
                            t.top = ra + b;
                        }
                        f.pc = pc;
                        if (--budget.left < 0) {
                            budget.elapsed(t);
                        }
                        int entered = Calls.enter(t, ra, Calls.ALL);
                        if (entered == Calls.LUA) {
                            Calls.replaceCaller(t);
                            break frame;
                        }
                        if (entered == Calls.YIELDED) {
                            return;
                        }
                        s = t.stack;
                        continue;
                    }
                    case Opcode.RETURN: {
                        int b = i >>> 23;
                        if (b != 0) {
                            t.top = ra + b - 1;
                        }
                        if (t.openUpvalues != null) {
                            Calls.closeUpvalues(t, base);
                        }
                        boolean isOpen = Calls.leave(t, ra);
                        if (t.depth < entryDepth) {
                            return;
                        }
                        if (!isOpen) {
                            t.top = t.frame.top;
                        }
                        break frame;
                    }
                    case Opcode.FORLOOP: {
                        double step = (Double) s[ra + 2];
                        double index = (Double) s[ra] + step;
                        double limit = (Double) s[ra + 1];
                        if (step > 0 ? index <= limit : limit <= index) {
                            Double boxed = index;
                            pc += (i >>> 14) - Opcode.MAX_SBX;
                            s[ra] = boxed;
                            s[ra + 3] = boxed;
                            if (--budget.left < 0) {
                                f.pc = pc;
                                budget.elapsed(t);
                            }
                        }
                        continue;
                    }
                    case Opcode.FORPREP:
                        f.pc = pc;
                        Loops.prepare(t, ra);
                        pc += (i >>> 14) - Opcode.MAX_SBX;
                        continue;
                    case Opcode.TFORLOOP: {
                        f.pc = pc;
                        if (--budget.left < 0) {
                            budget.elapsed(t);
                        }
                        boolean hasMore = Loops.next(t, f, ra, i >>> 14 & 511);
                        s = t.stack;
                        pc += hasMore ? 0 : 1;
                        continue;
                    }
                    case Opcode.SETLIST: {
                        int c = i >>> 14 & 511;
                        if (c == 0) {
                            c = code[pc++];
                        }
                        f.pc = pc;
                        Instructions.setList(t, f, ra, i >>> 23, c);
                        continue;
                    }
                    case Opcode.CLOSE:
                        Calls.closeUpvalues(t, ra);
                        continue;
                    case Opcode.CLOSURE:
                        f.pc = pc;
                        pc = Instructions.makeClosure(t, closure, base, ra, i >>> 14, pc);
                        continue;
                    case Opcode.VARARG:
                        f.pc = pc;
                        Instructions.varargs(t, f, ra, (i >>> 23) - 1);
                        s = t.stack;
                        continue;
                    default:
                        throw new IllegalStateException("instruction " + (i & 63));
                }
            }
        }
    }

    private static final Metamethod[] EVENTS = {
        Metamethod.ADD, Metamethod.SUB, Metamethod.MUL, Metamethod.DIV, Metamethod.MOD, Metamethod.POW
    };

    private static int register(int operand) {
        return operand >= Opcode.CONSTANT_BIT ? -1 : operand;
    }
}
