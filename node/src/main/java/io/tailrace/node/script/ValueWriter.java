package io.tailrace.node.script;

import io.tailrace.node.lua.LuaString;
import io.tailrace.node.lua.LuaTable;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.ReplyWriter;
import java.nio.charset.StandardCharsets;

/**
 * Makes what a script returns a reply. Owned by one thread.
 *
 * <p>A table is what the first of these fields that it has says: {@code err}, {@code ok}, {@code double}, {@code map}, {@code set},
 * {@code big_number}, {@code verbatim_string}; else it is an array up to its first nil. Tables that hold themselves end where the
 * stack of the real Lua does. Values may lie that deep, so they are walked with a stack of its own.
 */
final class ValueWriter {
    /** Values within values that real Lua has room for. */
    private static final int MAX_LEVELS = 7_994;

    /** A table whose parts are being written. */
    private static final class Level {
        private LuaTable table;
        private boolean isArray;
        private boolean hasValues;
        private int next;
        private int left;
        private Object value;
        private boolean isValueNext;
    }

    private Level[] levels = new Level[8];
    private int depth;
    private ReplyWriter reply;
    private boolean isScriptOfResp3;

    /** @param scriptProtocol what the script has set with redis.setresp */
    void write(Object value, ReplyWriter to, int scriptProtocol) {
        reply = to;
        isScriptOfResp3 = scriptProtocol == 3;
        depth = 0;
        one(value);
        while (depth > 0) {
            part(levels[depth - 1]);
        }
        reply = null;
    }

    private void part(Level level) {
        if (level.left == 0) {
            level.table = null;
            level.value = null;
            depth--;
        } else if (level.isArray) {
            level.left--;
            one(level.table.get(++level.next));
        } else if (level.isValueNext) {
            level.left--;
            level.isValueNext = false;
            one(level.value);
        } else {
            level.next = level.table.occupiedFrom(level.next);
            Object key = level.table.keyAt(level.next);
            level.value = level.table.valueAtPosition(level.next);
            level.next++;
            level.isValueNext = level.hasValues;
            level.left -= level.hasValues ? 0 : 1;
            one(key);
        }
    }

    private void one(Object value) {
        if (depth >= MAX_LEVELS) {
            reply.error("ERR reached lua stack limit");
        } else if (value instanceof LuaString) {
            reply.bulk(((LuaString) value).bytes());
        } else if (value instanceof Double) {
            reply.integer(integer((Double) value));
        } else if (value instanceof Boolean) {
            bool((Boolean) value);
        } else if (value instanceof LuaTable) {
            table((LuaTable) value);
        } else {
            reply.nullBulk();
        }
    }

    /** As the processor makes it of what doesn't fit. */
    private static long integer(double number) {
        boolean fits = number >= -0x1p63 && number < 0x1p63;
        return fits ? (long) number : Long.MIN_VALUE;
    }

    private void bool(boolean value) {
        if (isScriptOfResp3) {
            reply.bool(value);
        } else if (value) {
            reply.integer(1);
        } else {
            reply.nullBulk();
        }
    }

    private static boolean isText(Object value) {
        return value instanceof LuaString;
    }

    private void table(LuaTable table) {
        Object err = table.get(LuaErrors.ERR);
        if (isText(err)) {
            reply.error(text(err));
            return;
        }
        Object ok = table.get(ReplyNames.OK);
        if (isText(ok)) {
            reply.simple(text(ok));
            return;
        }
        if (table.get(ReplyNames.DOUBLE) instanceof Double) {
            reply.doubleValue((Double) table.get(ReplyNames.DOUBLE));
        } else if (table.get(ReplyNames.MAP) instanceof LuaTable) {
            LuaTable map = (LuaTable) table.get(ReplyNames.MAP);
            reply.map(open(map, true, size(map)));
        } else if (table.get(ReplyNames.SET) instanceof LuaTable) {
            LuaTable set = (LuaTable) table.get(ReplyNames.SET);
            reply.set(open(set, false, size(set)));
        } else if (isText(table.get(ReplyNames.BIG_NUMBER))) {
            bigNumber((LuaString) table.get(ReplyNames.BIG_NUMBER));
        } else if (!isVerbatim(table.get(ReplyNames.VERBATIM))) {
            int length = 0;
            while (table.get(length + 1) != null) {
                length++;
            }
            open(table, false, length);
            levels[depth - 1].isArray = true;
            reply.array(length);
        }
    }

    private static int size(LuaTable table) {
        int size = 0;
        for (int at = table.occupiedFrom(0); at >= 0; at = table.occupiedFrom(at + 1)) {
            size++;
        }
        return size;
    }

    private int open(LuaTable table, boolean hasValues, int size) {
        if (depth == levels.length) {
            Level[] more = new Level[2 * depth];
            System.arraycopy(levels, 0, more, 0, depth);
            levels = more;
        }
        if (levels[depth] == null) {
            levels[depth] = new Level();
        }
        Level level = levels[depth++];
        level.table = table;
        level.isArray = false;
        level.hasValues = hasValues;
        level.isValueNext = false;
        level.next = 0;
        level.left = size;
        return size;
    }

    /** One character a byte; line ends are replaced by the writer of lines. */
    private static String text(Object value) {
        return new String(((LuaString) value).bytes(), StandardCharsets.ISO_8859_1);
    }

    private void bigNumber(LuaString number) {
        byte[] digits = number.bytes().clone();
        for (int i = 0; i < digits.length; i++) {
            digits[i] = digits[i] == '\r' || digits[i] == '\n' ? (byte) ' ' : digits[i];
        }
        if (reply.protocol() == 3) {
            raw("(", digits);
        } else {
            reply.bulk(digits);
        }
    }

    private boolean isVerbatim(Object value) {
        if (!(value instanceof LuaTable)) {
            return false;
        }
        Object format = ((LuaTable) value).get(ReplyNames.FORMAT);
        Object string = ((LuaTable) value).get(ReplyNames.STRING);
        if (!isText(format) || !isText(string)) {
            return false;
        }
        byte[] bytes = ((LuaString) string).bytes();
        if (reply.protocol() == 3) {
            String name = text(format);
            int end = name.indexOf(0);
            String three = ((end < 0 ? name : name.substring(0, end)) + "   ").substring(0, 3);
            raw("=" + (bytes.length + 4) + "\r\n" + three + ":", bytes);
        } else {
            reply.bulk(bytes);
        }
        return true;
    }

    private void raw(String begin, byte[] bytes) {
        reply.raw(begin.getBytes(StandardCharsets.ISO_8859_1));
        Memory.copyIn(bytes, 0, reply.claim(bytes.length), bytes.length);
        reply.raw(new byte[] {'\r', '\n'});
    }
}
