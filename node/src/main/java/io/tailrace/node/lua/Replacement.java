package io.tailrace.node.lua;

/** What gsub puts in the place of a match: a text with captures, a table's value, or a function's result. */
final class Replacement {
    private final LuaThread t;
    private final PatternMatcher matcher;
    private final Object by;
    private final LuaString text;
    final LuaBuffer buffer;

    Replacement(LuaThread t, PatternMatcher matcher, Object by) {
        this.t = t;
        this.matcher = matcher;
        this.by = by;
        this.text = Numbers.toStringOrNull(by);
        this.buffer = new LuaBuffer(t);
    }

    void add(int start, int end) {
        if (text != null) {
            addText(start, end);
            return;
        }
        Object value;
        if (by instanceof LuaTable) {
            value = Operators.index(t, by, matcher.capture(0, start, end), -1);
        } else {
            t.push(by);
            int count = matcher.pushCaptures(start, end, true);
            t.call(count, 1);
            value = t.pop();
        }
        if (!LuaType.isTrue(value)) {
            buffer.append(matcher.source, start, end - start);
            return;
        }
        LuaString asText = Numbers.toStringOrNull(value);
        if (asText == null) {
            throw t.error("invalid replacement value (a " + LuaType.nameOf(value) + ")");
        }
        buffer.append(asText);
    }

    private void addText(int start, int end) {
        for (int i = 0; i < text.length(); i++) {
            int c = text.byteAt(i);
            if (c != '%') {
                buffer.append(c);
                continue;
            }
            i++;
            int after = i < text.length() ? text.byteAt(i) : 0;
            if (!Bytes.isDigit(after)) {
                buffer.append(after);
            } else if (after == '0') {
                buffer.append(matcher.source, start, end - start);
            } else {
                buffer.append(Numbers.toStringOrNull(matcher.capture(after - '1', start, end)));
            }
        }
    }
}
