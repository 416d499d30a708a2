package io.tailrace.node.command;

import io.tailrace.node.command.BitfieldType.Overflow;
import io.tailrace.wire.resp.Arguments;
import java.util.ArrayList;
import java.util.List;

/**
 * One of the things that a BITFIELD does. Immutable.
 *
 * @param offset of its first bit
 * @param number what SET sets, or INCRBY adds
 */
record BitfieldOperation(Verb verb, BitfieldType type, long offset, long number, Overflow overflow) {
    enum Verb {
        GET(3),
        SET(4),
        INCRBY(4);

        private static final Verb[] ALL = values();

        private final int words;

        /** @param words with itself */
        Verb(int words) {
            this.words = words;
        }

        /** The verb of an argument that all its words follow, or null. */
        private static Verb of(Arguments arguments, int at) {
            for (Verb verb : ALL) {
                if (arguments.is(at, verb.name()) && at + verb.words <= arguments.count()) {
                    return verb;
                }
            }
            return null;
        }
    }

    private static final int FIRST_WORD = 2;

    /** Reads all that a request asks for, or null when something of it is wrong: then that is replied. */
    static List<BitfieldOperation> parse(CommandContext context) {
        Arguments arguments = context.arguments();
        List<BitfieldOperation> operations = new ArrayList<>();
        Overflow overflow = Overflow.WRAP;
        int at = FIRST_WORD;
        while (at < arguments.count()) {
            if (arguments.is(at, "OVERFLOW") && at + 1 < arguments.count()) {
                overflow = overflow(arguments, at + 1);
                at += 2;
                if (overflow == null) {
                    context.reply().error("ERR Invalid OVERFLOW type specified");
                    return null;
                }
                continue;
            }
            Verb verb = Verb.of(arguments, at);
            if (verb == null) {
                context.reply().error(ErrorText.SYNTAX);
                return null;
            }
            BitfieldOperation operation = parse(context, verb, at, overflow);
            if (operation == null) {
                return null;
            }
            operations.add(operation);
            at += verb.words;
        }
        return operations;
    }

    private static Overflow overflow(Arguments arguments, int at) {
        for (Overflow each : Overflow.values()) {
            if (arguments.is(at, each.name())) {
                return each;
            }
        }
        return null;
    }

    private static BitfieldOperation parse(CommandContext context, Verb verb, int at, Overflow overflow) {
        Arguments arguments = context.arguments();
        BitfieldType type = BitfieldType.parse(arguments.address(at + 1), arguments.length(at + 1));
        if (type.bits() == 0) {
            context.reply().error(BitfieldType.ERROR);
            return null;
        }
        long offset = BitOffset.readOfField(context, at + 2, type.bits());
        if (offset == BitOffset.INVALID) {
            return null;
        }
        long number = 0;
        if (verb != Verb.GET) {
            if (!arguments.isLong(at + 3)) {
                context.reply().error(ErrorText.NOT_AN_INTEGER);
                return null;
            }
            number = arguments.parseLong(at + 3);
        }
        return new BitfieldOperation(verb, type, offset, number, overflow);
    }

    boolean isWrite() {
        return verb != Verb.GET;
    }

    long lastBit() {
        return offset + type.bits() - 1;
    }

    /** 0 when a write of this to a field with a number fits, 1 or -1 when its result is above or below what does. */
    int direction(long old) {
        return verb == Verb.SET ? type.overflow(number) : type.overflow(old, number);
    }

    /** What the field has after it, when nothing is said of FAIL. */
    long result(long old) {
        long wanted = verb == Verb.SET ? number : old + number;
        int direction = direction(old);
        return direction == 0 ? wanted : type.capped(wanted, direction, overflow);
    }
}
