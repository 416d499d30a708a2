package io.tailrace.node.command;

import io.tailrace.node.shard.KeyLookups;
import io.tailrace.node.shard.Transaction;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.Arguments;

/** BITOP: AND, OR and XOR of strings, as if the shorter ones ended with zero bytes, and NOT of one. */
enum BitOperation {
    AND {
        @Override
        long of(long a, long b) {
            return a & b;
        }
    },
    OR {
        @Override
        long of(long a, long b) {
            return a | b;
        }
    },
    XOR {
        @Override
        long of(long a, long b) {
            return a ^ b;
        }
    },
    NOT {
        @Override
        long of(long a, long b) {
            return ~a;
        }
    };

    private static final BitOperation[] ALL = values();
    private static final int NAME = 1;
    private static final int DESTINATION = 2;
    private static final int FIRST_SOURCE = 3;

    abstract long of(long a, long b);

    static void bitop(CommandContext context) {
        Arguments arguments = context.arguments();
        BitOperation operation = null;
        for (BitOperation each : ALL) {
            operation = arguments.is(NAME, each.name()) ? each : operation;
        }
        if (operation == null) {
            context.reply().error(ErrorText.SYNTAX);
        } else if (operation == NOT && arguments.count() != FIRST_SOURCE + 1) {
            context.reply().error("ERR BITOP NOT must be called with a single source key.");
        } else {
            operation.store(context);
        }
    }

    private void store(CommandContext context) {
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        int length = 0;
        for (int i = FIRST_SOURCE; i < arguments.count(); i++) {
            boolean isFound = keys.findString(arguments.address(i), arguments.length(i));
            length = Math.max(length, isFound ? keys.valueLength() : 0);
        }
        // each source was looked up once
        keys.lookups(KeyLookups.NONE);
        long key = arguments.address(DESTINATION);
        int keyLength = arguments.length(DESTINATION);
        if (length > 0) {
            long result = Memory.allocate(length);
            try {
                compute(keys, arguments, result, length);
                keys.setRaw(key, keyLength, result, length, Transaction.NO_EXPIRY);
            } finally {
                Memory.free(result, length);
            }
        } else if (keys.find(key, keyLength)) {
            keys.delete(key, keyLength);
        }
        context.reply().integer(length);
    }

    private void compute(Transaction keys, Arguments arguments, long result, int length) {
        for (int i = FIRST_SOURCE; i < arguments.count(); i++) {
            boolean isFound = keys.findString(arguments.address(i), arguments.length(i));
            int sourceLength = isFound ? keys.valueLength() : 0;
            if (i == FIRST_SOURCE) {
                Memory.copy(isFound ? keys.valueAddress() : 0, result, sourceLength);
                Memory.fill(result + sourceLength, length - sourceLength, (byte) 0);
                if (this == NOT) {
                    combine(result, result, length);
                }
            } else {
                combine(result, isFound ? keys.valueAddress() : 0, sourceLength);
                if (this == AND) {
                    Memory.fill(result + sourceLength, length - sourceLength, (byte) 0);
                }
            }
        }
    }

    private void combine(long result, long source, int length) {
        int at = 0;
        for (; at <= length - Long.BYTES; at += Long.BYTES) {
            Memory.putLong(result + at, of(Memory.getLong(result + at), Memory.getLong(source + at)));
        }
        for (; at < length; at++) {
            Memory.putByte(result + at, (byte) of(Memory.getByte(result + at), Memory.getByte(source + at)));
        }
    }
}
