package io.tailrace.node.lua;

/** The operator .. over a run of registers, from the right to the left, all neighbouring strings at once. */
final class Concat {
    private static final long MAX_LENGTH = Integer.MAX_VALUE - 16;

    private Concat() {}

    /** Registers first..last (indexes of the stack); the result replaces the first. */
    static void run(LuaThread t, int first, int lastRegister) {
        int last = lastRegister;
        while (last > first) {
            Object a = t.stack[last - 1];
            Object b = t.stack[last];
            if (!isText(a) || !isText(b)) {
                t.stack[last - 1] = withMetamethod(t, a, b, last);
                last--;
            } else {
                last = join(t, first, last);
            }
        }
    }

    private static boolean isText(Object value) {
        return value instanceof LuaString || value instanceof Double;
    }

    private static Object withMetamethod(LuaThread t, Object a, Object b, int last) {
        Object handler = t.runtime.metamethod(Metamethod.CONCAT, a);
        if (handler == null) {
            handler = t.runtime.metamethod(Metamethod.CONCAT, b);
        }
        if (handler == null) {
            int base = t.frame.base;
            throw Errors.concat(t, a, last - 1 - base, b, last - base);
        }
        return Calls.invoke(t, handler, a, b);
    }

    private static int join(LuaThread t, int first, int last) {
        Object[] stack = t.stack;
        long length = 0;
        int from = last;
        for (; from >= first && isText(stack[from]); from--) {
            LuaString text = Numbers.toStringOrNull(stack[from]);
            stack[from] = text;
            length += text.length();
        }
        from++;
        if (length > MAX_LENGTH) {
            throw new LuaError("not enough memory");
        }
        t.runtime.memory().chargeString((int) length);
        byte[] all = new byte[(int) length];
        int at = 0;
        for (int i = from; i <= last; i++) {
            byte[] bytes = ((LuaString) stack[i]).bytes;
            System.arraycopy(bytes, 0, all, at, bytes.length);
            at += bytes.length;
        }
        stack[from] = LuaString.wrap(all);
        return from;
    }
}
