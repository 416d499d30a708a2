package io.tailrace.node.shard;

import io.tailrace.node.store.Entry;
import io.tailrace.node.store.EntryVisitor;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.io.IOException;

/**
 * The entries of one segment of a store's map: copied while its lock is held, handed on after it. Owned and closed by the
 * thread that walks.
 *
 * <pre>
 *  0        8         16       20    24          28            32             40
 *  +--------+---------+--------+-----+-----------+-------------+--------------+-----+--------+
 *  |version |expire at| ordinal|type |key length |value length |value address | key | value  |
 *  +--------+---------+--------+-----+-----------+-------------+--------------+-----+--------+
 *  the address of a value that stays where it is until the next segment; or 0, and the value is here
 * </pre>
 */
public final class EntryBatch implements EntryVisitor, AutoCloseable {
    /** Takes what was copied; the memory is valid until it returns. */
    @FunctionalInterface
    public interface Receiver {
        void entry(
                long version,
                int ordinal,
                long expireAtMillis,
                byte type,
                long keyAddress,
                int keyLength,
                long valueAddress,
                int valueLength)
                throws IOException;
    }

    private static final int EXPIRE_AT = 8;
    private static final int ORDINAL = 16;
    private static final int TYPE = 20;
    private static final int KEY_LENGTH = 24;
    private static final int VALUE_LENGTH = 28;
    private static final int VALUE_ADDRESS = 32;
    private static final int KEY = 40;

    private final NativeBuffer copies = new NativeBuffer(256 << 10);
    private int length;

    @Override
    public void entry(long keyAddress, int keyLength, Entry entry) {
        boolean isInline = !entry.isOutOfMap();
        int valueLength = entry.valueLength();
        int needed = KEY + keyLength + (isInline ? valueLength : 0);
        copies.ensureCapacity(length + needed, length);
        long at = copies.address() + length;
        Memory.putLong(at, entry.version());
        Memory.putLong(at + EXPIRE_AT, entry.expireAtMillis());
        Memory.putInt(at + ORDINAL, entry.ordinal());
        Memory.putInt(at + TYPE, entry.type());
        Memory.putInt(at + KEY_LENGTH, keyLength);
        Memory.putInt(at + VALUE_LENGTH, valueLength);
        Memory.putLong(at + VALUE_ADDRESS, isInline ? 0 : entry.valueAddress());
        Memory.copy(keyAddress, at + KEY, keyLength);
        if (isInline) {
            Memory.copy(entry.valueAddress(), at + KEY + keyLength, valueLength);
        }
        length += needed;
    }

    /** Hands the copied entries on and is empty again. */
    public void drainTo(Receiver receiver) throws IOException {
        long end = copies.address() + length;
        for (long at = copies.address(); at < end; ) {
            int keyLength = Memory.getInt(at + KEY_LENGTH);
            int valueLength = Memory.getInt(at + VALUE_LENGTH);
            long outside = Memory.getLong(at + VALUE_ADDRESS);
            long value = outside == 0 ? at + KEY + keyLength : outside;
            receiver.entry(
                    Memory.getLong(at),
                    Memory.getInt(at + ORDINAL),
                    Memory.getLong(at + EXPIRE_AT),
                    (byte) Memory.getInt(at + TYPE),
                    at + KEY,
                    keyLength,
                    value,
                    valueLength);
            at += KEY + keyLength + (outside == 0 ? valueLength : 0);
        }
        length = 0;
    }

    @Override
    public void close() {
        copies.close();
    }
}
