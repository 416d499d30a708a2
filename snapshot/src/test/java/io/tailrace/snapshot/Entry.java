package io.tailrace.snapshot;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.EntryImage;
import io.tailrace.wire.record.RecordLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** One entry by value; key and value are Latin-1 texts, one character a byte, so that records compare. */
record Entry(long version, int ordinal, long expireAtEpochMs, byte type, int place, String key, String value) {

    static Entry of(String key, String value) {
        return new Entry(1L << 32 | 7, 0, 0, (byte) 0, 0, key, value);
    }

    static Entry random(Random random, int keyLength, int valueLength) {
        return new Entry(
                random.nextLong(),
                random.nextInt(),
                random.nextLong(),
                (byte) (random.nextInt() & 0x7f),
                random.nextBoolean() ? 0 : random.nextInt(RecordLayout.MAX_DATABASES),
                randomText(random, keyLength),
                randomText(random, valueLength));
    }

    /** Entries of every size that the format treats in its own way. */
    static List<Entry> ofAllSizes(Random random) {
        List<Entry> entries = new ArrayList<>();
        int largestUnsplit = SnapshotLayout.MAX_PAYLOAD_LENGTH - EntryImage.HEADER_LENGTH;
        entries.add(random(random, 0, 0));
        entries.add(random(random, 16, 100));
        for (int delta = -1; delta <= 1; delta++) {
            entries.add(random(random, 10, largestUnsplit - 10 + delta));
            entries.add(random(random, 3, 2 * SnapshotLayout.MAX_PAYLOAD_LENGTH - 31 + delta));
        }
        entries.add(random(random, SnapshotLayout.MAX_KEY_LENGTH, 0));
        entries.add(random(random, SnapshotLayout.MAX_KEY_LENGTH, 1_000_000));
        entries.add(random(random, 1, 1));
        return entries;
    }

    void writeTo(SnapshotWriter writer) throws IOException {
        try (NativeBuffer buffer = new NativeBuffer(EntryImage.MAX_HEADER_LENGTH + key.length() + value.length())) {
            writer.entry(image(buffer));
        }
    }

    EntryImage image(NativeBuffer buffer) {
        byte[] bytes = (key + value).getBytes(StandardCharsets.ISO_8859_1);
        long address = buffer.address();
        EntryImage.putVersion(address, version, ordinal, expireAtEpochMs);
        EntryImage.putLengths(address, type, place, key.length(), value.length());
        Memory.copyIn(bytes, 0, address + EntryImage.headerLength(place), bytes.length);
        return new EntryImage().wrap(address);
    }

    private static String randomText(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
