package io.tailrace.node.lua;

/** The compiled form of a function, shared by its closures. Never changes once the compiler has made it. */
final class Prototype {
    static final int HAS_ARG = 1;
    static final int IS_VARARG = 2;
    static final int NEEDS_ARG = 4;

    LuaString source;
    int lineDefined;
    int lastLineDefined;
    int[] code;
    int[] lines;
    Object[] constants;
    Prototype[] children;
    LocalVariable[] locals;
    LuaString[] upvalueNames;
    int upvalueCount;
    int parameterCount;
    int varargFlags;
    int maxStack = 2;
    /** The walk that has met it last. */
    int mark;

    /** A local variable's name and the instructions within which it lives: from start up to end, exclusive. */
    static final class LocalVariable {
        final LuaString name;
        int start;
        int end;

        LocalVariable(LuaString name) {
            this.name = name;
        }
    }

    /** The name of the nth (from 1) local variable that lives at an instruction, or null. */
    LuaString localName(int number, int pc) {
        int left = number;
        for (int i = 0; i < locals.length && locals[i].start <= pc; i++) {
            if (pc < locals[i].end && --left == 0) {
                return locals[i].name;
            }
        }
        return null;
    }
}
