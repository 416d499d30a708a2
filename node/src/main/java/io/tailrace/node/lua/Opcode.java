package io.tailrace.node.lua;

/**
 * The instructions: those of Lua 5.1, so that a function's registers, and with them the names in error messages, are the same.
 *
 * <pre>
 *   31       23       14       6      0
 *   +--------+--------+--------+------+
 *   |   B    |   C    |   A    |  op  |      B, C: a register, or from 256 a constant
 *   +--------+--------+--------+------+
 *   |       Bx        |   A    |  op  |      sBx: Bx less 131071
 *   +-----------------+--------+------+
 * </pre>
 */
final class Opcode {
    static final int MOVE = 0;
    static final int LOADK = 1;
    static final int LOADBOOL = 2;
    static final int LOADNIL = 3;
    static final int GETUPVAL = 4;
    static final int GETGLOBAL = 5;
    static final int GETTABLE = 6;
    static final int SETGLOBAL = 7;
    static final int SETUPVAL = 8;
    static final int SETTABLE = 9;
    static final int NEWTABLE = 10;
    static final int SELF = 11;
    static final int ADD = 12;
    static final int SUB = 13;
    static final int MUL = 14;
    static final int DIV = 15;
    static final int MOD = 16;
    static final int POW = 17;
    static final int UNM = 18;
    static final int NOT = 19;
    static final int LEN = 20;
    static final int CONCAT = 21;
    static final int JMP = 22;
    static final int EQ = 23;
    static final int LT = 24;
    static final int LE = 25;
    static final int TEST = 26;
    static final int TESTSET = 27;
    static final int CALL = 28;
    static final int TAILCALL = 29;
    static final int RETURN = 30;
    static final int FORLOOP = 31;
    static final int FORPREP = 32;
    static final int TFORLOOP = 33;
    static final int SETLIST = 34;
    static final int CLOSE = 35;
    static final int CLOSURE = 36;
    static final int VARARG = 37;

    static final int MAX_BX = (1 << 18) - 1;
    static final int MAX_SBX = MAX_BX >> 1;
    static final int MAX_A = 255;
    static final int MAX_BC = 511;
    static final int CONSTANT_BIT = 256;
    static final int MAX_CONSTANT_OPERAND = 255;
    static final int NO_REGISTER = MAX_A;
    static final int FIELDS_PER_FLUSH = 50;

    private Opcode() {}

    static int abc(int op, int a, int b, int c) {
        return op | a << 6 | c << 14 | b << 23;
    }

    static int abx(int op, int a, int bx) {
        return op | a << 6 | bx << 14;
    }

    static int op(int i) {
        return i & 63;
    }

    static int a(int i) {
        return i >>> 6 & 255;
    }

    static int b(int i) {
        return i >>> 23;
    }

    static int c(int i) {
        return i >>> 14 & 511;
    }

    static int bx(int i) {
        return i >>> 14;
    }

    static int sbx(int i) {
        return (i >>> 14) - MAX_SBX;
    }

    static int withA(int i, int a) {
        return i & ~(255 << 6) | a << 6;
    }

    static int withB(int i, int b) {
        return i & ~(511 << 23) | b << 23;
    }

    static int withC(int i, int c) {
        return i & ~(511 << 14) | c << 14;
    }

    static int withSbx(int i, int sbx) {
        return i & (1 << 14) - 1 | sbx + MAX_SBX << 14;
    }

    /** Whether the next instruction is a jump that belongs to this one. */
    static boolean isTest(int op) {
        return op == EQ || op == LT || op == LE || op == TEST || op == TESTSET || op == TFORLOOP;
    }

    /** Whether register A counts as changed in the search for a variable's name: after a test too, as there. */
    static boolean setsA(int op) {
        switch (op) {
            case SETGLOBAL:
            case SETUPVAL:
            case SETTABLE:
            case JMP:
            case EQ:
            case LT:
            case LE:
            case RETURN:
            case TFORLOOP:
            case SETLIST:
            case CLOSE:
                return false;
            default:
                return true;
        }
    }
}
