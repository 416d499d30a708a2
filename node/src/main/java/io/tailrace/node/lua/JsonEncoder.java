package io.tailrace.node.lua;

/** cjson.encode of one value. */
final class JsonEncoder {
    /** Where C's own stack would end, whatever the setting. */
    private static final int MAX_DEPTH = 2600;

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

    JsonEncoder(LuaThread t, JsonSettings settings) {
        this.t = t;
        this.settings = settings;
        this.out = new LuaBuffer(t);
    }

    LuaString run(Object value) {
        append(value, 0);
        return out.toLuaString();
    }

    private void append(Object value, int depth) {
        t.budget.spend(t, 1);
        if (value instanceof LuaString) {
            string((LuaString) value);
        } else if (value instanceof Double) {
            number((Double) value);
        } else if (value == null || value == LightUserdata.NULL) {
            out.append("null");
        } else if (value instanceof Boolean) {
            out.append((Boolean) value ? "true" : "false");
        } else if (value instanceof LuaTable) {
            table((LuaTable) value, depth + 1);
        } else {
            throw cannot(value, "type not supported");
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

    private void table(LuaTable table, int depth) {
        if (depth > Math.min(settings.encodeDepth, MAX_DEPTH)) {
            throw t.error("Cannot serialise, excessive nesting (" + depth + ")");
        }
        int length = arrayLength(table);
        if (length > 0) {
            array(table, length, depth);
        } else {
            object(table, depth);
        }
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

    private void array(LuaTable table, int length, int depth) {
        out.append('[');
        for (int i = 1; i <= length; i++) {
            if (i > 1) {
                out.append(',');
            }
            append(table.get(i), depth);
        }
        out.append(']');
    }

    private void object(LuaTable table, int depth) {
        out.append('{');
        boolean isFirst = true;
        for (int at = table.occupiedFrom(0); at >= 0; at = table.occupiedFrom(at + 1)) {
            if (!isFirst) {
                out.append(',');
            }
            isFirst = false;
            Object key = table.keyAt(at);
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
            append(table.valueAtPosition(at), depth);
        }
        out.append('}');
    }
}
