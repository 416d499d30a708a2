package io.tailrace.node.lua;

/** All that a new runtime offers to scripts. */
final class Libraries {
    private Libraries() {}

    static void install(LuaRuntime runtime) {
        BaseLibrary.install(runtime);
        CoroutineLibrary.install(runtime);
        StringLibrary.install(runtime);
        TableLibrary.install(runtime);
        MathLibrary.install(runtime);
        OsLibrary.install(runtime);
        BitLibrary.install(runtime);
        StructLibrary.install(runtime);
        MsgpackLibrary.install(runtime);
        JsonLibrary.install(runtime);
    }
}
