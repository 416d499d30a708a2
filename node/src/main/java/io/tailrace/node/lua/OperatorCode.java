package io.tailrace.node.lua;

import io.tailrace.node.lua.Expression.Kind;

/** Operators in the code of one function. What can be computed now is. */
final class OperatorCode {
    private final FunctionBuilder f;
    private final ExpressionCode values;

    OperatorCode(FunctionBuilder f, ExpressionCode values) {
        this.f = f;
        this.values = values;
    }

    private static boolean fold(int op, Expression a, Expression b) {
        if (!a.isNumeral() || !b.isNumeral() || op == Opcode.LEN || op == Opcode.CONCAT) {
            return false;
        }
        if ((op == Opcode.DIV || op == Opcode.MOD) && b.number == 0) {
            return false;
        }
        double result =
                Operators.compute(Metamethod.values()[op - Opcode.ADD + Metamethod.ADD.ordinal()], a.number, b.number);
        if (result != result) {
            return false;
        }
        a.number = result;
        return true;
    }

    private void arithmetic(int op, Expression a, Expression b) {
        if (fold(op, a, b)) {
            return;
        }
        int second = op == Opcode.UNM || op == Opcode.LEN ? 0 : values.toOperand(b);
        int first = values.toOperand(a);
        if (first > second) {
            values.free(a);
            values.free(b);
        } else {
            values.free(b);
            values.free(a);
        }
        a.become(Kind.RELOCATABLE, f.abc(op, 0, first, second));
    }

    private void compare(int op, boolean condition, Expression a, Expression b) {
        int first = values.toOperand(a);
        int second = values.toOperand(b);
        values.free(b);
        values.free(a);
        boolean isSwapped = !condition && op != Opcode.EQ;
        a.become(
                Kind.JUMP,
                f.conditionalJump(
                        op, condition || isSwapped ? 1 : 0, isSwapped ? second : first, isSwapped ? first : second));
    }

    void prefix(int token, Expression e) {
        Expression zero = new Expression(Kind.NUMBER, 0);
        if (token == '-') {
            if (!e.isNumeral()) {
                values.toAnyRegister(e);
            }
            arithmetic(Opcode.UNM, e, zero);
        } else if (token == Token.NOT) {
            values.not(e);
        } else {
            values.toAnyRegister(e);
            arithmetic(Opcode.LEN, e, zero);
        }
    }

    /** After the left operand. */
    void infix(BinaryOperator op, Expression e) {
        switch (op) {
            case AND:
                values.goIfTrue(e);
                break;
            case OR:
                values.goIfFalse(e);
                break;
            case CONCAT:
                values.toNextRegister(e);
                break;
            default:
                if (!op.isArithmetic() || !e.isNumeral()) {
                    values.toOperand(e);
                }
                break;
        }
    }

    /** After both operands. */
    void posfix(BinaryOperator op, Expression a, Expression b) {
        switch (op) {
            case AND:
                values.discharge(b);
                b.falseJumps = f.concat(b.falseJumps, a.falseJumps);
                a.copy(b);
                break;
            case OR:
                values.discharge(b);
                b.trueJumps = f.concat(b.trueJumps, a.trueJumps);
                a.copy(b);
                break;
            case CONCAT:
                concat(a, b);
                break;
            default:
                if (op.isArithmetic()) {
                    arithmetic(op.opcode, a, b);
                } else {
                    compare(op.opcode, op.condition, a, b);
                }
                break;
        }
    }

    private void concat(Expression a, Expression b) {
        values.toValue(b);
        if (b.kind == Kind.RELOCATABLE && Opcode.op(f.code[b.info]) == Opcode.CONCAT) {
            values.free(a);
            f.code[b.info] = Opcode.withB(f.code[b.info], a.info);
            a.become(Kind.RELOCATABLE, b.info);
        } else {
            values.toNextRegister(b);
            arithmetic(Opcode.CONCAT, a, b);
        }
    }
}
