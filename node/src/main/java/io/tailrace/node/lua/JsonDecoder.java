package io.tailrace.node.lua;

import java.util.ArrayDeque;

/** cjson.decode of one text. Objects in arrays and arrays in objects don't use the Java stack. */
final class JsonDecoder {
    private static final int MAX_DEPTH = 7998;

    private final LuaThread t;
    private final JsonSettings settings;
    private final JsonTokens tokens;
    private final ArrayDeque<Open> open = new ArrayDeque<>();

    JsonDecoder(LuaThread t, JsonSettings settings, LuaString text) {
        this.t = t;
        this.settings = settings;
        if (text.length() >= 2 && (text.byteAt(0) == 0 || text.byteAt(1) == 0)) {
            throw t.error("JSON parser does not support UTF-16 or UTF-32");
        }
        this.tokens = new JsonTokens(t, settings, text);
    }

    Object run() {
        tokens.next();
        Object value = value();
        tokens.next();
        if (tokens.type != JsonTokens.Type.T_END) {
            throw expected("the end");
        }
        return value;
    }

    private LuaError expected(String what) {
        return t.error("Expected " + what + " but found " + tokens.found() + " at character " + (tokens.start + 1));
    }

    /** An object or array whose members are being read. */
    private static final class Open {
        final LuaTable table;
        final boolean isArray;
        /** Of the member that is being read. */
        Object key;

        int index;

        Open(LuaTable table, boolean isArray) {
            this.table = table;
            this.isArray = isArray;
        }
    }

    /** The value that begins with the token at hand. */
    private Object value() {
        while (true) {
            t.budget.spend(t, 1);
            Object value;
            switch (tokens.type) {
                case T_STRING:
                case T_NUMBER:
                case T_BOOLEAN:
                    value = tokens.value;
                    break;
                case T_NULL:
                    value = LightUserdata.NULL;
                    break;
                case T_OBJ_BEGIN:
                case T_ARR_BEGIN:
                    if (!openIsEmpty(tokens.type == JsonTokens.Type.T_ARR_BEGIN)) {
                        continue;
                    }
                    value = open.pop().table;
                    break;
                default:
                    throw expected("value");
            }
            while (!open.isEmpty() && isLast(value)) {
                value = open.pop().table;
            }
            if (open.isEmpty()) {
                return value;
            }
        }
    }

    /** Opens an object or array; unless it has no members, the token at hand begins the first one's value after it. */
    private boolean openIsEmpty(boolean isArray) {
        Open opened = new Open(t.newTable(0, 0), isArray);
        open.push(opened);
        if (open.size() > Math.min(settings.decodeDepth, MAX_DEPTH)) {
            throw t.error(
                    "Found too many nested data structures (" + open.size() + ") at character " + tokens.position());
        }
        tokens.next();
        if (tokens.type == (isArray ? JsonTokens.Type.T_ARR_END : JsonTokens.Type.T_OBJ_END)) {
            return true;
        }
        if (!isArray) {
            key(opened);
        }
        return false;
    }

    private void key(Open object) {
        if (tokens.type != JsonTokens.Type.T_STRING) {
            throw expected("object key string");
        }
        object.key = tokens.value;
        tokens.next();
        if (tokens.type != JsonTokens.Type.T_COLON) {
            throw expected("colon");
        }
        tokens.next();
    }

    /** Puts a member's value in its place; if another member follows, the token at hand begins its value after it. */
    private boolean isLast(Object value) {
        Open at = open.peek();
        if (at.isArray) {
            at.table.put(++at.index, value);
        } else {
            at.table.put(at.key, value);
        }
        tokens.next();
        if (tokens.type == (at.isArray ? JsonTokens.Type.T_ARR_END : JsonTokens.Type.T_OBJ_END)) {
            return true;
        }
        if (tokens.type != JsonTokens.Type.T_COMMA) {
            throw expected(at.isArray ? "comma or array end" : "comma or object end");
        }
        tokens.next();
        if (!at.isArray) {
            key(at);
        }
        return false;
    }
}
