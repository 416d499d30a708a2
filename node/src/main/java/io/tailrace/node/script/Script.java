package io.tailrace.node.script;

import io.tailrace.node.store.SplitLine;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A script of EVAL: its source and what its first line says. Immutable: any thread. */
public final class Script {
    private static final String ENGINE = "#!lua";
    private static final String FLAGS = "flags=";
    /** Of the objects that hold one, as memory is accounted for. */
    private static final int OVERHEAD = 128;

    private final String sha1;
    private final byte[] body;
    private final int codeAt;
    private final int flags;

    private Script(String sha1, byte[] body, int codeAt, int flags) {
        this.sha1 = sha1;
        this.body = body;
        this.codeAt = codeAt;
        this.flags = flags;
    }

    /** @throws ScriptException when its first line is malformed */
    public static Script of(String sha1, byte[] body) throws ScriptException {
        if (body.length < 2 || body[0] != '#' || body[1] != '!') {
            return new Script(sha1, body, 0, ScriptFlags.COMPATIBLE);
        }
        int end = 0;
        while (end < body.length && body[end] != '\n' && body[end] != 0) {
            end++;
        }
        if (end == body.length || body[end] == 0) {
            throw new ScriptException("ERR Invalid script shebang");
        }
        List<String> parts = SplitLine.parts(body, end);
        if (parts == null || parts.isEmpty()) {
            throw new ScriptException("ERR Invalid engine in script shebang");
        }
        if (!parts.get(0).equals(ENGINE)) {
            throw new ScriptException("ERR Unexpected engine in script shebang: " + parts.get(0));
        }
        int flags = 0;
        for (String option : parts.subList(1, parts.size())) {
            if (!option.startsWith(FLAGS)) {
                throw new ScriptException("ERR Unknown lua shebang option: " + option);
            }
            flags |= flags(option.substring(FLAGS.length()));
        }
        return new Script(sha1, body, end, flags);
    }

    private static int flags(String list) throws ScriptException {
        int flags = 0;
        if (list.isEmpty()) {
            return flags;
        }
        for (String name : list.split(",", -1)) {
            int flag = ScriptFlags.of(name);
            if (flag == 0) {
                throw new ScriptException("ERR Unexpected flag in script shebang: " + name);
            }
            flags |= flag;
        }
        return flags;
    }

    /** 40 digits in lower case. */
    public String sha1() {
        return sha1;
    }

    public int flags() {
        return flags;
    }

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** What the engine compiles: without the first line where that is none of Lua, but with its end. */
    public byte[] code() {
        byte[] code = new byte[body.length - codeAt];
        System.arraycopy(body, codeAt, code, 0, code.length);
        return code;
    }

    /** Bytes it takes. */
    long cost() {
        return OVERHEAD + (long) body.length;
    }

    @Override
    public String toString() {
        return sha1 + ": " + new String(body, StandardCharsets.ISO_8859_1);
    }
}
