package io.tailrace.node.lua;

import java.nio.charset.StandardCharsets;

/** The errors of the language with their positions and names, word for word those of Lua 5.1. */
final class Errors {
    static final LuaString HOST_SOURCE = LuaString.of("=[C]");

    private static final int MAX_SHORT_SOURCE = 60;

    private Errors() {}

    /** Level 0 is the running function. A level that a tail call has replaced has no frame. */
    static Frame frameAt(LuaThread t, int level) {
        int left = level;
        int at = t.depth;
        for (; left > 0 && at > 0; at--) {
            left--;
            if (t.frames[at].closure != null) {
                left -= t.frames[at].tailCalls;
            }
        }
        return left == 0 && at > 0 ? t.frames[at] : null;
    }

    static int currentLine(Frame frame) {
        if (frame == null || frame.closure == null) {
            return -1;
        }
        int[] lines = frame.closure.prototype.lines;
        return lines[Math.max(0, Math.min(lines.length, frame.pc) - 1)];
    }

    /** An error with the position of a level's function before the message, if it is one of Lua. */
    static LuaError at(LuaThread t, int level, String message) {
        return new LuaError(where(t, level, LuaString.of(message)));
    }

    static LuaString where(LuaThread t, int level, LuaString message) {
        Frame frame = frameAt(t, level);
        int line = currentLine(frame);
        if (line <= 0) {
            return message;
        }
        return join(shortSource(frame.closure.prototype.source), ":" + line + ": ", message);
    }

    static LuaString join(LuaString a, String between, LuaString b) {
        byte[] middle = between.getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[a.length() + middle.length + b.length()];
        System.arraycopy(a.bytes, 0, all, 0, a.length());
        System.arraycopy(middle, 0, all, a.length(), middle.length);
        System.arraycopy(b.bytes, 0, all, a.length() + middle.length, b.length());
        return LuaString.wrap(all);
    }

    /** A chunk's name as messages show it. */
    static LuaString shortSource(LuaString source) {
        return shortSource(source, MAX_SHORT_SOURCE);
    }

    static LuaString shortSource(LuaString name, int size) {
        LuaString source = cString(name);
        int length = source.length();
        if (length > 0 && source.byteAt(0) == '=') {
            return source.substring(1, Math.min(length, size));
        }
        if (length > 0 && source.byteAt(0) == '@') {
            int room = size - 8;
            return length - 1 <= room
                    ? source.substring(1, length)
                    : join(LuaString.of("..."), "", source.substring(length - room, length));
        }
        int end = 0;
        while (end < length && source.byteAt(end) != '\n' && source.byteAt(end) != '\r') {
            end++;
        }
        int room = size - 17;
        int shown = Math.min(end, room);
        String after = shown < length ? "...\"]" : "\"]";
        return join(LuaString.of("[string \""), "", join(source.substring(0, shown), after, LuaString.EMPTY));
    }

    /** A value of the wrong type, named if it is in a register of the running function (register -1: it isn't). */
    static LuaError type(LuaThread t, Object value, int register, String operation) {
        String type = LuaType.nameOf(value);
        Frame frame = t.frame;
        VariableNames.Name name = null;
        if (frame.closure != null && register >= 0 && register < frame.closure.prototype.maxStack) {
            name = VariableNames.of(frame.closure.prototype, frame.pc - 1, register);
        }
        if (name == null) {
            return at(t, 0, "attempt to " + operation + " a " + type + " value");
        }
        LuaString message = join(
                LuaString.of("attempt to " + operation + " " + name.kind + " '"),
                "",
                withoutZeros(name.text, "' (a " + type));
        return new LuaError(where(t, 0, join(message, " value)", LuaString.EMPTY)));
    }

    private static LuaString withoutZeros(LuaString name, String after) {
        return join(cString(name), after, LuaString.EMPTY);
    }

    /** Up to the first zero, as C prints it. */
    static LuaString cString(LuaString text) {
        int end = 0;
        while (end < text.length() && text.byteAt(end) != 0) {
            end++;
        }
        return text.substring(0, end);
    }

    static LuaError arithmetic(LuaThread t, Object a, int registerA, Object b, int registerB) {
        return Numbers.toNumber(a) == null
                ? type(t, a, registerA, "perform arithmetic on")
                : type(t, b, registerB, "perform arithmetic on");
    }

    static LuaError concat(LuaThread t, Object a, int registerA, Object b, int registerB) {
        return a instanceof LuaString || a instanceof Double
                ? type(t, b, registerB, "concatenate")
                : type(t, a, registerA, "concatenate");
    }

    static LuaError order(LuaThread t, Object a, Object b) {
        String first = LuaType.nameOf(a);
        String second = LuaType.nameOf(b);
        return at(
                t,
                0,
                first.equals(second)
                        ? "attempt to compare two " + first + " values"
                        : "attempt to compare " + first + " with " + second);
    }

    /** Of a host function: the nth argument is wrong. */
    static LuaError argument(LuaThread t, int n, String message) {
        VariableNames.Name name = VariableNames.ofCall(t, 0);
        int shown = n;
        LuaString called = name == null ? LuaString.of("?") : cString(name.text);
        if (name != null && name.kind.equals("method")) {
            shown--;
            if (shown == 0) {
                LuaString text = join(
                        LuaString.of("calling '"),
                        "",
                        join(called, "' on bad self (" + message + ")", LuaString.EMPTY));
                return new LuaError(where(t, 1, text));
            }
        }
        LuaString text = join(called, "' (" + message + ")", LuaString.EMPTY);
        return new LuaError(where(t, 1, join(LuaString.of("bad argument #" + shown + " to '"), "", text)));
    }
}
