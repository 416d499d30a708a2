package io.tailrace.node.lua;

/** string.* save what works by patterns. */
final class StringLibrary {
    private static final int MAX_HOST_STACK = 8000;
    /** Version 5.1 of the official format, little endian, 4 bytes an int, 8 a size, 4 an instruction, 8 a number. */
    private static final byte[] DUMPED = {0x1b, 'L', 'u', 'a', 0x51, 0, 1, 4, 8, 4, 8, 0};

    private StringLibrary() {}

    static void install(LuaRuntime runtime) {
        Library library = Library.named(runtime, "string")
                .add("byte", StringLibrary::bytes)
                .add("char", StringLibrary::chars)
                .add("dump", StringLibrary::dump)
                .add("format", t -> t.result(new StringFormat(t).run()))
                .add("len", t -> t.result(Args.string(t, 1).length()))
                .add("lower", t -> t.result(map(t, true)))
                .add("rep", StringLibrary::repeat)
                .add("reverse", StringLibrary::reverse)
                .add("sub", StringLibrary::sub)
                .add("upper", t -> t.result(map(t, false)));
        PatternLibrary.install(library);
        LuaTable metatable = runtime.newTable(0, 1);
        metatable.put("__index", library.table());
        runtime.stringMetatable(metatable);
    }

    /** Counted from the end if negative; 0 if it is before the first. */
    static long position(long position, int length) {
        long from = position < 0 ? position + length + 1 : position;
        return Math.max(0, from);
    }

    /** What begins as Lua's compiled code does, and as little as that in Redis is taken by loadstring. */
    private static int dump(LuaThread t) {
        if (Args.function(t, 1) instanceof LuaClosure) {
            return t.result(DUMPED.clone());
        }
        throw t.error("unable to dump given function");
    }

    private static int bytes(LuaThread t) {
        LuaString text = Args.string(t, 1);
        long from = position(Args.integer(t, 2, 1), text.length());
        long to = position(Args.integer(t, 3, from), text.length());
        from = Math.max(1, from);
        to = Math.min(text.length(), to);
        if (from > to) {
            return 0;
        }
        int count = (int) (to - from + 1);
        if (t.argCount() + count > MAX_HOST_STACK) {
            throw t.error("stack overflow (string slice too long)");
        }
        t.ensureStack(count);
        for (int i = 0; i < count; i++) {
            t.push((double) (text.byteAt((int) from - 1 + i) & 0xff));
        }
        return count;
    }

    private static int chars(LuaThread t) {
        byte[] bytes = new byte[t.argCount()];
        for (int i = 0; i < bytes.length; i++) {
            int c = Args.int32(t, i + 1);
            if ((c & 0xff) != c) {
                throw Args.error(t, i + 1, "invalid value");
            }
            bytes[i] = (byte) c;
        }
        return t.result(bytes);
    }

    private static LuaString map(LuaThread t, boolean toLower) {
        LuaString text = Args.string(t, 1);
        t.runtime.memory().chargeString(text.length());
        byte[] mapped = new byte[text.length()];
        for (int i = 0; i < mapped.length; i++) {
            int c = text.byteAt(i) & 0xff;
            mapped[i] = (byte) (toLower ? Bytes.toLower(c) : Bytes.toUpper(c));
        }
        return LuaString.wrap(mapped);
    }

    private static int repeat(LuaThread t) {
        LuaString text = Args.string(t, 1);
        int count = Args.int32(t, 2);
        if (count <= 0 || text.length() == 0) {
            return t.result(LuaString.EMPTY);
        }
        long length = (long) text.length() * count;
        if (length > Integer.MAX_VALUE - 16) {
            throw new LuaError("not enough memory");
        }
        t.runtime.memory().chargeString((int) length);
        t.budget.spend(t, (int) (length >>> 6));
        byte[] all = new byte[(int) length];
        System.arraycopy(text.bytes, 0, all, 0, text.length());
        for (int done = text.length(); done < all.length; done *= 2) {
            System.arraycopy(all, 0, all, done, Math.min(done, all.length - done));
            if (done > all.length / 2) {
                break;
            }
        }
        return t.result(LuaString.wrap(all));
    }

    private static int reverse(LuaThread t) {
        LuaString text = Args.string(t, 1);
        byte[] reversed = new byte[text.length()];
        for (int i = 0; i < reversed.length; i++) {
            reversed[i] = text.byteAt(reversed.length - 1 - i);
        }
        return t.result(reversed);
    }

    private static int sub(LuaThread t) {
        LuaString text = Args.string(t, 1);
        int length = text.length();
        long from = Math.max(1, position(Args.integer(t, 2), length));
        long to = Math.min(length, position(Args.integer(t, 3, -1), length));
        if (from > to) {
            return t.result(LuaString.EMPTY);
        }
        t.runtime.memory().chargeString((int) (to - from) + 1);
        return t.result(text.substring((int) from - 1, (int) to));
    }
}
