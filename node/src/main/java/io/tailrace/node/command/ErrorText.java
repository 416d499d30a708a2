package io.tailrace.node.command;

import io.tailrace.wire.resp.Arguments;
import java.nio.charset.StandardCharsets;

/** Redis's wording of the errors that several commands share, as {@code ReplyWriter.error} takes them. */
final class ErrorText {
    static final String SYNTAX = "ERR syntax error";
    static final String NOT_AN_INTEGER = "ERR value is not an integer or out of range";
    static final String NOT_POSITIVE = "ERR value is out of range, must be positive";
    static final String NOT_A_FLOAT = "ERR value is not a valid float";
    static final String SAME_OBJECT = "ERR source and destination objects are the same";
    static final String NO_SUCH_KEY = "ERR no such key";
    static final String TOO_LONG = "ERR string exceeds maximum allowed size (proto-max-bulk-len)";

    private ErrorText() {}

    /** Text of one byte a character. */
    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String arity(String command) {
        return "ERR wrong number of arguments for '" + command + "' command";
    }

    /** An argument as an error quotes it: up to its first zero byte, without line ends at its end. */
    static String quoted(Arguments arguments, int i) {
        String text = arguments.ascii(i);
        int end = text.indexOf(0) < 0 ? text.length() : text.indexOf(0);
        while (end > 0 && (text.charAt(end - 1) == '\r' || text.charAt(end - 1) == '\n')) {
            end--;
        }
        return text.substring(0, end);
    }

    static String outOfRange(long least, long most) {
        return "ERR value is out of range, value must between " + least + " and " + most;
    }

    static String expireTime(String command) {
        return "ERR invalid expire time in '" + command + "' command";
    }
}
