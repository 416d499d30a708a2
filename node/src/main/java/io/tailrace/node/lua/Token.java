package io.tailrace.node.lua;

import java.util.HashMap;
import java.util.Map;

/** The kinds of tokens: a sign is its byte; words and longer signs come after. */
final class Token {
    static final int AND = 257;
    static final int BREAK = 258;
    static final int DO = 259;
    static final int ELSE = 260;
    static final int ELSEIF = 261;
    static final int END = 262;
    static final int FALSE = 263;
    static final int FOR = 264;
    static final int FUNCTION = 265;
    static final int IF = 266;
    static final int IN = 267;
    static final int LOCAL = 268;
    static final int NIL = 269;
    static final int NOT = 270;
    static final int OR = 271;
    static final int REPEAT = 272;
    static final int RETURN = 273;
    static final int THEN = 274;
    static final int TRUE = 275;
    static final int UNTIL = 276;
    static final int WHILE = 277;
    static final int CONCAT = 278;
    static final int DOTS = 279;
    static final int EQ = 280;
    static final int GE = 281;
    static final int LE = 282;
    static final int NE = 283;
    static final int NUMBER = 284;
    static final int NAME = 285;
    static final int STRING = 286;
    static final int EOS = 287;

    private static final String[] TEXTS = {
        "and",
        "break",
        "do",
        "else",
        "elseif",
        "end",
        "false",
        "for",
        "function",
        "if",
        "in",
        "local",
        "nil",
        "not",
        "or",
        "repeat",
        "return",
        "then",
        "true",
        "until",
        "while",
        "..",
        "...",
        "==",
        ">=",
        "<=",
        "~=",
        "<number>",
        "<name>",
        "<string>",
        "<eof>"
    };

    private static final Map<LuaString, Integer> WORDS = new HashMap<>();

    static {
        for (int i = AND; i <= WHILE; i++) {
            WORDS.put(LuaString.of(TEXTS[i - AND]), i);
        }
    }

    private Token() {}

    /** NAME if it is no reserved word. */
    static int ofWord(LuaString word) {
        return WORDS.getOrDefault(word, NAME);
    }

    /** As messages show it. */
    static LuaString text(int token) {
        if (token >= AND) {
            return LuaString.of(TEXTS[token - AND]);
        }
        boolean isControl = token < 32 || token == 127;
        return isControl ? LuaString.of("char(" + token + ")") : LuaString.wrap(new byte[] {(byte) token});
    }
}
