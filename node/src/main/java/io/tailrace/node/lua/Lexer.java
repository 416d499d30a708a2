package io.tailrace.node.lua;

import java.util.Arrays;

/** Cuts source into tokens. The text of the token being read stays in a buffer, since messages show it. */
final class Lexer {
    private static final int END = -1;
    private static final int MAX_SHORT_SOURCE = 80;

    private final byte[] source;
    private final LuaString chunkName;
    private int position;
    private int current;
    private byte[] text = new byte[32];
    private int textLength;
    /** The line being read, and that of the last token taken. */
    int line = 1;

    int lastLine = 1;
    /** The token at hand, with its value if it is a number, a name or a string. */
    int token;

    Object value;
    private int ahead = Token.EOS;
    private Object valueAhead;
    private Object lexedValue;

    Lexer(byte[] source, LuaString chunkName) {
        this.source = source;
        this.chunkName = chunkName;
        advance();
    }

    void next() {
        lastLine = line;
        if (ahead != Token.EOS) {
            token = ahead;
            value = valueAhead;
            ahead = Token.EOS;
        } else {
            token = lex();
            value = lexedValue;
        }
    }

    int lookAhead() {
        ahead = lex();
        valueAhead = lexedValue;
        return ahead;
    }

    LuaError syntaxError(String message) {
        return error(message, token);
    }

    /** @param near the token to show, 0 for none */
    LuaError error(String message, int near) {
        LuaString shown = LuaString.of(message);
        if (near != 0) {
            boolean isRaw = near == Token.NAME || near == Token.STRING || near == Token.NUMBER;
            LuaString nearText = isRaw ? Errors.cString(LuaString.copyOf(text, 0, textLength)) : Token.text(near);
            shown = Errors.join(Errors.join(shown, " near '", nearText), "'", LuaString.EMPTY);
        }
        return new LuaError(Errors.join(Errors.shortSource(chunkName, MAX_SHORT_SOURCE), ":" + line + ": ", shown));
    }

    private void advance() {
        current = position < source.length ? source[position++] & 0xff : END;
    }

    private void save(int c) {
        if (textLength == text.length) {
            text = Arrays.copyOf(text, textLength * 2);
        }
        text[textLength++] = (byte) c;
    }

    private void saveAndAdvance() {
        save(current);
        advance();
    }

    private boolean isLineEnd() {
        return current == '\n' || current == '\r';
    }

    private void newLine() {
        int first = current;
        advance();
        if (isLineEnd() && current != first) {
            advance();
        }
        line++;
    }

    private int lex() {
        textLength = 0;
        lexedValue = null;
        while (true) {
            switch (current) {
                case END:
                    return Token.EOS;
                case '\n':
                case '\r':
                    newLine();
                    continue;
                case '-':
                    advance();
                    if (current != '-') {
                        return '-';
                    }
                    skipComment();
                    continue;
                case '[':
                    return bracket();
                case '=':
                    return orEquals('=', Token.EQ);
                case '<':
                    return orEquals('<', Token.LE);
                case '>':
                    return orEquals('>', Token.GE);
                case '~':
                    return orEquals('~', Token.NE);
                case '"':
                case '\'':
                    readString(current);
                    return Token.STRING;
                case '.':
                    return dots();
                default:
                    if (Numbers.isBlank(current)) {
                        advance();
                        continue;
                    }
                    return other();
            }
        }
    }

    private int orEquals(int sign, int withEquals) {
        advance();
        if (current != '=') {
            return sign;
        }
        advance();
        return withEquals;
    }

    private int bracket() {
        int level = separator();
        if (level >= 0) {
            readLong(true, level);
            return Token.STRING;
        }
        if (level == -1) {
            return '[';
        }
        throw error("invalid long string delimiter", Token.STRING);
    }

    private int dots() {
        saveAndAdvance();
        if (current == '.') {
            advance();
            if (current == '.') {
                advance();
                return Token.DOTS;
            }
            return Token.CONCAT;
        }
        return isDigit(current) ? number() : '.';
    }

    private int other() {
        if (isDigit(current)) {
            return number();
        }
        if (!isNamePart(current)) {
            int sign = current;
            advance();
            return sign;
        }
        while (isNamePart(current)) {
            saveAndAdvance();
        }
        LuaString word = LuaString.copyOf(text, 0, textLength);
        int kind = Token.ofWord(word);
        lexedValue = kind == Token.NAME ? word : null;
        return kind;
    }

    private int number() {
        while (isDigit(current) || current == '.') {
            saveAndAdvance();
        }
        if (current == 'e' || current == 'E') {
            saveAndAdvance();
            if (current == '+' || current == '-') {
                saveAndAdvance();
            }
        }
        while (isNamePart(current)) {
            saveAndAdvance();
        }
        lexedValue = Numbers.parse(Arrays.copyOf(text, textLength));
        if (lexedValue == null) {
            throw error("malformed number", Token.NUMBER);
        }
        return Token.NUMBER;
    }

    private void skipComment() {
        advance();
        if (current == '[') {
            int level = separator();
            textLength = 0;
            if (level >= 0) {
                readLong(false, level);
                textLength = 0;
                return;
            }
        }
        while (!isLineEnd() && current != END) {
            advance();
        }
    }

    /** How many = signs are between two brackets; less than 0 if the second bracket is missing. */
    private int separator() {
        int first = current;
        saveAndAdvance();
        int count = 0;
        while (current == '=') {
            saveAndAdvance();
            count++;
        }
        return current == first ? count : -count - 1;
    }

    private void readLong(boolean isString, int level) {
        saveAndAdvance();
        if (isLineEnd()) {
            newLine();
        }
        while (true) {
            if (current == END) {
                throw error(isString ? "unfinished long string" : "unfinished long comment", Token.EOS);
            } else if (current == '[') {
                separator();
            } else if (current == ']') {
                if (separator() == level) {
                    saveAndAdvance();
                    break;
                }
            } else if (isLineEnd()) {
                save('\n');
                newLine();
                textLength = isString ? textLength : 0;
            } else if (isString) {
                saveAndAdvance();
            } else {
                advance();
            }
        }
        if (isString) {
            lexedValue = LuaString.copyOf(text, 2 + level, textLength - 2 * (2 + level));
        }
    }

    private void readString(int delimiter) {
        saveAndAdvance();
        while (current != delimiter) {
            if (current == END) {
                throw error("unfinished string", Token.EOS);
            } else if (isLineEnd()) {
                throw error("unfinished string", Token.STRING);
            } else if (current == '\\') {
                advance();
                escape();
            } else {
                saveAndAdvance();
            }
        }
        saveAndAdvance();
        lexedValue = LuaString.copyOf(text, 1, textLength - 2);
    }

    private void escape() {
        int letter = "abfnrtv".indexOf(current);
        if (current != END && letter >= 0) {
            save("\u0007\b\f\n\r\t\u000b".charAt(letter));
            advance();
        } else if (isLineEnd()) {
            save('\n');
            newLine();
        } else if (isDigit(current)) {
            int code = 0;
            for (int i = 0; i < 3 && isDigit(current); i++) {
                code = 10 * code + current - '0';
                advance();
            }
            if (code > 255) {
                throw error("escape sequence too large", Token.STRING);
            }
            save(code);
        } else if (current != END) {
            saveAndAdvance();
        }
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isNamePart(int c) {
        return isDigit(c) || c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }
}
