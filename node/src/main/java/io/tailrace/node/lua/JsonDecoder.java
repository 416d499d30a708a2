package io.tailrace.node.lua;

/** cjson.decode of one text. */
final class JsonDecoder {
    private static final int MAX_DEPTH = 2600;

    private final LuaThread t;
    private final JsonSettings settings;
    private final JsonTokens tokens;
    private int depth;

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

    private Object value() {
        t.budget.spend(t, 1);
        switch (tokens.type) {
            case T_STRING:
            case T_NUMBER:
            case T_BOOLEAN:
                return tokens.value;
            case T_OBJ_BEGIN:
                return object();
            case T_ARR_BEGIN:
                return array();
            case T_NULL:
                return LightUserdata.NULL;
            default:
                throw expected("value");
        }
    }

    private void descend() {
        if (++depth > Math.min(settings.decodeDepth, MAX_DEPTH)) {
            throw t.error("Found too many nested data structures (" + depth + ") at character " + tokens.position());
        }
    }

    private LuaTable object() {
        descend();
        LuaTable table = t.newTable(0, 0);
        tokens.next();
        while (tokens.type != JsonTokens.Type.T_OBJ_END) {
            if (tokens.type != JsonTokens.Type.T_STRING) {
                throw expected("object key string");
            }
            Object key = tokens.value;
            tokens.next();
            if (tokens.type != JsonTokens.Type.T_COLON) {
                throw expected("colon");
            }
            tokens.next();
            table.put(key, value());
            tokens.next();
            if (tokens.type == JsonTokens.Type.T_OBJ_END) {
                break;
            }
            if (tokens.type != JsonTokens.Type.T_COMMA) {
                throw expected("comma or object end");
            }
            tokens.next();
            if (tokens.type != JsonTokens.Type.T_STRING) {
                throw expected("object key string");
            }
        }
        depth--;
        return table;
    }

    private LuaTable array() {
        descend();
        LuaTable table = t.newTable(0, 0);
        tokens.next();
        if (tokens.type == JsonTokens.Type.T_ARR_END) {
            depth--;
            return table;
        }
        for (int i = 1; ; i++) {
            table.put(i, value());
            tokens.next();
            if (tokens.type == JsonTokens.Type.T_ARR_END) {
                depth--;
                return table;
            }
            if (tokens.type != JsonTokens.Type.T_COMMA) {
                throw expected("comma or array end");
            }
            tokens.next();
        }
    }
}
