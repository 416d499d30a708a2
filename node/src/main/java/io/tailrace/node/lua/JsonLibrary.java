package io.tailrace.node.lua;

/** cjson.*: lua-cjson 2.1.0 as Redis has it. */
final class JsonLibrary {
    private JsonLibrary() {}

    static void install(LuaRuntime runtime) {
        runtime.globals().put("cjson", create(runtime));
    }

    private static LuaTable create(LuaRuntime runtime) {
        LuaTable table = runtime.newTable(0, 0);
        JsonSettings settings = new JsonSettings();
        Library library = new Library(runtime, table);
        library.add("encode", t -> {
                    checkOne(t);
                    return t.result(new JsonEncoder(t, settings).run(t.arg(1)));
                })
                .add("decode", t -> {
                    checkOne(t);
                    return t.result(new JsonDecoder(t, settings, Args.string(t, 1)).run());
                });
        settings.install(library);
        library.add("new", t -> t.result(create(runtime)));
        table.put("null", LightUserdata.NULL);
        table.put("_NAME", LuaString.of("cjson"));
        table.put("_VERSION", LuaString.of("2.1.0"));
        return table;
    }

    private static void checkOne(LuaThread t) {
        if (t.argCount() != 1) {
            throw Args.error(t, 1, "expected 1 argument");
        }
    }
}
