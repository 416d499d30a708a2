package io.tailrace.wire.resp;

import io.tailrace.wire.memory.Decimal;
import io.tailrace.wire.memory.Memory;

/**
 * Decodes RESP requests, multibulk and inline, from native memory, in pieces of any size.
 *
 * <p>One per connection, used by the thread that owns it. The caller shows all bytes it has from the first unconsumed
 * one on; after {@link Outcome#NEED_MORE} it shows them again, at the same or another address, with more after them.
 * The decoder remembers how far it came and looks at no byte twice. It copies nothing: the arguments point into the
 * caller's bytes. An inline line with quotes is unquoted in place.
 *
 * <p>Rules and error texts are Redis 7.0's (networking.c, sds.c). The difference: a request that is too large but
 * believable is swallowed in bounded memory and answered, and the connection continues in sync.
 */
public final class RequestDecoder {
    /** What a call to {@link #decode} came to. */
    public enum Outcome {
        /** The request isn't complete; drop {@link RequestDecoder#consumed()} bytes, if any, and show more. */
        NEED_MORE,
        /** {@link RequestDecoder#arguments()} holds a request; drop its bytes when it is done. */
        REQUEST,
        /** A whole request was swallowed because it is too large; answer {@link RequestDecoder#error()}, continue. */
        REJECTED,
        /** The bytes are malformed; answer {@link RequestDecoder#error()} and close. Every later call says so too. */
        PROTOCOL_ERROR
    }

    private enum Phase {
        /** Before the first byte of a request. */
        START,
        /** In a request that doesn't begin with an asterisk; ends at a line feed. */
        INLINE,
        /** In the line that says how many arguments follow. */
        COUNT,
        /** In the arguments. */
        BULKS,
        /** After a protocol error, for good. */
        FAILED
    }

    private static final int NONE = -1;
    private static final int INCOMPLETE = -1;
    private static final int TOO_LONG = -2;
    private static final int CRLF = 2;
    /** This many digits surely fit an int. */
    private static final int PLAIN_DIGITS = 9;

    private final RespLimits limits;
    private final Arguments arguments = new Arguments();
    private final InlineSplitter splitter = new InlineSplitter();
    private boolean isUnauthenticated;
    private Phase phase = Phase.START;
    /** Offset of the header line or bulk that comes next. */
    private int cursor;
    /** No line end lies between the cursor and this offset. */
    private int scanned;

    private int bulksLeft;
    /** Length of the bulk at the cursor, or NONE while its header is awaited. */
    private int bulkLength = NONE;
    /** The answer to a request that is being swallowed, or null. */
    private String rejection;
    /** Bytes left to swallow of the current bulk and its line end. */
    private int skip;

    private int consumed;
    private int needed = 1;
    private String error;
    /** What {@link #plainNumber} read. */
    private int number;
    /** Offset after it and its line end. */
    private int afterNumber;

    public RequestDecoder(RespLimits limits) {
        this.limits = limits;
    }

    /** Whether the peer has not authenticated yet, and so may send no more than that takes. */
    public boolean isUnauthenticated() {
        return isUnauthenticated;
    }

    /** Sets whether the peer has not authenticated yet, between two requests or within one. */
    public void setUnauthenticated(boolean unauthenticated) {
        isUnauthenticated = unauthenticated;
    }

    /**
     * Continues decoding.
     *
     * @param address of the first unconsumed byte
     * @param length how many bytes are there, at least as many as in the call before less what was consumed
     */
    public Outcome decode(long address, int length) {
        consumed = 0;
        if (phase == Phase.START) {
            if (length == 0) {
                return needMore(1);
            }
            arguments.reset();
            phase = Memory.getByte(address) == '*' ? Phase.COUNT : Phase.INLINE;
        }
        switch (phase) {
            case COUNT:
                return count(address, length);
            case BULKS:
                return rejection == null ? bulks(address, length) : swallow(address, length);
            case INLINE:
                return inline(address, length);
            default:
                consumed = length;
                return Outcome.PROTOCOL_ERROR;
        }
    }

    /** Bytes to drop from the front after this call; more than 0 with NEED_MORE only while swallowing. */
    public int consumed() {
        return consumed;
    }

    /**
     * After NEED_MORE: how many bytes the unconsumed part will have, as far as is known; at least 1. It may be no more than a
     * claim of the peer's, so room for much of it is better made as the bytes come.
     */
    public int needed() {
        return needed;
    }

    /** After NEED_MORE: how many bytes are arguments already, with what is before them. */
    public int parsed() {
        return phase == Phase.BULKS ? cursor : 0;
    }

    /** The request, after REQUEST and until its bytes move; empty for an empty line or an empty array. */
    public Arguments arguments() {
        return arguments;
    }

    /** After REJECTED or PROTOCOL_ERROR: what to answer, without the leading minus and the line end. */
    public String error() {
        return error;
    }

    private Outcome count(long address, int length) {
        long value;
        if (plainNumber(address, 1, length)) {
            value = number;
            cursor = afterNumber;
        } else {
            int end = carriageReturn(address, length);
            if (end == INCOMPLETE) {
                return needMore(length + 1);
            }
            if (end == TOO_LONG) {
                return fail("too big mbulk count string");
            }
            if (!Decimal.isLong(address + 1, end - 1)) {
                return fail("invalid multibulk length");
            }
            value = Decimal.parse(address + 1, end - 1);
            cursor = end + CRLF;
        }
        if (value > limits.maxArguments()) {
            return fail("invalid multibulk length");
        }
        if (isUnauthenticated && value > RespLimits.UNAUTHENTICATED_MAX_ARGUMENTS) {
            return fail("unauthenticated multibulk length");
        }
        if (value <= 0) {
            return finish(Outcome.REQUEST);
        }
        bulksLeft = (int) value;
        scanned = cursor;
        phase = Phase.BULKS;
        return bulks(address, length);
    }

    private Outcome bulks(long address, int length) {
        while (bulksLeft > 0) {
            if (bulkLength == NONE) {
                Outcome outcome = bulkHeader(address, length);
                if (outcome != null) {
                    return outcome;
                }
                if (rejection != null) {
                    return swallow(address, length);
                }
            }
            int end = cursor + bulkLength + CRLF;
            if (end > length) {
                return needMore(end);
            }
            arguments.add(cursor, bulkLength);
            nextBulk(end);
        }
        arguments.base(address);
        return finish(Outcome.REQUEST);
    }

    /** Drops what is left of a request that was rejected, of each bulk as many bytes as are there. */
    private Outcome swallow(long address, int length) {
        while (bulksLeft > 0) {
            if (bulkLength == NONE) {
                Outcome outcome = bulkHeader(address, length);
                if (outcome == Outcome.NEED_MORE) {
                    dropBeforeCursor(length);
                }
                if (outcome != null) {
                    return outcome;
                }
                skip = bulkLength + CRLF;
            }
            int step = Math.min(skip, length - cursor);
            cursor += step;
            skip -= step;
            if (skip > 0) {
                scanned = cursor;
                dropBeforeCursor(length);
                return Outcome.NEED_MORE;
            }
            nextBulk(cursor);
        }
        error = rejection;
        return finish(Outcome.REJECTED);
    }

    /** Reads the line before a bulk: null when it is read and {@link #bulkLength} known, or what to return instead. */
    private Outcome bulkHeader(long address, int length) {
        if (cursor < length && Memory.getByte(address + cursor) == '$' && plainNumber(address, cursor + 1, length)) {
            cursor = afterNumber;
            bulkLength = number;
        } else {
            int end = carriageReturn(address, length);
            if (end == INCOMPLETE) {
                return needMore(length + 1);
            }
            if (end == TOO_LONG) {
                return fail("too big bulk count string");
            }
            if (Memory.getByte(address + cursor) != '$') {
                return fail("expected '$', got '" + printable(Memory.getByte(address + cursor)) + "'");
            }
            long text = address + cursor + 1;
            int textLength = end - cursor - 1;
            long value = Decimal.isLong(text, textLength) ? Decimal.parse(text, textLength) : NONE;
            if (value < 0 || value > RespLimits.PROTOCOL_MAX_BULK) {
                return fail("invalid bulk length");
            }
            cursor = end + CRLF;
            bulkLength = (int) value;
        }
        if (isUnauthenticated && bulkLength > RespLimits.UNAUTHENTICATED_MAX_BULK) {
            return fail("unauthenticated bulk length");
        }
        if (bulkLength > limits.maxBulkLength()) {
            return oversizedBulk();
        }
        if (cursor + bulkLength + CRLF > limits.maxRequestLength()) {
            reject("ERR request is larger than " + limits.maxRequestLength() + " bytes");
        }
        return null;
    }

    private Outcome oversizedBulk() {
        if (bulkLength > RespLimits.PROTOCOL_MAX_BULK) {
            return fail("invalid bulk length");
        }
        reject("ERR value of " + bulkLength + " bytes is larger than max-value-size (" + limits.maxBulkLength()
                + " bytes)");
        return null;
    }

    private Outcome inline(long address, int length) {
        int limit = (int) Math.min(length, maxLineLength() + 1L);
        int at = scanned;
        while (at < limit && Memory.getByte(address + at) != '\n') {
            at++;
        }
        if (at == limit) {
            scanned = at;
            return at > maxLineLength() ? fail("too big inline request") : needMore(length + 1);
        }
        cursor = at + 1;
        int lineLength = at > 0 && Memory.getByte(address + at - 1) == '\r' ? at - 1 : at;
        if (!splitter.split(address, lineLength, arguments)) {
            return fail("unbalanced quotes in request");
        }
        if (isUnauthenticated && arguments.count() > RespLimits.UNAUTHENTICATED_MAX_ARGUMENTS) {
            return fail("unauthenticated multibulk length");
        }
        arguments.base(address);
        for (int i = 0; i < arguments.count(); i++) {
            if (arguments.length(i) > limits.maxBulkLength()) {
                bulkLength = arguments.length(i);
                oversizedBulk();
                error = rejection;
                return finish(Outcome.REJECTED);
            }
        }
        return finish(Outcome.REQUEST);
    }

    private int maxLineLength() {
        return isUnauthenticated
                ? Math.min(limits.maxInlineLength(), RespLimits.UNAUTHENTICATED_MAX_BULK)
                : limits.maxInlineLength();
    }

    /**
     * The common header: up to nine digits without a leading zero and a line end, all of it there. Anything else is
     * left to the careful path.
     */
    private boolean plainNumber(long address, int from, int length) {
        int stop = Math.min(length - CRLF, from + PLAIN_DIGITS);
        int value = 0;
        int at = from;
        while (at <= stop) {
            int digit = Memory.getByte(address + at) - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            value = value * 10 + digit;
            at++;
        }
        int digits = at - from;
        if (at > stop || digits == 0 || Memory.getByte(address + at) != '\r') {
            return false;
        }
        if (digits > 1 && Memory.getByte(address + from) == '0') {
            return false;
        }
        number = value;
        afterNumber = at + CRLF;
        return true;
    }

    /** Offset of the carriage return that ends the line at the cursor and has a byte after it. */
    private int carriageReturn(long address, int length) {
        int limit = (int) Math.min(length, (long) cursor + maxLineLength() + 1);
        int at = scanned;
        while (at < limit && Memory.getByte(address + at) != '\r') {
            at++;
        }
        scanned = at;
        if (at == limit) {
            return at - cursor > maxLineLength() ? TOO_LONG : INCOMPLETE;
        }
        return at + 1 < length ? at : INCOMPLETE;
    }

    private void nextBulk(int offset) {
        cursor = offset;
        scanned = offset;
        bulkLength = NONE;
        bulksLeft--;
    }

    private void reject(String answer) {
        if (rejection == null) {
            rejection = answer;
            skip = bulkLength + CRLF;
            arguments.reset();
        }
    }

    private void dropBeforeCursor(int length) {
        consumed = cursor;
        scanned -= cursor;
        needed = length - cursor + 1;
        cursor = 0;
    }

    private Outcome needMore(int total) {
        needed = total;
        return Outcome.NEED_MORE;
    }

    private Outcome finish(Outcome outcome) {
        consumed = cursor;
        cursor = 0;
        scanned = 0;
        bulksLeft = 0;
        bulkLength = NONE;
        rejection = null;
        phase = Phase.START;
        return outcome;
    }

    private Outcome fail(String what) {
        error = "ERR Protocol error: " + what;
        phase = Phase.FAILED;
        return Outcome.PROTOCOL_ERROR;
    }

    private static char printable(byte got) {
        return got == '\r' || got == '\n' ? ' ' : (char) (got & 0xff);
    }
}
