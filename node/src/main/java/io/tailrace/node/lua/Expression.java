package io.tailrace.node.lua;

/** What the compiler knows of an expression while it decides where its value is to be. */
final class Expression {
    enum Kind {
        /** None: an empty list. */
        VOID,
        NIL,
        TRUE,
        FALSE,
        /** A constant: its index. */
        CONSTANT,
        /** A number that isn't among the constants yet. */
        NUMBER,
        /** A local variable: its register. */
        LOCAL,
        UPVALUE,
        /** The index of its name among the constants. */
        GLOBAL,
        /** info: the table's register, key: a register or constant. */
        INDEXED,
        /** A comparison: the jump's instruction. */
        JUMP,
        /** An instruction whose register can still be chosen. */
        RELOCATABLE,
        /** Fixed in a register. */
        REGISTER,
        CALL,
        VARARG
    }

    static final int NO_JUMP = -1;

    Kind kind;
    int info;
    int key;
    double number;
    /** Jumps taken when the value is true, and when it is false. */
    int trueJumps = NO_JUMP;

    int falseJumps = NO_JUMP;

    Expression() {
        this(Kind.VOID, 0);
    }

    Expression(Kind kind, int info) {
        this.kind = kind;
        this.info = info;
    }

    void become(Kind newKind, int newInfo) {
        kind = newKind;
        info = newInfo;
    }

    void init(Kind newKind, int newInfo) {
        become(newKind, newInfo);
        trueJumps = NO_JUMP;
        falseJumps = NO_JUMP;
    }

    void copy(Expression other) {
        kind = other.kind;
        info = other.info;
        key = other.key;
        number = other.number;
        trueJumps = other.trueJumps;
        falseJumps = other.falseJumps;
    }

    boolean hasJumps() {
        return trueJumps != falseJumps;
    }

    boolean hasManyResults() {
        return kind == Kind.CALL || kind == Kind.VARARG;
    }

    boolean isNumeral() {
        return kind == Kind.NUMBER && trueJumps == NO_JUMP && falseJumps == NO_JUMP;
    }
}
