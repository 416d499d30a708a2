package io.tailrace.node.lua;

import java.util.ArrayDeque;

/** cjson.encode of one value. Tables in tables don't use the Java stack. */
final class JsonEncoder {
    /** Where C's own stack would end, whatever the setting. */
    private static final int MAX_DEPTH = 7997;

    private static final String[] ESCAPES = new String[128];

    static {
        for (int i = 0; i < 32; i++) {
            ESCAPES[i] = "\\u00" + Character.forDigit(i >> 4, 16) + Character.forDigit(i & 15, 16);
        }
        ESCAPES['\b'] = "\\b";
        ESCAPES['\t'] = "\\t";
        ESCAPES['\n'] = "\\n";
        ESCAPES['\f'] = "\\f";
        ESCAPES['\r'] = "\\r";
        ESCAPES['"'] = "\\\"";
        ESCAPES['/'] = "\\/";
        ESCAPES['\\'] = "\\\\";
        ESCAPES[127] = "\\u007f";
    }

    private final LuaThread t;
    private final JsonSettings settings;
    private final LuaBuffer out;
    private final ArrayDeque<Open> open = new ArrayDeque<>();

    JsonEncoder(LuaThread t, JsonSettings settings) {
        this.t = t;
        this.settings = settings;
        this.out = new LuaBuffer(t);
    }

    LuaString run(Object root) {
        Object value = root;
        while (true) {
            t.budget.spend(t, 1);
            if (value instanceof LuaTable) {
                open((LuaTable) value);
            } else {
                scalar(value);
            }
            while (!open.isEmpty() && !open.peek().advance()) {
                out.append(open.pop().isArray() ? ']' : '}');
            }
            if (open.isEmpty()) {
                return out.toLuaString();
            }
            value = open.peek().value;
        }
    }

    private void scalar(Object value) {
        if (value instanceof LuaString) {
            string((LuaString) value);
        } else if (value instanceof Double) {
            number((Double) value);
        } else if (value == null || value == LightUserdata.NULL) {
            out.append("null");
        } else if (value instanceof Boolean) {
            out.append((Boolean) value ? "true" : "false");
        } else {
            throw cannot(value, "type not supported");
        }
    }

    /** A table whose members are being written. */
    private final class Open {
        private final LuaTable table;
        /** Of an array; -1 for an object. */
        private final int length;
        /** The array's index or the object's position that is to come. */
        private int next;

        private boolean isFirst = true;
        Object value;

        Open(LuaTable table, int length) {
            this.table = table;
            this.length = length;
            this.next = length > 0 ? 1 : 0;
        }

        boolean isArray() {
            return length > 0;
        }

        /** Writes what comes before the next member; false if there is none. */
        boolean advance() {
            int at = next;
            if (isArray() ? at > length : (at = table.occupiedFrom(at)) < 0) {
                return false;
            }
            if (!isFirst) {
                out.append(',');
            }
            isFirst = false;
            next = at + 1;
            if (isArray()) {
                value = table.get(at);
            } else {
                key(table.keyAt(at));
                value = table.valueAtPosition(at);
            }
            return true;
        }
    }

    private LuaError cannot(Object value, String reason) {
        return t.error("Cannot serialise " + LuaType.nameOf(value) + ": " + reason);
    }

    private void string(LuaString text) {
        out.append('"');
        for (byte b : text.bytes) {
            String escape = b >= 0 ? ESCAPES[b] : null;
            if (escape == null) {
                out.append(b);
            } else {
                out.append(escape);
            }
        }
        out.append('"');
    }

    private void number(double value) {
        boolean isNan = value != value;
        if (isNan || Double.isInfinite(value)) {
            if (settings.encodeInvalid == JsonSettings.INVALID_ERROR) {
                throw cannot(value, "must not be NaN or Inf");
            }
            if (settings.encodeInvalid != JsonSettings.INVALID_WRITTEN) {
                out.append("null");
                return;
            }
            if (isNan) {
                out.append("nan");
                return;
            }
        }
        out.append(
                settings.precision == 14
                        ? Numbers.text(value)
                        : CFormat.general(value, settings.precision, false, false));
    }

    private void open(LuaTable table) {
        int depth = open.size() + 1;
        if (depth > Math.min(settings.encodeDepth, MAX_DEPTH)) {
            throw t.error("Cannot serialise, excessive nesting (" + depth + ")");
        }
        Open opened = new Open(table, arrayLength(table));
        out.append(opened.isArray() ? '[' : '{');
        open.push(opened);
    }

    /** The greatest index if all keys are positive whole numbers and not too sparse; -1 for an object. */
    private int arrayLength(LuaTable table) {
        t.budget.owe(table.capacity() >> 3);
        int max = 0;
        long items = 0;
        for (int at = table.occupiedFrom(0); at >= 0; at = table.occupiedFrom(at + 1)) {
            Object key = table.keyAt(at);
            if (!(key instanceof Double) || (Double) key < 1 || Math.floor((Double) key) != (Double) key) {
                return -1;
            }
            double index = (Double) key;
            if (index > max) {
                // as C converts: what doesn't fit is the smallest, and makes an object
                max = index <= Integer.MAX_VALUE ? (int) index : Integer.MIN_VALUE;
            }
            items++;
        }
        boolean isSparse =
                settings.sparseRatio > 0 && max > items * (double) settings.sparseRatio && max > settings.sparseSafe;
        if (isSparse) {
            if (settings.sparseConvert == 0) {
                throw cannot(table, "excessively sparse array");
            }
            return -1;
        }
        return max;
    }

    private void key(Object key) {
        if (key instanceof Double) {
            out.append('"');
            number((Double) key);
            out.append("\":");
        } else if (key instanceof LuaString) {
            string((LuaString) key);
            out.append(':');
        } else {
            throw cannot(key, "table key must be a number or string");
        }
    }
}
