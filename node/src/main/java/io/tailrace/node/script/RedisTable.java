package io.tailrace.node.script;

import io.tailrace.node.lua.HostFunction;
import io.tailrace.node.lua.LuaError;
import io.tailrace.node.lua.LuaRuntime;
import io.tailrace.node.lua.LuaString;
import io.tailrace.node.lua.LuaTable;
import io.tailrace.node.lua.LuaThread;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.nio.charset.StandardCharsets;

/**
 * The table {@code redis} of one runtime: what scripts call the node by, with the error texts of Redis 7.0. Owned and closed by the
 * shard's thread.
 */
final class RedisTable implements AutoCloseable {
    private static final int REPLY_CAPACITY = 4 << 10;
    private static final int WARNING = 3;
    private static final int REPL_ALL = 3;
    private static final int VERSION_NUMBER = 0x0007000f;

    private final ScriptDoor door;
    private final String version;
    private final CallArguments arguments = new CallArguments();
    private final ReplyReader reader = new ReplyReader();
    private final ReplyWriter reply = new ReplyWriter(REPLY_CAPACITY);
    private final Sha1 sha1 = new Sha1();
    private boolean isRunning;

    RedisTable(ScriptDoor door, String version) {
        this.door = door;
        this.version = version;
    }

    /** Puts the table into a runtime's globals, and gives it. */
    LuaTable install(LuaRuntime runtime) {
        LuaTable table = runtime.newTable(0, 32);
        add(table, "call", thread -> call(thread, true));
        add(table, "pcall", thread -> call(thread, false));
        add(table, "sha1hex", this::sha1hex);
        add(table, "error_reply", RedisTable::errorReply);
        add(table, "status_reply", RedisTable::statusReply);
        add(table, "setresp", this::setProtocol);
        add(table, "acl_check_cmd", this::checkAccess);
        add(table, "set_repl", this::setReplication);
        addLog(table);
        constant(table, "REPL_NONE", 0);
        constant(table, "REPL_AOF", 1);
        constant(table, "REPL_SLAVE", 2);
        constant(table, "REPL_REPLICA", 2);
        constant(table, "REPL_ALL", REPL_ALL);
        runtime.globals().put("redis", table);
        return table;
    }

    /** What a library may call while it is loaded, too. */
    void addLog(LuaTable table) {
        add(table, "log", this::log);
        constant(table, "LOG_DEBUG", 0);
        constant(table, "LOG_VERBOSE", 1);
        constant(table, "LOG_NOTICE", 2);
        constant(table, "LOG_WARNING", WARNING);
        constant(table, "REDIS_VERSION_NUM", VERSION_NUMBER);
        table.put("REDIS_VERSION", LuaString.of(version));
    }

    /** What functions don't have. */
    void addOldCalls(LuaTable table) {
        add(table, "replicate_commands", thread -> thread.result(true));
        add(table, "breakpoint", thread -> thread.result(false));
        add(table, "debug", thread -> 0);
    }

    static void add(LuaTable table, String name, HostFunction.Body body) {
        table.put(name, HostFunction.of(name, body));
    }

    private static void constant(LuaTable table, String name, int value) {
        table.put(name, (Double) (double) value);
    }

    /** A script begins: replies are of RESP 2 until it says otherwise. */
    void begin() {
        isRunning = true;
        reply.protocol(2);
    }

    void end() {
        isRunning = false;
    }

    /** What the script has set with redis.setresp. */
    int protocol() {
        return reply.protocol();
    }

    private void requireRunning(LuaThread thread, String what) {
        if (!isRunning) {
            throw LuaErrors.raised(thread, what + " can only be called inside a script invocation");
        }
    }

    private int call(LuaThread thread, boolean isRaising) {
        requireRunning(thread, "redis.call/pcall");
        Arguments request;
        try {
            request = arguments.of(thread);
        } catch (LuaError e) {
            if (isRaising) {
                throw e;
            }
            return thread.result(e.value());
        }
        reply.drained(reply.pending());
        String refusal = door.call(request, reply);
        Object value;
        boolean isError = refusal != null;
        if (isError) {
            value = LuaErrors.ofCommand(thread, refusal);
        } else {
            value = reader.read(thread, reply.address());
            isError = reader.isError();
        }
        reply.drained(reply.pending());
        if (isError && isRaising) {
            throw new LuaError(value);
        }
        return thread.result(value);
    }

    private int log(LuaThread thread) {
        int count = thread.argCount();
        if (count < 2) {
            throw LuaErrors.raised(thread, "redis.log() requires two arguments or more.");
        }
        double level = number(thread.arg(1));
        if (Double.isNaN(level)) {
            throw LuaErrors.raised(thread, "First argument must be a number (log level).");
        }
        if ((int) level < 0 || (int) level > WARNING) {
            throw LuaErrors.raised(thread, "Invalid debug level.");
        }
        StringBuilder text = new StringBuilder();
        for (int i = 2; i <= count; i++) {
            Object value = thread.arg(i);
            if (value instanceof LuaString || value instanceof Double) {
                text.append(text.length() == 0 ? "" : " ").append(textOf(value));
            }
        }
        door.log((int) level, text.toString());
        return 0;
    }

    private static double number(Object value) {
        if (value instanceof Double) {
            return (Double) value;
        }
        try {
            return value instanceof LuaString
                    ? Double.parseDouble(value.toString().strip())
                    : Double.NaN;
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    private static String textOf(Object value) {
        return value instanceof LuaString
                ? new String(((LuaString) value).bytes(), StandardCharsets.UTF_8)
                : NumberText.shown((Double) value);
    }

    private int sha1hex(LuaThread thread) {
        if (thread.argCount() != 1) {
            throw LuaErrors.raised(thread, "wrong number of arguments");
        }
        Object value = thread.arg(1);
        byte[] bytes = value instanceof LuaString
                ? ((LuaString) value).bytes()
                : value instanceof Double
                        ? LuaErrors.string(NumberText.shown((Double) value)).bytes()
                        : new byte[0];
        return thread.result(LuaString.of(sha1.hex(bytes)));
    }

    private static boolean isOneString(LuaThread thread) {
        return thread.argCount() == 1 && thread.arg(1) instanceof LuaString;
    }

    private static int errorReply(LuaThread thread) {
        if (!isOneString(thread)) {
            return thread.result(LuaErrors.table(thread, "wrong number or type of arguments"));
        }
        String text = new String(((LuaString) thread.arg(1)).bytes(), StandardCharsets.ISO_8859_1);
        return thread.result(LuaErrors.table(thread, text.startsWith("-") ? text : "-" + text));
    }

    private static int statusReply(LuaThread thread) {
        if (!isOneString(thread)) {
            return thread.result(LuaErrors.table(thread, "wrong number or type of arguments"));
        }
        LuaTable table = thread.newTable(0, 1);
        table.put("ok", thread.arg(1));
        return thread.result(table);
    }

    private int setProtocol(LuaThread thread) {
        requireRunning(thread, "redis.setresp");
        if (thread.argCount() != 1) {
            throw LuaErrors.raised(thread, "redis.setresp() requires one argument.");
        }
        double protocol = number(thread.arg(1));
        if ((int) protocol != 2 && (int) protocol != 3) {
            throw LuaErrors.raised(thread, "RESP version must be 2 or 3.");
        }
        reply.protocol((int) protocol);
        return 0;
    }

    private int checkAccess(LuaThread thread) {
        requireRunning(thread, "redis.acl_check_cmd");
        Arguments request = arguments.of(thread);
        ScriptDoor.Access access = door.allows(request);
        if (access == ScriptDoor.Access.NO_SUCH_COMMAND) {
            throw LuaErrors.raised(thread, "Invalid command passed to redis.acl_check_cmd()");
        }
        return thread.result(access == ScriptDoor.Access.ALLOWED);
    }

    /** Checked and otherwise without effect: data that is not logged there is none. */
    private int setReplication(LuaThread thread) {
        requireRunning(thread, "redis.set_repl");
        if (thread.argCount() != 1) {
            throw LuaErrors.raised(thread, "redis.set_repl() requires two arguments.");
        }
        double flags = number(thread.arg(1));
        if (((int) flags & ~REPL_ALL) != 0) {
            throw LuaErrors.raised(
                    thread, "Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.");
        }
        return 0;
    }

    @Override
    public void close() {
        arguments.close();
        reply.close();
    }
}
