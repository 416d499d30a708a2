package io.tailrace.node.script;

import io.tailrace.node.lua.LuaString;
import io.tailrace.node.lua.LuaTable;
import io.tailrace.node.lua.LuaThread;
import io.tailrace.wire.memory.Memory;
import java.nio.charset.StandardCharsets;

/**
 * Makes the reply of a command a value of Lua. Reused; owned by one thread.
 *
 * <pre>
 *  :1         a number                      *2 ..    a table of them          %1 ..    {map = {key = value}}
 *  +OK        {ok = "OK"}                   $-1 *-1  false                    ~2 ..    {set = {member = true}}
 *  -ERR ..    {err = "ERR .."}              _        nil                      ,1.5     {double = 1.5}
 *  $3 ..      a string                      #t #f    true false               (123     {big_number = "123"}
 *                                           =7 ..    {verbatim_string = {format = "txt", string = ".."}}
 *                                           |1 ..    left out; the value that it is about follows
 * </pre>
 */
final class ReplyReader {
    private static final int FORMAT_LENGTH = 3;

    private LuaThread thread;
    private long at;
    private boolean isError;

    /** The value of the reply at an address, which is whole. */
    Object read(LuaThread newThread, long address) {
        thread = newThread;
        at = address;
        isError = Memory.getByte(address) == '-';
        Object value = value();
        thread = null;
        return value;
    }

    /** Whether the reply that was read is an error. */
    boolean isError() {
        return isError;
    }

    private Object value() {
        int type = Memory.getByte(at++);
        switch (type) {
            case ':':
                return (Double) (double) number();
            case '$':
                return bulk();
            case '+':
                return single(ReplyNames.OK, line());
            case '-':
                return LuaErrors.ofCommand(thread, new String(line().bytes(), StandardCharsets.ISO_8859_1));
            case '*', '>':
                return array();
            case '|':
                map();
                return value();
            case '%':
                return single(ReplyNames.MAP, map());
            case '~':
                return single(ReplyNames.SET, set());
            case '_':
                line();
                return null;
            case '#':
                return line().byteAt(0) == 't';
            case ',':
                return single(ReplyNames.DOUBLE, (Double) parse(line()));
            case '(':
                return single(ReplyNames.BIG_NUMBER, line());
            case '=':
                return single(ReplyNames.VERBATIM, verbatim());
            default:
                throw new IllegalStateException("a reply of type " + (char) type);
        }
    }

    private static double parse(LuaString text) {
        return switch (text.toString()) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            case "nan", "-nan" -> Double.NaN;
            default -> Double.parseDouble(text.toString());
        };
    }

    private LuaTable single(LuaString name, Object value) {
        LuaTable table = thread.newTable(0, 1);
        table.put(name, value);
        return table;
    }

    private long number() {
        boolean isNegative = Memory.getByte(at) == '-';
        if (isNegative) {
            at++;
        }
        long value = 0;
        for (int c = Memory.getByte(at++); c != '\r'; c = Memory.getByte(at++)) {
            value = 10 * value + (c - '0');
        }
        at++;
        return isNegative ? -value : value;
    }

    private LuaString line() {
        int length = 0;
        while (Memory.getByte(at + length) != '\r') {
            length++;
        }
        return taken(length);
    }

    private LuaString taken(int length) {
        LuaString string = thread.string(Memory.toBytes(at, length));
        at += length + 2;
        return string;
    }

    private Object bulk() {
        int length = (int) number();
        return length < 0 ? Boolean.FALSE : taken(length);
    }

    private Object array() {
        int count = (int) number();
        if (count < 0) {
            return Boolean.FALSE;
        }
        LuaTable table = thread.newTable(count, 0);
        for (int i = 1; i <= count; i++) {
            table.put(i, value());
        }
        return table;
    }

    private LuaTable map() {
        int count = (int) number();
        LuaTable table = thread.newTable(0, count);
        for (int i = 0; i < count; i++) {
            Object key = value();
            Object value = value();
            if (key != null) {
                table.put(key, value);
            }
        }
        return table;
    }

    private LuaTable set() {
        int count = (int) number();
        LuaTable table = thread.newTable(0, count);
        for (int i = 0; i < count; i++) {
            Object member = value();
            if (member != null) {
                table.put(member, Boolean.TRUE);
            }
        }
        return table;
    }

    private LuaTable verbatim() {
        int length = (int) number();
        LuaString text = taken(length);
        LuaTable table = thread.newTable(0, 2);
        table.put(ReplyNames.FORMAT, text.substring(0, FORMAT_LENGTH));
        table.put(ReplyNames.STRING, text.substring(FORMAT_LENGTH + 1, text.length()));
        return table;
    }
}
