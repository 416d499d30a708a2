package io.tailrace.node.lua;

/** cmsgpack.*, as Redis has it. */
final class MsgpackLibrary {
    private MsgpackLibrary() {}

    static void install(LuaRuntime runtime) {
        Library library = Library.named(runtime, "cmsgpack")
                .add("pack", MsgpackLibrary::pack)
                .add("unpack", t -> unpack(t, 0, 0))
                .add("unpack_limit", t -> {
                    int limit = Args.int32(t, 2);
                    int offset = Args.int32(t, 3, 0);
                    return unpack(t, limit, offset);
                })
                .add("unpack_one", t -> unpack(t, 1, Args.int32(t, 2, 0)));
        library.table().put("_NAME", LuaString.of("cmsgpack"));
        library.table().put("_VERSION", LuaString.of("lua-cmsgpack 0.4.0"));
        library.table().put("_COPYRIGHT", LuaString.of("Copyright (C) 2012, Salvatore Sanfilippo"));
        library.table().put("_DESCRIPTION", LuaString.of("MessagePack C implementation for Lua"));
    }

    private static int pack(LuaThread t) {
        int count = t.argCount();
        if (count == 0) {
            throw Args.error(t, 0, "MessagePack pack needs input.");
        }
        MsgpackEncoder encoder = new MsgpackEncoder(t);
        for (int i = 1; i <= count; i++) {
            encoder.add(t.arg(i), 0);
        }
        return t.result(encoder.out.toLuaString());
    }

    /** @param limit 0 for all, without an offset as first result */
    private static int unpack(LuaThread t, int limit, int offset) {
        LuaString data = Args.string(t, 1);
        int length = data.length();
        if (offset < 0 || limit < 0) {
            throw t.error("Invalid request to unpack with offset of " + offset + " and limit of " + length + ".");
        }
        if (offset > length) {
            throw t.error("Start offset " + offset + " greater than input length " + length + ".");
        }
        boolean isAll = limit == 0 && offset == 0;
        MsgpackDecoder decoder = new MsgpackDecoder(t, data.bytes, offset);
        int base = t.top;
        int count = 0;
        while (decoder.position < length && (isAll || count < limit)) {
            t.push(decoder.value());
            count++;
        }
        if (!isAll) {
            int left = length - decoder.position;
            t.push(null);
            System.arraycopy(t.stack, base, t.stack, base + 1, count);
            t.stack[base] = left == 0 ? (Double) (-1.0) : (Double) (double) decoder.position;
            count++;
        }
        return count;
    }
}
