package io.tailrace.node.script;

import io.tailrace.node.lua.HostFunction;
import io.tailrace.node.lua.LuaError;
import io.tailrace.node.lua.LuaString;
import io.tailrace.node.lua.LuaTable;
import io.tailrace.node.lua.LuaThread;
import io.tailrace.node.lua.LuaType;
import java.nio.charset.StandardCharsets;

/**
 * Errors as scripts see them: tables whose field {@code err} is the text with its code, as of Redis 7.0.
 *
 * <pre>
 *  err       WRONGTYPE Operation against a key holding the wrong kind of value
 *  source    @user_script         where it was raised, noted by {@link #HANDLER} when it was not caught
 *  line      1
 * </pre>
 */
final class LuaErrors {
    /** Makes a table of an error that was not caught, and notes where it was raised. */
    static final HostFunction HANDLER = HostFunction.of("__redis__err__handler", LuaErrors::handle);

    static final LuaString ERR = LuaString.of("err");
    private static final LuaString SOURCE = LuaString.of("source");
    private static final LuaString LINE = LuaString.of("line");
    private static final LuaString IGNORE = LuaString.of("ignore_error_stats_update");
    private static final String CODE = "ERR ";

    private LuaErrors() {}

    /** The table of an error. A text that begins with a dash has a code of its own, as in C. */
    static LuaTable table(LuaThread thread, String text) {
        LuaTable table = thread.newTable(0, 4);
        table.put(ERR, string(withCode(text)));
        return table;
    }

    static LuaString string(String text) {
        return LuaString.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String withCode(String text) {
        String trimmed = trim(text);
        if (!trimmed.startsWith("-")) {
            return CODE + trimmed;
        }
        return trimmed.indexOf(' ') < 0 ? CODE + trimmed.substring(1) : trimmed.substring(1);
    }

    private static String trim(String text) {
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == '\r' || text.charAt(end - 1) == '\n')) {
            end--;
        }
        return text.substring(0, end);
    }

    /** What a command has replied, or why it was not run. */
    static LuaTable ofCommand(LuaThread thread, String textAfterDash) {
        LuaTable table = table(thread, "-" + textAfterDash);
        table.put(IGNORE, Boolean.TRUE);
        return table;
    }

    /** Whether a value is the error of a command, handed on as it came. */
    static boolean isOfCommand(Object value) {
        return value instanceof LuaTable && Boolean.TRUE.equals(((LuaTable) value).get(IGNORE));
    }

    static LuaError raised(LuaThread thread, String text) {
        return new LuaError(table(thread, text));
    }

    private static int handle(LuaThread thread) {
        Object value = thread.arg(1);
        LuaTable table;
        if (value instanceof LuaTable) {
            table = (LuaTable) value;
        } else {
            table = thread.newTable(0, 4);
            table.put(ERR, string(CODE + text(value)));
        }
        int level = thread.functionAt(1) instanceof HostFunction ? 2 : 1;
        if (thread.functionAt(level) != null) {
            table.put(SOURCE, thread.sourceAt(level));
            table.put(LINE, (Double) (double) thread.lineAt(level));
        }
        return thread.result(table);
    }

    /** As tostring has it; what it says of a table or function is not useful, but must be something. */
    private static String text(Object value) {
        if (value instanceof LuaString) {
            return new String(((LuaString) value).bytes(), StandardCharsets.ISO_8859_1);
        }
        if (value instanceof Double) {
            return NumberText.shown((Double) value);
        }
        return value == null || value instanceof Boolean
                ? String.valueOf(value).replace("null", "nil")
                : LuaType.nameOf(value) + ": 0x" + Integer.toHexString(System.identityHashCode(value));
    }

    /** The text of an error without where it was. */
    static String message(Object error) {
        if (error instanceof LuaTable) {
            Object err = ((LuaTable) error).get(ERR);
            return err instanceof LuaString || err instanceof Double ? text(err) : CODE + "unknown error";
        }
        return error instanceof LuaString || error instanceof Double ? CODE + text(error) : CODE + "unknown error";
    }

    /** A value of an error as it is. */
    static String plain(Object error) {
        return text(error);
    }

    /** The reply to who has called a script that has failed, without the dash. */
    static String reply(Object error, String script) {
        if (!(error instanceof LuaTable)) {
            String text = error instanceof LuaString || error instanceof Double ? text(error) : "execution failure";
            return CODE + "Error running script " + script + ", " + text.substring(0, Math.min(100, text.length()));
        }
        LuaTable table = (LuaTable) error;
        Object source = table.get(SOURCE);
        Object line = table.get(LINE);
        boolean isPlaced = isText(source) && isText(line);
        String place = isPlaced ? " script: " + script + ", on " + text(source) + ":" + text(line) + "." : "";
        return message(table) + place;
    }

    private static boolean isText(Object value) {
        return value instanceof LuaString || value instanceof Double;
    }
}
