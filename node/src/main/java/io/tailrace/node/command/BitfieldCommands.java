package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.DENYOOM;
import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.READONLY;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.node.command.BitfieldOperation.Verb;
import io.tailrace.node.command.BitfieldType.Overflow;
import io.tailrace.node.config.NotifyClasses;
import io.tailrace.node.shard.Transaction;
import io.tailrace.node.store.Entry;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.Arguments;
import java.util.List;

/** BITFIELD: numbers of any width within a string. What one changes is logged as the bytes that it changes. */
final class BitfieldCommands implements CommandFamily {
    private static final int KEY = 1;
    /** Bytes that a field may be in: 64 bits that do not begin with a byte. */
    private static final int SPAN = Long.BYTES + 1;
    /** Of an effect, with its offset. */
    private static final int EFFECT_BYTES = 32;

    private static final int LOW_BYTE = 0xff;

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.oneKey("bitfield", -2, context -> run(context, false), WRITE, DENYOOM),
                CommandSpec.oneKey("bitfield_ro", -2, context -> run(context, true), READONLY, FAST));
    }

    private static void run(CommandContext context, boolean isReadOnly) {
        List<BitfieldOperation> operations = BitfieldOperation.parse(context);
        if (operations == null) {
            return;
        }
        boolean isWrite = operations.stream().anyMatch(BitfieldOperation::isWrite);
        if (isWrite && isReadOnly) {
            context.reply().error("ERR BITFIELD_RO only supports the GET subcommand");
            return;
        }
        Arguments arguments = context.arguments();
        context.keys().findString(arguments.address(KEY), arguments.length(KEY));
        boolean isLonger = isWrite && makeRoom(context, operations);
        boolean isWritten = false;
        boolean isChanged = false;
        context.reply().array(operations.size());
        for (BitfieldOperation operation : operations) {
            Outcome outcome = run(context, operation);
            isWritten |= outcome != Outcome.NOTHING;
            isChanged |= outcome == Outcome.CHANGED;
        }
        if (isLonger && isWritten && !isChanged) {
            // zeroes, where the string had nothing
            context.touch(arguments.address(KEY), arguments.length(KEY));
            context.tell(NotifyClasses.STRING, "setbit", KEY);
        }
    }

    /** What became of an operation: only what was written counts as a write of the key. */
    private enum Outcome {
        NOTHING,
        WRITTEN_AS_IT_WAS,
        CHANGED
    }

    /**
     * Makes the string as long as the last field that is written needs it, whatever becomes of that.
     *
     * @return whether it is longer than it was
     */
    private static boolean makeRoom(CommandContext context, List<BitfieldOperation> operations) {
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        long last = 0;
        for (BitfieldOperation operation : operations) {
            last = operation.isWrite() ? Math.max(last, operation.lastBit()) : last;
        }
        int position = BitOffset.byteOf(last);
        keys.promise(operations.size() + 2, (operations.size() + 2L) * (arguments.length(KEY) + EFFECT_BYTES));
        boolean isFound = keys.findString(arguments.address(KEY), arguments.length(KEY));
        boolean isInside = isFound && position < keys.valueLength();
        // as in Redis it is bytes from here on, whatever they spell
        if (!isInside || keys.entry().encoding() != Entry.ENCODED_RAW) {
            long same = context.scratch(1);
            Memory.putByte(same, isInside ? Memory.getByte(keys.valueAddress() + position) : 0);
            keys.keepRange(arguments.address(KEY), arguments.length(KEY), position, same, 1);
        }
        return !isInside;
    }

    private static Outcome run(CommandContext context, BitfieldOperation operation) {
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        boolean isFound = keys.findString(arguments.address(KEY), arguments.length(KEY));
        long span = context.scratch(SPAN);
        int first = BitOffset.byteOf(operation.offset());
        int available = isFound ? Math.max(0, Math.min(SPAN, keys.valueLength() - first)) : 0;
        Memory.fill(span, SPAN, (byte) 0);
        Memory.copy(isFound ? keys.valueAddress() + first : 0, span, available);
        int bit = (int) (operation.offset() % Byte.SIZE);
        long old = operation.type().wrap(read(span, bit, operation.type().bits()));
        if (operation.verb() == Verb.GET) {
            context.reply().integer(old);
            return Outcome.NOTHING;
        }
        if (operation.direction(old) != 0 && operation.overflow() == Overflow.FAIL) {
            context.reply().nullBulk();
            return Outcome.NOTHING;
        }
        long result = operation.result(old);
        context.reply().integer(operation.verb() == Verb.SET ? old : result);
        if (result == old) {
            return Outcome.WRITTEN_AS_IT_WAS;
        }
        write(span, bit, operation.type().bits(), result);
        int bytes = (bit + operation.type().bits() + Byte.SIZE - 1) / Byte.SIZE;
        keys.setRange(arguments.address(KEY), arguments.length(KEY), first, span, bytes);
        return Outcome.CHANGED;
    }

    private static long read(long span, int bit, int bits) {
        long number = 0;
        for (int i = bit; i < bit + bits; i++) {
            int mask = BitOffset.mask(i);
            number = number << 1 | ((Memory.getByte(span + i / Byte.SIZE) & mask) == 0 ? 0 : 1);
        }
        return number;
    }

    private static void write(long span, int bit, int bits, long number) {
        for (int i = 0; i < bits; i++) {
            long at = span + (bit + i) / Byte.SIZE;
            int mask = BitOffset.mask(bit + i);
            boolean isSet = (number >>> bits - 1 - i & 1) != 0;
            Memory.putByte(at, (byte) (isSet ? Memory.getByte(at) | mask : Memory.getByte(at) & ~mask & LOW_BYTE));
        }
    }
}
