package io.tailrace.snapshot;

import io.tailrace.wire.memory.Memory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Keeps every entry by value. */
final class RecordingSink implements EntrySink {
    final List<Entry> entries = new ArrayList<>();

    @Override
    public void entry(
            long version,
            int ordinal,
            long expireAtMillis,
            byte type,
            long keyAddress,
            int keyLength,
            long valueAddress,
            int valueLength) {
        entries.add(new Entry(
                version, ordinal, expireAtMillis, type, text(keyAddress, keyLength), text(valueAddress, valueLength)));
    }

    private static String text(long address, int length) {
        return new String(Memory.toBytes(address, length), StandardCharsets.ISO_8859_1);
    }
}
