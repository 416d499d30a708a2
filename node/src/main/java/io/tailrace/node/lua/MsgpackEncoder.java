package io.tailrace.node.lua;

/** Encodes values as MessagePack: whole numbers as integers, tables with keys 1..n as arrays, what can't be as nil. */
final class MsgpackEncoder {
    private static final int MAX_NESTING = 16;

    private final LuaThread t;
    final LuaBuffer out;

    MsgpackEncoder(LuaThread t) {
        this.t = t;
        this.out = new LuaBuffer(t);
    }

    void add(Object value, int level) {
        t.budget.spend(t, 1);
        if (value instanceof LuaString) {
            string((LuaString) value);
        } else if (value instanceof Boolean) {
            out.append((Boolean) value ? 0xc3 : 0xc2);
        } else if (value instanceof Double) {
            number((Double) value);
        } else if (value instanceof LuaTable && level < MAX_NESTING) {
            table((LuaTable) value, level);
        } else {
            out.append(0xc0);
        }
    }

    private void bigEndian(long value, int bytes) {
        for (int i = bytes - 1; i >= 0; i--) {
            out.append((int) (value >>> 8 * i));
        }
    }

    private void tagged(int tag, long value, int bytes) {
        out.append(tag);
        bigEndian(value, bytes);
    }

    private void string(LuaString text) {
        int length = text.length();
        if (length < 32) {
            out.append(0xa0 | length);
        } else if (length <= 0xff) {
            tagged(0xd9, length, 1);
        } else if (length <= 0xffff) {
            tagged(0xda, length, 2);
        } else {
            tagged(0xdb, length, 4);
        }
        out.append(text);
    }

    private void number(double value) {
        long whole = Args.toLong(value);
        if (!Double.isInfinite(value) && whole == value) {
            integer(whole);
        } else if ((float) value == value) {
            tagged(0xca, Float.floatToRawIntBits((float) value), 4);
        } else {
            tagged(0xcb, Double.doubleToRawLongBits(value), 8);
        }
    }

    private void integer(long value) {
        if (value >= 0) {
            if (value <= 0x7f) {
                out.append((int) value);
            } else if (value <= 0xff) {
                tagged(0xcc, value, 1);
            } else if (value <= 0xffff) {
                tagged(0xcd, value, 2);
            } else if (value <= 0xffffffffL) {
                tagged(0xce, value, 4);
            } else {
                tagged(0xcf, value, 8);
            }
        } else if (value >= -32) {
            out.append((int) value);
        } else if (value >= Byte.MIN_VALUE) {
            tagged(0xd0, value, 1);
        } else if (value >= Short.MIN_VALUE) {
            tagged(0xd1, value, 2);
        } else if (value >= Integer.MIN_VALUE) {
            tagged(0xd2, value, 4);
        } else {
            tagged(0xd3, value, 8);
        }
    }

    private void header(int size, int small, int large) {
        if (size <= 15) {
            out.append(small | size);
        } else if (size <= 0xffff) {
            tagged(large, size, 2);
        } else {
            tagged(large + 1, size, 4);
        }
    }

    private void table(LuaTable table, int level) {
        t.budget.owe(table.capacity() >> 3);
        int size = 0;
        double max = 0;
        boolean isArray = true;
        for (int at = table.occupiedFrom(0); at >= 0; at = table.occupiedFrom(at + 1)) {
            Object key = table.keyAt(at);
            size++;
            double number = key instanceof Double ? (Double) key : 0;
            isArray &= number > 0 && number == (int) number;
            max = Math.max(max, number);
        }
        if (isArray && max == size) {
            int length = table.length();
            header(length, 0x90, 0xdc);
            for (int i = 1; i <= length; i++) {
                add(table.get(i), level + 1);
            }
            return;
        }
        header(size, 0x80, 0xde);
        for (int at = table.occupiedFrom(0); at >= 0; at = table.occupiedFrom(at + 1)) {
            add(table.keyAt(at), level + 1);
            add(table.valueAtPosition(at), level + 1);
        }
    }
}
