package io.tailrace.node.lua;

/** Where a coroutine is, in the words of coroutine.status. */
enum CoroutineState {
    /** Not begun, or waiting in a yield. */
    SUSPENDED("suspended"),
    RUNNING("running"),
    /** It has resumed another one. */
    NORMAL("normal"),
    /** Has returned or failed. */
    DEAD("dead");

    final LuaString text;

    CoroutineState(String text) {
        this.text = LuaString.of(text);
    }
}
