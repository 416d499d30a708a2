package io.tailrace.node.lua;

import static io.tailrace.node.lua.Expression.NO_JUMP;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One function under compilation: its code, jumps that wait for their target, registers and constants. */
final class FunctionBuilder {
    static final int MAX_LOCALS = 200;
    static final int MAX_UPVALUES = 60;
    private static final int MAX_STACK = 250;

    /** A block of statements. */
    static final class Block {
        Block outer;
        int breaks = NO_JUMP;
        int activeLocals;
        boolean hasUpvalue;
        boolean isBreakable;
    }

    /** Where an upvalue is in the enclosing function. */
    static final class UpvalueSource {
        final boolean isLocal;
        final int index;

        UpvalueSource(boolean isLocal, int index) {
            this.isLocal = isLocal;
            this.index = index;
        }
    }

    private static final Object NIL_KEY = new Object();

    final Prototype prototype = new Prototype();
    final FunctionBuilder outer;
    final Lexer lexer;
    Block block;
    int pc;
    int lastTarget = -1;
    private int jumpsHere = NO_JUMP;
    int freeRegister;
    int activeLocals;
    final int[] active = new int[MAX_LOCALS];
    final List<Prototype.LocalVariable> locals = new ArrayList<>();
    final List<UpvalueSource> upvalues = new ArrayList<>();
    final List<LuaString> upvalueNames = new ArrayList<>();
    final List<Prototype> children = new ArrayList<>();
    private final List<Object> constants = new ArrayList<>();
    private final Map<Object, Integer> constantIndexes = new HashMap<>();
    int[] code = new int[16];
    private int[] lines = new int[16];

    FunctionBuilder(FunctionBuilder outer, Lexer lexer, LuaString source) {
        this.outer = outer;
        this.lexer = lexer;
        prototype.source = source;
    }

    Prototype finish() {
        prototype.code = Arrays.copyOf(code, pc);
        prototype.lines = Arrays.copyOf(lines, pc);
        prototype.constants = constants.toArray();
        prototype.children = children.toArray(new Prototype[0]);
        prototype.locals = locals.toArray(new Prototype.LocalVariable[0]);
        prototype.upvalueNames = upvalueNames.toArray(new LuaString[0]);
        prototype.upvalueCount = upvalues.size();
        return prototype;
    }

    // instructions

    int emit(int instruction, int line) {
        dischargeJumps();
        if (pc == code.length) {
            code = Arrays.copyOf(code, pc * 2);
            lines = Arrays.copyOf(lines, pc * 2);
        }
        code[pc] = instruction;
        lines[pc] = line;
        return pc++;
    }

    int abc(int op, int a, int b, int c) {
        return emit(Opcode.abc(op, a, b, c), lexer.lastLine);
    }

    int abx(int op, int a, int bx) {
        return emit(Opcode.abx(op, a, bx), lexer.lastLine);
    }

    int asbx(int op, int a, int sbx) {
        return abx(op, a, sbx + Opcode.MAX_SBX);
    }

    void fixLine(int line) {
        lines[pc - 1] = line;
    }

    void removeLast() {
        pc--;
    }

    void nil(int from, int count) {
        if (pc > lastTarget) {
            if (pc == 0) {
                if (from >= activeLocals) {
                    return;
                }
            } else if (Opcode.op(code[pc - 1]) == Opcode.LOADNIL) {
                int first = Opcode.a(code[pc - 1]);
                int last = Opcode.b(code[pc - 1]);
                if (first <= from && from <= last + 1) {
                    code[pc - 1] = Opcode.withB(code[pc - 1], Math.max(last, from + count - 1));
                    return;
                }
            }
        }
        abc(Opcode.LOADNIL, from, from + count - 1, 0);
    }

    void returnOf(int first, int count) {
        abc(Opcode.RETURN, first, count + 1, 0);
    }

    void setList(int table, int elements, int toStore) {
        int block = (elements - 1) / Opcode.FIELDS_PER_FLUSH + 1;
        int count = toStore == Calls.ALL ? 0 : toStore;
        if (block <= Opcode.MAX_BC) {
            abc(Opcode.SETLIST, table, count, block);
        } else {
            abc(Opcode.SETLIST, table, count, 0);
            emit(block, lexer.lastLine);
        }
        freeRegister = table + 1;
    }

    // jumps: a list is linked by the jumps' own targets

    int jump() {
        int pending = jumpsHere;
        jumpsHere = NO_JUMP;
        int jump = asbx(Opcode.JMP, 0, NO_JUMP);
        return concat(jump, pending);
    }

    int conditionalJump(int op, int a, int b, int c) {
        abc(op, a, b, c);
        return jump();
    }

    int label() {
        lastTarget = pc;
        return pc;
    }

    /** One list of two. */
    int concat(int list, int other) {
        if (other == NO_JUMP) {
            return list;
        }
        if (list == NO_JUMP) {
            return other;
        }
        int at = list;
        for (int next = target(at); next != NO_JUMP; next = target(at)) {
            at = next;
        }
        fixJump(at, other);
        return list;
    }

    private int target(int jump) {
        int by = Opcode.sbx(code[jump]);
        return by == NO_JUMP ? NO_JUMP : jump + 1 + by;
    }

    private void fixJump(int jump, int target) {
        int by = target - (jump + 1);
        if (Math.abs(by) > Opcode.MAX_SBX) {
            throw lexer.syntaxError("control structure too long");
        }
        code[jump] = Opcode.withSbx(code[jump], by);
    }

    /** The test that a jump belongs to, or the jump itself. */
    int control(int jump) {
        return jump >= 1 && Opcode.isTest(Opcode.op(code[jump - 1])) ? jump - 1 : jump;
    }

    boolean needsValue(int list) {
        for (int at = list; at != NO_JUMP; at = target(at)) {
            if (Opcode.op(code[control(at)]) != Opcode.TESTSET) {
                return true;
            }
        }
        return false;
    }

    private boolean patchTest(int jump, int register) {
        int at = control(jump);
        int i = code[at];
        if (Opcode.op(i) != Opcode.TESTSET) {
            return false;
        }
        code[at] = register != Opcode.NO_REGISTER && register != Opcode.b(i)
                ? Opcode.withA(i, register)
                : Opcode.abc(Opcode.TEST, Opcode.b(i), 0, Opcode.c(i));
        return true;
    }

    void removeValues(int list) {
        for (int at = list; at != NO_JUMP; at = target(at)) {
            patchTest(at, Opcode.NO_REGISTER);
        }
    }

    void patch(int list, int valueTarget, int register, int defaultTarget) {
        int at = list;
        while (at != NO_JUMP) {
            int next = target(at);
            fixJump(at, patchTest(at, register) ? valueTarget : defaultTarget);
            at = next;
        }
    }

    void patch(int list, int target) {
        if (target == pc) {
            patchHere(list);
        } else {
            patch(list, target, Opcode.NO_REGISTER, target);
        }
    }

    void patchHere(int list) {
        label();
        jumpsHere = concat(jumpsHere, list);
    }

    private void dischargeJumps() {
        int list = jumpsHere;
        jumpsHere = NO_JUMP;
        patch(list, pc, Opcode.NO_REGISTER, pc);
    }

    // registers

    void checkStack(int more) {
        int size = freeRegister + more;
        if (size > prototype.maxStack) {
            if (size >= MAX_STACK) {
                throw lexer.syntaxError("function or expression too complex");
            }
            prototype.maxStack = size;
        }
    }

    void reserve(int count) {
        checkStack(count);
        freeRegister += count;
    }

    void free(int register) {
        if (register < Opcode.CONSTANT_BIT && register >= activeLocals) {
            freeRegister--;
        }
    }

    // constants

    int constantCount() {
        return constants.size();
    }

    int constant(LuaString text) {
        return constant(text, text);
    }

    int constant(double number) {
        return constant(number == 0 ? (Double) 0.0 : (Double) number, (Double) number);
    }

    int constant(boolean value) {
        return constant(value, (Object) value);
    }

    int constantNil() {
        return constant(NIL_KEY, null);
    }

    private int constant(Object key, Object value) {
        Integer known = constantIndexes.get(key);
        if (known != null) {
            return known;
        }
        if (constants.size() > Opcode.MAX_BX) {
            throw lexer.error("constant table overflow", 0);
        }
        constantIndexes.put(key, constants.size());
        constants.add(value);
        return constants.size() - 1;
    }

    LuaError limit(int limit, String what) {
        String where = prototype.lineDefined == 0 ? "main function" : "function at line " + prototype.lineDefined;
        return lexer.error(where + " has more than " + limit + " " + what, 0);
    }
}
