package io.tailrace.node.admin;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** JSON as it grows, in the order of calls; the caller pairs what opens with what closes. For one thread. */
final class Json {
    private final StringBuilder text = new StringBuilder();

    private void begin(String name) {
        int last = text.length() - 1;
        if (last >= 0 && text.charAt(last) != '{' && text.charAt(last) != '[') {
            text.append(',');
        }
        if (name != null) {
            quote(name);
            text.append(':');
        }
    }

    /** @param name of the field, or null in an array and outside */
    Json open(String name, char bracket) {
        begin(name);
        text.append(bracket);
        return this;
    }

    Json close(char bracket) {
        text.append(bracket);
        return this;
    }

    Json field(String name, long value) {
        begin(name);
        text.append(value);
        return this;
    }

    Json field(String name, boolean value) {
        begin(name);
        text.append(value);
        return this;
    }

    Json field(String name, String value) {
        begin(name);
        quote(value);
        return this;
    }

    Json numbers(String name, long[] values) {
        open(name, '[');
        for (long value : values) {
            begin(null);
            text.append(value);
        }
        return close(']');
    }

    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c) || c == 0x7f) {
                text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }

    byte[] bytes() {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
