package io.tailrace.snapshot;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.EntryImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Writes and reads entries of 116 bytes and prints the rate of each round. Arguments: directory, entries, rounds. */
final class SnapshotBenchmark implements EntrySink {
    private static final int KEY_LENGTH = 16;
    private static final int VALUE_LENGTH = 100;

    private long sum;

    private SnapshotBenchmark() {}

    public static void main(String[] args) throws IOException {
        Path directory = Files.createDirectories(Path.of(args[0]));
        int count = Integer.parseInt(args[1]);
        SnapshotBenchmark benchmark = new SnapshotBenchmark();
        for (int round = 0; round < Integer.parseInt(args[2]); round++) {
            long begin = System.nanoTime();
            Path file = write(directory, count);
            long written = System.nanoTime();
            SnapshotReader.read(file, benchmark, 1 << 20);
            long read = System.nanoTime();
            System.out.printf(
                    Locale.ROOT,
                    "write %.2f M entries/s, read %.2f M entries/s, %d bytes (%x)%n",
                    count * 1e3 / (written - begin),
                    count * 1e3 / (read - written),
                    Files.size(file),
                    benchmark.sum);
            Files.delete(file);
        }
    }

    private static Path write(Path directory, int count) throws IOException {
        try (NativeBuffer entry = new NativeBuffer(EntryImage.HEADER_LENGTH + KEY_LENGTH + VALUE_LENGTH);
                SnapshotWriter writer = new SnapshotWriter(directory, Sample.header())) {
            EntryImage image = new EntryImage();
            long key = entry.address() + EntryImage.HEADER_LENGTH;
            for (int i = 0; i < count; i++) {
                Memory.putLong(key, i);
                EntryImage.putVersion(entry.address(), i, 0, 0);
                EntryImage.putLengths(entry.address(), (byte) 0, KEY_LENGTH, VALUE_LENGTH);
                writer.entry(image.wrap(entry.address()));
            }
            writer.finish(1, 2, 3);
            return writer.path();
        }
    }

    @Override
    public void entry(EntryImage entry) {
        sum += entry.version() + Memory.getLong(entry.keyAddress()) + Memory.getLong(entry.valueAddress());
    }

    @Override
    public void beginCollection(EntryImage head) {
        throw new AssertionError("a collection");
    }

    @Override
    public String elements(int section, long address, int length) {
        throw new AssertionError("elements");
    }

    @Override
    public String endCollection(long elements) {
        throw new AssertionError("the end of a collection");
    }
}
