package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.DENYOOM;
import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.READONLY;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.node.shard.Transaction;
import io.tailrace.node.store.Entry;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.Arguments;
import java.util.List;

/** Commands on the bits of a string. What one changes is logged as the bytes that it changes. */
final class BitCommands implements CommandFamily {
    private static final int KEY = 1;
    private static final int OFFSET = 2;
    private static final int WANTED = 2;
    private static final int VALUE = 3;
    private static final String INVALID_BIT = "ERR bit is not an integer or out of range";

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.oneKey("setbit", 4, BitCommands::setbit, WRITE, DENYOOM),
                CommandSpec.oneKey("getbit", 3, BitCommands::getbit, READONLY, FAST),
                CommandSpec.oneKey("bitcount", -2, BitCommands::bitcount, READONLY),
                CommandSpec.oneKey("bitpos", -3, BitCommands::bitpos, READONLY),
                CommandSpec.keys(
                        "bitop",
                        -4,
                        new KeyPositions(2, -1, 1),
                        Routing.ONE_SHARD,
                        BitOperation::bitop,
                        WRITE,
                        DENYOOM));
    }

    private static boolean find(CommandContext context) {
        Arguments arguments = context.arguments();
        return context.keys().findString(arguments.address(KEY), arguments.length(KEY));
    }

    private static void setbit(CommandContext context) {
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        long offset = BitOffset.read(context, OFFSET);
        if (offset == BitOffset.INVALID) {
            return;
        }
        long bit = arguments.isLong(VALUE) ? arguments.parseLong(VALUE) : -1;
        if (bit != 0 && bit != 1) {
            context.reply().error(INVALID_BIT);
            return;
        }
        int position = BitOffset.byteOf(offset);
        int mask = BitOffset.mask(offset);
        boolean isFound = find(context);
        boolean isInside = isFound && position < keys.valueLength();
        int old = isInside ? Memory.getByte(keys.valueAddress() + position) : 0;
        boolean wasSet = (old & mask) != 0;
        boolean isSame = isInside && wasSet == (bit == 1);
        if (!isSame || keys.entry().encoding() != Entry.ENCODED_RAW) {
            long changed = context.scratch(1);
            Memory.putByte(changed, (byte) (bit == 1 ? old | mask : old & ~mask));
            if (isSame) {
                keys.keepRange(arguments.address(KEY), arguments.length(KEY), position, changed, 1);
            } else {
                keys.setRange(arguments.address(KEY), arguments.length(KEY), position, changed, 1);
            }
        }
        context.reply().integer(wasSet ? 1 : 0);
    }

    private static void getbit(CommandContext context) {
        long offset = BitOffset.read(context, OFFSET);
        if (offset == BitOffset.INVALID) {
            return;
        }
        int position = BitOffset.byteOf(offset);
        boolean isSet = find(context)
                && position < context.keys().valueLength()
                && (Memory.getByte(context.keys().valueAddress() + position) & BitOffset.mask(offset)) != 0;
        context.reply().integer(isSet ? 1 : 0);
    }

    private static void bitcount(CommandContext context) {
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        if (!find(context)) {
            context.reply().integer(0);
            return;
        }
        BitRange range = context.bits();
        int count = arguments.count();
        if (count == 2) {
            range.all(keys.valueAddress(), keys.valueLength());
        } else if (count != 4 && count != 5) {
            context.reply().error(ErrorText.SYNTAX);
            return;
        } else if (!readRange(context, 2, 4)) {
            return;
        } else if (isBackwards(arguments.parseLong(2), arguments.parseLong(3))) {
            context.reply().integer(0);
            return;
        }
        context.reply().integer(range.count());
    }

    /** Both counted from the end, the first after the second: nothing, also where both are before the beginning. */
    private static boolean isBackwards(long start, long end) {
        return start < 0 && end < 0 && start > end;
    }

    /**
     * Reads a start, an end and whether they are bits or bytes, of the string last found; false when they are wrong: then that is
     * replied.
     */
    private static boolean readRange(CommandContext context, int start, int unit) {
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        boolean hasUnit = arguments.count() > unit;
        boolean isBits = hasUnit && arguments.is(unit, "BIT");
        if (!arguments.isLong(start) || !arguments.isLong(start + 1)) {
            context.reply().error(ErrorText.NOT_AN_INTEGER);
            return false;
        }
        if (hasUnit && !isBits && !arguments.is(unit, "BYTE")) {
            context.reply().error(ErrorText.SYNTAX);
            return false;
        }
        context.bits()
                .of(
                        keys.valueAddress(),
                        keys.valueLength(),
                        arguments.parseLong(start),
                        arguments.parseLong(start + 1),
                        isBits);
        return true;
    }

    private static void bitpos(CommandContext context) {
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        if (!arguments.isLong(WANTED)) {
            context.reply().error(ErrorText.NOT_AN_INTEGER);
            return;
        }
        long wanted = arguments.parseLong(WANTED);
        if (wanted != 0 && wanted != 1) {
            context.reply().error("ERR The bit argument must be 1 or 0.");
            return;
        }
        boolean isSet = wanted == 1;
        if (!find(context)) {
            context.reply().integer(isSet ? -1 : 0);
            return;
        }
        int count = arguments.count();
        BitRange range = context.bits().all(keys.valueAddress(), keys.valueLength());
        if (count > 6) {
            context.reply().error(ErrorText.SYNTAX);
            return;
        }
        if (count > 3 && !readBitposRange(context)) {
            return;
        }
        long position = range.find(isSet);
        // without an end, zeroes follow the string
        boolean isAfterEnd = position < 0 && !isSet && count < 5 && !range.isEmpty();
        context.reply().integer(isAfterEnd ? range.end() : position);
    }

    private static boolean readBitposRange(CommandContext context) {
        Arguments arguments = context.arguments();
        if (arguments.count() > 4) {
            return readBitposBothEnds(context);
        }
        if (!arguments.isLong(3)) {
            context.reply().error(ErrorText.NOT_AN_INTEGER);
            return false;
        }
        Transaction keys = context.keys();
        context.bits().of(keys.valueAddress(), keys.valueLength(), arguments.parseLong(3), -1, false);
        return true;
    }

    /** Redis reads the unit before the end. */
    private static boolean readBitposBothEnds(CommandContext context) {
        Arguments arguments = context.arguments();
        boolean isUnitWrong = arguments.count() > 5 && !arguments.is(5, "BIT") && !arguments.is(5, "BYTE");
        if (isUnitWrong && arguments.isLong(3)) {
            context.reply().error(ErrorText.SYNTAX);
            return false;
        }
        return readRange(context, 3, 5);
    }
}
