package io.tailrace.node.command;

import io.tailrace.wire.memory.Decimal;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.Arguments;

/** Where a bit of a string is, as arguments of bit commands say it. Bit 0 is the highest of the first byte. Stateless. */
final class BitOffset {
    static final long INVALID = -1;
    static final String ERROR = "ERR bit offset is not an integer or out of range";

    private BitOffset() {}

    /** Reads an argument; {@link #INVALID} when it is none of a string that may be here: then that is replied. */
    static long read(CommandContext context, int argument) {
        Arguments arguments = context.arguments();
        return checked(context, arguments.address(argument), arguments.length(argument), 1);
    }

    /** The same of a field of this many bits: after {@code #} the number of the field is given instead. */
    static long readOfField(CommandContext context, int argument, int bits) {
        Arguments arguments = context.arguments();
        long address = arguments.address(argument);
        int length = arguments.length(argument);
        boolean isNumber = length > 0 && Memory.getByte(address) == '#';
        return isNumber ? checked(context, address + 1, length - 1, bits) : checked(context, address, length, 1);
    }

    private static long checked(CommandContext context, long address, int length, int factor) {
        long offset = Decimal.isLong(address, length) ? Decimal.parse(address, length) * factor : INVALID;
        if (offset < 0 || offset / Byte.SIZE >= context.keys().maxValueLength()) {
            context.reply().error(ERROR);
            return INVALID;
        }
        return offset;
    }

    /** Which byte it is in. */
    static int byteOf(long offset) {
        return (int) (offset / Byte.SIZE);
    }

    /** A byte with nothing but this bit. */
    static int mask(long offset) {
        return 1 << Byte.SIZE - 1 - (int) (offset % Byte.SIZE);
    }
}
