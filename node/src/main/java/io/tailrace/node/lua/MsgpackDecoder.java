package io.tailrace.node.lua;

import java.util.ArrayDeque;

/** Decodes one value of MessagePack after another. */
final class MsgpackDecoder {
    private static final int MAX_NESTING = 3999;

    private final LuaThread t;
    private final byte[] data;
    int position;
    private final ArrayDeque<Open> open = new ArrayDeque<>();

    MsgpackDecoder(LuaThread t, byte[] data, int position) {
        this.t = t;
        this.data = data;
        this.position = position;
    }

    /** An array or map whose members are being read. */
    private static final class Open {
        final LuaTable table;
        final boolean isMap;
        private final long size;
        private long read;
        private Object key;
        private boolean hasKey;

        Open(LuaTable table, boolean isMap, long size) {
            this.table = table;
            this.isMap = isMap;
            this.size = size;
        }

        /** Takes a key or a member; true if it was the last. */
        boolean take(LuaThread t, Object value) {
            if (isMap && !hasKey) {
                key = value;
                hasKey = true;
                return false;
            }
            hasKey = false;
            read++;
            if (isMap) {
                Operators.put(t, table, key, value);
            } else {
                table.put((int) read, value);
            }
            return read == size;
        }
    }

    /** Tables in tables don't use the Java stack. */
    Object value() {
        while (true) {
            t.budget.spend(t, 1);
            need(1);
            Object value = next(data[position++] & 0xff);
            if (value instanceof Open) {
                Open opened = (Open) value;
                if (opened.size > 0) {
                    push(opened);
                    continue;
                }
                value = opened.table;
            }
            while (!open.isEmpty() && open.peek().take(t, value)) {
                value = open.pop().table;
            }
            if (open.isEmpty()) {
                return value;
            }
        }
    }

    private void push(Open opened) {
        if (open.size() >= MAX_NESTING) {
            String where = opened.isMap
                    ? "too many return values at once; use unpack_one or unpack_limit instead."
                    : "in function mp_decode_to_lua_array";
            throw t.error("stack overflow (" + where + ")");
        }
        open.push(opened);
    }

    private Object next(int tag) {
        if (tag < 0x80) {
            return (double) tag;
        }
        if (tag >= 0xe0) {
            return (double) (byte) tag;
        }
        if (tag < 0x90) {
            return map(tag & 15);
        }
        if (tag < 0xa0) {
            return array(tag & 15);
        }
        return tag < 0xc0 ? string(tag & 31) : tagged(tag);
    }

    private Object tagged(int tag) {
        switch (tag) {
            case 0xc0:
                return null;
            case 0xc2:
                return Boolean.FALSE;
            case 0xc3:
                return Boolean.TRUE;
            case 0xca:
                return (double) Float.intBitsToFloat((int) unsigned(4));
            case 0xcb:
                return Double.longBitsToDouble(unsigned(8));
            case 0xcc:
            case 0xcd:
            case 0xce:
                return (double) unsigned(1 << tag - 0xcc);
            case 0xd0:
                return (double) (byte) unsigned(1);
            case 0xd1:
                return (double) (short) unsigned(2);
            case 0xd2:
                return (double) (int) unsigned(4);
            case 0xcf:
            case 0xd3:
                return (double) unsigned(8);
            case 0xd9:
                return string(unsigned(1));
            case 0xda:
                return string(unsigned(2));
            case 0xdb:
                return string(unsigned(4));
            case 0xdc:
                return array(unsigned(2));
            case 0xdd:
                return array(unsigned(4));
            case 0xde:
                return map(unsigned(2));
            case 0xdf:
                return map(unsigned(4));
            default:
                throw t.error("Bad data format in input.");
        }
    }

    private void need(long bytes) {
        if (data.length - position < bytes) {
            throw t.error("Missing bytes in input.");
        }
    }

    private long unsigned(int bytes) {
        need(bytes);
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | data[position++] & 0xff;
        }
        return value;
    }

    private LuaString string(long length) {
        need(length);
        t.runtime.memory().chargeString((int) length);
        LuaString text = LuaString.copyOf(data, position, (int) length);
        position += (int) length;
        return text;
    }

    private Open array(long size) {
        return new Open(t.newTable(0, 0), false, size);
    }

    private Open map(long size) {
        return new Open(t.newTable(0, 0), true, size);
    }
}
