package io.tailrace.node.command;

import io.tailrace.node.script.LoadedFunction;
import io.tailrace.node.script.Script;
import io.tailrace.node.script.ScriptEngine;
import io.tailrace.node.store.LibrarySet;

/** What commands that run scripts ask of the shard's scripts. On the shard's thread. */
interface ScriptCalls {
    ScriptEngine engine();

    /** The function libraries that are committed. */
    LibrarySet libraries();

    /** Runs a script of EVAL within the transaction of a command. */
    void eval(Script script, CommandContext of, int firstKey, int keyCount, boolean isReadOnlyCommand);

    /** The same for a function. */
    void call(LoadedFunction function, CommandContext of, int firstKey, int keyCount, boolean isReadOnlyCommand);
}
