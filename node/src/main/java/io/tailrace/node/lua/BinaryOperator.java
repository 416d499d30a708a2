package io.tailrace.node.lua;

/** The operators between two operands, with how strongly they bind to the left and to the right. */
enum BinaryOperator {
    ADD('+', 6, 6, Opcode.ADD, true),
    SUB('-', 6, 6, Opcode.SUB, true),
    MUL('*', 7, 7, Opcode.MUL, true),
    DIV('/', 7, 7, Opcode.DIV, true),
    MOD('%', 7, 7, Opcode.MOD, true),
    POW('^', 10, 9, Opcode.POW, true),
    CONCAT(Token.CONCAT, 5, 4, Opcode.CONCAT, true),
    NE(Token.NE, 3, 3, Opcode.EQ, false),
    EQ(Token.EQ, 3, 3, Opcode.EQ, true),
    LT('<', 3, 3, Opcode.LT, true),
    LE(Token.LE, 3, 3, Opcode.LE, true),
    GT('>', 3, 3, Opcode.LT, false),
    GE(Token.GE, 3, 3, Opcode.LE, false),
    AND(Token.AND, 2, 2, 0, true),
    OR(Token.OR, 1, 1, 0, true);

    static final int UNARY_PRIORITY = 8;

    private static final BinaryOperator[] ALL = values();

    final int token;
    final int left;
    final int right;
    final int opcode;
    final boolean condition;

    BinaryOperator(int token, int left, int right, int opcode, boolean condition) {
        this.token = token;
        this.left = left;
        this.right = right;
        this.opcode = opcode;
        this.condition = condition;
    }

    boolean isArithmetic() {
        return ordinal() <= POW.ordinal();
    }

    /** Null if the token is none. */
    static BinaryOperator of(int token) {
        for (BinaryOperator op : ALL) {
            if (op.token == token) {
                return op;
            }
        }
        return null;
    }
}
