package io.tailrace.node.store;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * The first line of a library's code, {@code #!engine name=library}, as Redis 7.0 reads it. Immutable.
 *
 * @param name as it stands there; {@link #isName} tells whether it is one
 */
public record LibraryHeader(String engine, String name) {
    private static final String BEGIN = "#!";
    private static final String NAME = "name=";

    /** There is no such header. The message is Redis's, without a code. */
    public static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1;

        MalformedException(String message) {
            super(message, null, false, false);
        }
    }

    /** Reads it from a library's code. */
    public static LibraryHeader of(byte[] code) throws MalformedException {
        if (code.length < BEGIN.length() || code[0] != '#' || code[1] != '!') {
            throw new MalformedException("Missing library metadata");
        }
        List<String> parts = SplitLine.parts(code, lineEnd(code));
        if (parts == null || parts.isEmpty()) {
            throw new MalformedException("Invalid library metadata");
        }
        String name = null;
        for (String part : parts.subList(1, parts.size())) {
            if (!part.toLowerCase(Locale.ROOT).startsWith(NAME)) {
                throw new MalformedException("Invalid metadata value given: " + part);
            }
            if (name != null) {
                throw new MalformedException("Invalid metadata value, name argument was given multiple times");
            }
            name = part.substring(NAME.length());
        }
        if (name == null) {
            throw new MalformedException("Library name was not given");
        }
        return new LibraryHeader(parts.get(0).substring(BEGIN.length()), name);
    }

    /** A string of Redis's ends for it at its first zero byte. */
    private static int lineEnd(byte[] code) throws MalformedException {
        for (int i = 0; i < code.length && code[i] != 0; i++) {
            if (code[i] == '\n') {
                return i;
            }
        }
        throw new MalformedException("Invalid library metadata");
    }

    /** The name of a library whose code is data already, or null when it has none: then the data is damaged. */
    static String nameOf(byte[] code) {
        try {
            String name = of(code).name();
            return isName(name) ? name : null;
        } catch (MalformedException e) {
            return null;
        }
    }

    /** Where the code begins that an engine runs: at the end of the first line, so that its lines keep their numbers. */
    public static int length(byte[] code) {
        int at = 0;
        while (code[at] != '\n') {
            at++;
        }
        return at;
    }

    /** Whether a library or a function can be called that. */
    public static boolean isName(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean isAllowed = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
            if (!isAllowed) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** The bytes of text that was read here. */
    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
