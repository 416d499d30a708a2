package io.tailrace.tools.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Finds where replies end, RESP 2 and 3, of which any part may be missing yet. For one connection.
 *
 * <pre>
 *  LINE   type, text, CR LF           what it says decides:
 *  BODY   this many bytes, CR LF        of a bulk string
 * </pre>
 *
 * A reply is over when no elements are left of it nor of what it is in; only their number is kept, as nothing is made of them.
 */
final class ReplyScanner {
    private long elements = 1;
    private int body;
    private boolean isAtStart = true;
    private byte type;
    private long number;
    private boolean isNegative;
    private boolean isDigits;
    private long errors;
    private String firstError;
    private final StringBuilder error = new StringBuilder();

    /** Replies that were errors, at any depth. */
    long errors() {
        return errors;
    }

    /** The first of them, or null. */
    String firstError() {
        return firstError;
    }

    /** Takes all bytes there are; returns how many replies ended. */
    int scan(ByteBuffer in) {
        int replies = 0;
        int at = in.position();
        int end = in.limit();
        while (at < end) {
            if (body > 0) {
                int taken = Math.min(body, end - at);
                body -= taken;
                at += taken;
                replies += body == 0 ? endElement() : 0;
            } else {
                byte next = in.get(at++);
                if (isAtStart) {
                    begin(next);
                } else if (next == '\n') {
                    replies += endLine();
                } else {
                    take(next);
                }
            }
        }
        in.position(at);
        return replies;
    }

    private void begin(byte next) {
        type = next;
        number = 0;
        isNegative = false;
        isDigits = next != '+' && next != '-';
        isAtStart = false;
    }

    private void take(byte next) {
        if (isDigits && next >= '0' && next <= '9') {
            number = number * 10 + next - '0';
        } else if (next == '-' && isDigits) {
            isNegative = true;
        } else if (type == '-' && firstError == null && next != '\r') {
            error.append((char) (next & 0xff));
        }
    }

    private int endLine() {
        isAtStart = true;
        switch (type) {
            case '$', '!', '=' -> {
                if (!isNegative) {
                    body = Math.toIntExact(number) + 2;
                    return 0;
                }
            }
            case '*', '~', '>' -> elements += isNegative ? 0 : number;
            // an attribute's pairs, and then what it is about
            case '%' -> elements += 2 * number;
            case '|' -> elements += 2 * number + 1;
            case '-' -> noteError();
            case '+', ':', '_', ',', '#', '(' -> {
                // that is all
            }
            default ->
                throw new IllegalStateException("a reply can't begin with the byte " + type + ", '"
                        + new String(new byte[] {type}, StandardCharsets.ISO_8859_1) + "'");
        }
        return endElement();
    }

    private void noteError() {
        errors++;
        if (firstError == null) {
            firstError = error.toString();
        }
    }

    private int endElement() {
        elements--;
        if (elements > 0) {
            return 0;
        }
        elements = 1;
        return 1;
    }
}
