package io.tailrace.node.lua;

import java.nio.charset.StandardCharsets;

/** The tokens of a JSON text, as lua-cjson reads them: numbers as strtod, strings with any byte but zero. */
final class JsonTokens {
    /** Named as in the messages. */
    enum Type {
        T_OBJ_BEGIN,
        T_OBJ_END,
        T_ARR_BEGIN,
        T_ARR_END,
        T_STRING,
        T_NUMBER,
        T_BOOLEAN,
        T_NULL,
        T_COLON,
        T_COMMA,
        T_END,
        T_ERROR
    }

    private final LuaThread t;
    private final JsonSettings settings;
    private final byte[] text;
    private int at;
    Type type;
    Object value;
    /** Where the token begins, or where the error is. */
    int start;

    private String error;

    JsonTokens(LuaThread t, JsonSettings settings, LuaString text) {
        this.t = t;
        this.settings = settings;
        this.text = text.bytes;
    }

    /** For messages: the kind of token, or what is wrong with it. */
    String found() {
        return type == Type.T_ERROR ? error : type.toString();
    }

    /** How much has been read. */
    int position() {
        return at;
    }

    private int peek(int offset) {
        return at + offset < text.length ? text[at + offset] & 0xff : 0;
    }

    void next() {
        while (at < text.length && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r')) {
            at++;
        }
        start = at;
        switch (peek(0)) {
            case 0:
                type = Type.T_END;
                break;
            case '{':
                single(Type.T_OBJ_BEGIN);
                break;
            case '}':
                single(Type.T_OBJ_END);
                break;
            case '[':
                single(Type.T_ARR_BEGIN);
                break;
            case ']':
                single(Type.T_ARR_END);
                break;
            case ',':
                single(Type.T_COMMA);
                break;
            case ':':
                single(Type.T_COLON);
                break;
            case '"':
                string();
                break;
            default:
                other();
        }
    }

    private void single(Type found) {
        type = found;
        at++;
    }

    private void fail(String what) {
        type = Type.T_ERROR;
        start = at;
        error = what;
    }

    private boolean isWord(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (peek(i) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void word(Type found, Object itsValue, int length) {
        type = found;
        value = itsValue;
        at += length;
    }

    private void other() {
        int c = peek(0);
        if (c == '-' || Bytes.isDigit(c)) {
            if (settings.decodeInvalid == 0 && isInvalidNumber()) {
                fail("invalid number");
            } else {
                number();
            }
        } else if (isWord("true")) {
            word(Type.T_BOOLEAN, Boolean.TRUE, 4);
        } else if (isWord("false")) {
            word(Type.T_BOOLEAN, Boolean.FALSE, 5);
        } else if (isWord("null")) {
            word(Type.T_NULL, null, 4);
        } else if ((c == '+' || c == 'i' || c == 'I' || c == 'n' || c == 'N')
                && settings.decodeInvalid != 0
                && isInvalidNumber()) {
            number();
        } else {
            fail("invalid token");
        }
    }

    private boolean isInvalidNumber() {
        if (peek(0) == '+') {
            return true;
        }
        int from = peek(0) == '-' ? 1 : 0;
        int c = peek(from);
        if (c == '0') {
            int after = peek(from + 1);
            return (after | 32) == 'x' || Bytes.isDigit(after);
        }
        if (c <= '9') {
            return false;
        }
        String start3 = "" + (char) (c | 32) + (char) (peek(from + 1) | 32) + (char) (peek(from + 2) | 32);
        return start3.equals("inf") || start3.equals("nan");
    }

    private void number() {
        int length = NumberPrefix.length(text, at);
        if (length == 0) {
            fail("invalid number");
            return;
        }
        value = Numbers.parse(java.util.Arrays.copyOfRange(text, at, at + length));
        type = Type.T_NUMBER;
        at += length;
    }

    private void string() {
        LuaBuffer buffer = new LuaBuffer(t, 16);
        at++;
        while (peek(0) != '"') {
            int c = peek(0);
            if (c == 0) {
                fail("unexpected end of string");
                return;
            }
            if (c != '\\') {
                buffer.append(c);
                at++;
            } else if (!escape(buffer)) {
                return;
            }
        }
        at++;
        type = Type.T_STRING;
        value = buffer.toLuaString();
    }

    private boolean escape(LuaBuffer buffer) {
        int letter = peek(1);
        int plain = "\"\\/".indexOf(letter);
        int control = "btnfr".indexOf(letter);
        if (letter != 0 && plain >= 0) {
            buffer.append(letter);
        } else if (letter != 0 && control >= 0) {
            buffer.append("\b\t\n\f\r".charAt(control));
        } else if (letter == 'u') {
            return unicode(buffer);
        } else {
            fail("invalid escape code");
            return false;
        }
        at += 2;
        return true;
    }

    private boolean unicode(LuaBuffer buffer) {
        int code = fourDigits(2);
        int length = 6;
        if (code >= 0xd800 && code <= 0xdfff) {
            int low = peek(6) == '\\' && peek(7) == 'u' ? fourDigits(8) : -1;
            code = code < 0xdc00 && low >= 0xdc00 && low <= 0xdfff
                    ? 0x10000 + (code - 0xd800 << 10) + low - 0xdc00
                    : -1;
            length = 12;
        }
        if (code < 0) {
            fail("invalid unicode escape code");
            return false;
        }
        byte[] bytes = new String(Character.toChars(code)).getBytes(StandardCharsets.UTF_8);
        buffer.append(bytes, 0, bytes.length);
        at += length;
        return true;
    }

    private int fourDigits(int from) {
        int code = 0;
        for (int i = from; i < from + 4; i++) {
            int digit = peek(i) < 128 ? Character.digit(peek(i), 16) : -1;
            if (digit < 0) {
                return -1;
            }
            code = code << 4 | digit;
        }
        return code;
    }
}
