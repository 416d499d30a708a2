package io.tailrace.node.lua;

import static io.tailrace.node.lua.Expression.NO_JUMP;

import io.tailrace.node.lua.Expression.Kind;

/** Puts the values of expressions into registers, variables and conditions, in the code of one function. */
final class ExpressionCode {
    private final FunctionBuilder f;

    ExpressionCode(FunctionBuilder f) {
        this.f = f;
    }

    void setResults(Expression e, int results) {
        if (e.kind == Kind.CALL) {
            f.code[e.info] = Opcode.withC(f.code[e.info], results + 1);
        } else if (e.kind == Kind.VARARG) {
            f.code[e.info] = Opcode.withA(Opcode.withB(f.code[e.info], results + 1), f.freeRegister);
            f.reserve(1);
        }
    }

    void setOneResult(Expression e) {
        if (e.kind == Kind.CALL) {
            e.become(Kind.REGISTER, Opcode.a(f.code[e.info]));
        } else if (e.kind == Kind.VARARG) {
            f.code[e.info] = Opcode.withB(f.code[e.info], 2);
            e.kind = Kind.RELOCATABLE;
        }
    }

    /** A variable's value is fetched; the register may be still open. */
    void discharge(Expression e) {
        switch (e.kind) {
            case LOCAL:
                e.kind = Kind.REGISTER;
                break;
            case UPVALUE:
                e.become(Kind.RELOCATABLE, f.abc(Opcode.GETUPVAL, 0, e.info, 0));
                break;
            case GLOBAL:
                e.become(Kind.RELOCATABLE, f.abx(Opcode.GETGLOBAL, 0, e.info));
                break;
            case INDEXED:
                f.free(e.key);
                f.free(e.info);
                e.become(Kind.RELOCATABLE, f.abc(Opcode.GETTABLE, 0, e.info, e.key));
                break;
            case CALL:
            case VARARG:
                setOneResult(e);
                break;
            default:
                break;
        }
    }

    void free(Expression e) {
        if (e.kind == Kind.REGISTER) {
            f.free(e.info);
        }
    }

    private void dischargeTo(Expression e, int register) {
        discharge(e);
        switch (e.kind) {
            case NIL:
                f.nil(register, 1);
                break;
            case TRUE:
            case FALSE:
                f.abc(Opcode.LOADBOOL, register, e.kind == Kind.TRUE ? 1 : 0, 0);
                break;
            case CONSTANT:
                f.abx(Opcode.LOADK, register, e.info);
                break;
            case NUMBER:
                f.abx(Opcode.LOADK, register, f.constant(e.number));
                break;
            case RELOCATABLE:
                f.code[e.info] = Opcode.withA(f.code[e.info], register);
                break;
            case REGISTER:
                if (register != e.info) {
                    f.abc(Opcode.MOVE, register, e.info, 0);
                }
                break;
            default:
                return;
        }
        e.become(Kind.REGISTER, register);
    }

    private void dischargeToAny(Expression e) {
        if (e.kind != Kind.REGISTER) {
            f.reserve(1);
            dischargeTo(e, f.freeRegister - 1);
        }
    }

    void toRegister(Expression e, int register) {
        dischargeTo(e, register);
        if (e.kind == Kind.JUMP) {
            e.trueJumps = f.concat(e.trueJumps, e.info);
        }
        if (e.hasJumps()) {
            int loadFalse = NO_JUMP;
            int loadTrue = NO_JUMP;
            if (f.needsValue(e.trueJumps) || f.needsValue(e.falseJumps)) {
                int over = e.kind == Kind.JUMP ? NO_JUMP : f.jump();
                f.label();
                loadFalse = f.abc(Opcode.LOADBOOL, register, 0, 1);
                f.label();
                loadTrue = f.abc(Opcode.LOADBOOL, register, 1, 0);
                f.patchHere(over);
            }
            int end = f.label();
            f.patch(e.falseJumps, end, register, loadFalse);
            f.patch(e.trueJumps, end, register, loadTrue);
        }
        e.init(Kind.REGISTER, register);
    }

    void toNextRegister(Expression e) {
        discharge(e);
        free(e);
        f.reserve(1);
        toRegister(e, f.freeRegister - 1);
    }

    int toAnyRegister(Expression e) {
        discharge(e);
        if (e.kind == Kind.REGISTER) {
            if (!e.hasJumps()) {
                return e.info;
            }
            if (e.info >= f.activeLocals) {
                toRegister(e, e.info);
                return e.info;
            }
        }
        toNextRegister(e);
        return e.info;
    }

    void toValue(Expression e) {
        if (e.hasJumps()) {
            toAnyRegister(e);
        } else {
            discharge(e);
        }
    }

    /** A register, or a constant with the bit that says so. */
    int toOperand(Expression e) {
        toValue(e);
        switch (e.kind) {
            case NUMBER:
            case TRUE:
            case FALSE:
            case NIL:
                if (f.constantCount() <= Opcode.MAX_CONSTANT_OPERAND) {
                    e.become(Kind.CONSTANT, constantOf(e));
                    return e.info | Opcode.CONSTANT_BIT;
                }
                break;
            case CONSTANT:
                if (e.info <= Opcode.MAX_CONSTANT_OPERAND) {
                    return e.info | Opcode.CONSTANT_BIT;
                }
                break;
            default:
                break;
        }
        return toAnyRegister(e);
    }

    private int constantOf(Expression e) {
        if (e.kind == Kind.NIL) {
            return f.constantNil();
        }
        return e.kind == Kind.NUMBER ? f.constant(e.number) : f.constant(e.kind == Kind.TRUE);
    }

    void store(Expression variable, Expression value) {
        switch (variable.kind) {
            case LOCAL:
                free(value);
                toRegister(value, variable.info);
                return;
            case UPVALUE:
                f.abc(Opcode.SETUPVAL, toAnyRegister(value), variable.info, 0);
                break;
            case GLOBAL:
                f.abx(Opcode.SETGLOBAL, toAnyRegister(value), variable.info);
                break;
            default:
                f.abc(Opcode.SETTABLE, variable.info, variable.key, toOperand(value));
                break;
        }
        free(value);
    }

    void self(Expression e, Expression key) {
        toAnyRegister(e);
        free(e);
        int function = f.freeRegister;
        f.reserve(2);
        f.abc(Opcode.SELF, function, e.info, toOperand(key));
        free(key);
        e.become(Kind.REGISTER, function);
    }

    void indexed(Expression table, Expression key) {
        table.key = toOperand(key);
        table.kind = Kind.INDEXED;
    }

    // conditions

    private void invert(Expression e) {
        int at = f.control(e.info);
        f.code[at] = Opcode.withA(f.code[at], Opcode.a(f.code[at]) == 0 ? 1 : 0);
    }

    private int jumpOn(Expression e, boolean condition) {
        if (e.kind == Kind.RELOCATABLE && Opcode.op(f.code[e.info]) == Opcode.NOT) {
            int operand = Opcode.b(f.code[e.info]);
            f.removeLast();
            return f.conditionalJump(Opcode.TEST, operand, 0, condition ? 0 : 1);
        }
        dischargeToAny(e);
        free(e);
        return f.conditionalJump(Opcode.TESTSET, Opcode.NO_REGISTER, e.info, condition ? 1 : 0);
    }

    /** Continues if true; else jumps. */
    void goIfTrue(Expression e) {
        discharge(e);
        int jump;
        switch (e.kind) {
            case CONSTANT:
            case NUMBER:
            case TRUE:
                jump = NO_JUMP;
                break;
            case JUMP:
                invert(e);
                jump = e.info;
                break;
            default:
                jump = jumpOn(e, false);
                break;
        }
        e.falseJumps = f.concat(e.falseJumps, jump);
        f.patchHere(e.trueJumps);
        e.trueJumps = NO_JUMP;
    }

    void goIfFalse(Expression e) {
        discharge(e);
        int jump;
        switch (e.kind) {
            case NIL:
            case FALSE:
                jump = NO_JUMP;
                break;
            case JUMP:
                jump = e.info;
                break;
            default:
                jump = jumpOn(e, true);
                break;
        }
        e.trueJumps = f.concat(e.trueJumps, jump);
        f.patchHere(e.falseJumps);
        e.falseJumps = NO_JUMP;
    }

    void not(Expression e) {
        discharge(e);
        switch (e.kind) {
            case NIL:
            case FALSE:
                e.kind = Kind.TRUE;
                break;
            case CONSTANT:
            case NUMBER:
            case TRUE:
                e.kind = Kind.FALSE;
                break;
            case JUMP:
                invert(e);
                break;
            default:
                dischargeToAny(e);
                free(e);
                e.become(Kind.RELOCATABLE, f.abc(Opcode.NOT, 0, e.info, 0));
                break;
        }
        int swapped = e.falseJumps;
        e.falseJumps = e.trueJumps;
        e.trueJumps = swapped;
        f.removeValues(e.falseJumps);
        f.removeValues(e.trueJumps);
    }
}
