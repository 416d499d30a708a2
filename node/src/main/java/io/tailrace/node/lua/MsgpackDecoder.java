package io.tailrace.node.lua;

/** Decodes one value of MessagePack after another. */
final class MsgpackDecoder {
    private static final int MAX_NESTING = 1300;

    private final LuaThread t;
    private final byte[] data;
    int position;

    MsgpackDecoder(LuaThread t, byte[] data, int position) {
        this.t = t;
        this.data = data;
        this.position = position;
    }

    Object value(int level) {
        if (level > MAX_NESTING) {
            throw t.error("stack overflow (too many return values at once; use unpack_one or unpack_limit instead.)");
        }
        t.budget.spend(t, 1);
        need(1);
        int tag = data[position++] & 0xff;
        if (tag < 0x80) {
            return (double) tag;
        }
        if (tag >= 0xe0) {
            return (double) (byte) tag;
        }
        if (tag < 0x90) {
            return map(tag & 15, level);
        }
        if (tag < 0xa0) {
            return array(tag & 15, level);
        }
        return tag < 0xc0 ? string(tag & 31) : tagged(tag, level);
    }

    private Object tagged(int tag, int level) {
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
                return array(unsigned(2), level);
            case 0xdd:
                return array(unsigned(4), level);
            case 0xde:
                return map(unsigned(2), level);
            case 0xdf:
                return map(unsigned(4), level);
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

    private LuaTable array(long size, int level) {
        LuaTable table = t.newTable(0, 0);
        for (long i = 1; i <= size; i++) {
            table.put((int) i, value(level + 1));
        }
        return table;
    }

    private LuaTable map(long size, int level) {
        LuaTable table = t.newTable(0, 0);
        for (long i = 0; i < size; i++) {
            Object key = value(level + 1);
            Object item = value(level + 1);
            Operators.put(t, table, key, item);
        }
        return table;
    }
}
