package io.tailrace.node.script;

/** Why a script or a library is not taken or not run: an error for the client, with its code, without the dash. */
public final class ScriptException extends Exception {
    private static final long serialVersionUID = 1;

    public ScriptException(String error) {
        super(error, null, false, false);
    }
}
