package io.tailrace.wire.record;

import io.tailrace.wire.memory.Decimal;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.Arguments;

/**
 * Walks the effects of one record's payload, without garbage: {@code while (cursor.next()) use(cursor.arguments())}. Those of a
 * part are counted from the first effect on, as those of any other record: the names of the parts before it are passed over.
 *
 * <p>Strict, because a program wrote the payload: only arrays of bulk strings, canonical numbers, line ends where they
 * belong, exactly as many commands as the header says. When {@code next()} is false, {@link #isMalformed()} tells
 * whether that is the end or a fault; commands before a fault have been handed out already, so a caller that must not
 * apply half a record walks it twice or verifies the chain first.
 */
public final class EffectCursor {
    private final Arguments arguments = new Arguments();
    private long payload;
    private int length;
    private int at;
    private int commandsLeft;
    private String problem;

    /** Starts at the first command of the record, whose {@link RecordView#problem()} has been found to be null. */
    public EffectCursor wrap(RecordView record) {
        wrapWhole(record);
        if (record.isPart()) {
            passNames();
        }
        return this;
    }

    /** Starts at the names of the parts where it is a part. */
    EffectCursor wrapWhole(RecordView record) {
        payload = record.address() + RecordLayout.PAYLOAD_OFFSET;
        length = record.payloadLength();
        commandsLeft = record.commandCount();
        at = 0;
        problem = null;
        arguments.reset();
        return this;
    }

    /** Goes to the first effect of a part; {@link PartView} looks at what is passed over. */
    private void passNames() {
        if (next() && !arguments.is(0, PartView.PART)) {
            fail("no names of parts");
        }
        int effectsAt = at;
        int effectsLeft = commandsLeft;
        if (problem == null && next() && !arguments.is(0, PartView.NEEDS)) {
            at = effectsAt;
            commandsLeft = effectsLeft;
        }
        arguments.reset();
    }

    /** Goes to the next command; false at the end or at a fault. */
    public boolean next() {
        if (problem != null) {
            return false;
        }
        arguments.reset();
        if (commandsLeft == 0) {
            return at != length && fail("bytes after the last command");
        }
        commandsLeft--;
        int count = header('*');
        if (count < 1) {
            return fail("no array of bulk strings");
        }
        for (int i = 0; i < count; i++) {
            int bulk = header('$');
            if (bulk < 0 || bulk > length - at - 2 || !isLineEnd(at + bulk)) {
                return fail("no bulk string");
            }
            arguments.add(payload + at, bulk);
            at += bulk + 2;
        }
        return true;
    }

    /** The command's arguments, its name first, after {@link #next()} was true. They lie in the record. */
    public Arguments arguments() {
        return arguments;
    }

    /** How many effects are left; all of them at the beginning. */
    public int left() {
        return commandsLeft;
    }

    /** Where in the payload the next effect begins. */
    public int offset() {
        return at;
    }

    /** Whether the walk ended at a fault. */
    public boolean isMalformed() {
        return problem != null;
    }

    /** What is wrong and where in the payload, or null. */
    public String problem() {
        return problem;
    }

    /** Reads a type character, a number and a line end; -1 and no move if they aren't there. */
    private int header(char type) {
        int digitsFrom = at + 1;
        int digitsEnd = Math.min(length, digitsFrom + 10);
        int end = digitsFrom;
        while (end < digitsEnd && Memory.getByte(payload + end) != '\r') {
            end++;
        }
        if (end >= length || !isLineEnd(end) || Memory.getByte(payload + at) != type) {
            return -1;
        }
        int digits = end - digitsFrom;
        if (!Decimal.isLong(payload + digitsFrom, digits)) {
            return -1;
        }
        long value = Decimal.parse(payload + digitsFrom, digits);
        if (value < 0 || value > length) {
            return -1;
        }
        at = end + 2;
        return (int) value;
    }

    private boolean isLineEnd(int offset) {
        return offset + 2 <= length
                && Memory.getByte(payload + offset) == '\r'
                && Memory.getByte(payload + offset + 1) == '\n';
    }

    private boolean fail(String what) {
        problem = what + " at payload offset " + at;
        arguments.reset();
        return false;
    }
}
