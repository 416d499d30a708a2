package io.tailrace.tools.dump;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.BacklogSettings;
import io.tailrace.node.directory.OfflineDirectory;
import io.tailrace.node.platform.AtomicFile;
import io.tailrace.node.shard.History;
import io.tailrace.snapshot.SnapshotFiles;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.snapshot.SnapshotWriter;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.EntryImage;
import io.tailrace.wire.record.RecordBuilder;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.SegmentRecord;
import io.tailrace.wire.record.ShardIndexes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes a shard's log as a node does, with a clock that ticks a millisecond per record from 2026-01-31T12:00:00Z on. */
public final class LogFixture implements AutoCloseable {
    public static final String HISTORY = "0123456789abcdef0123456789abcdef01234567";
    public static final long START_MICROS = 1_769_860_800_000_000L;

    private final RecordBuilder record = new RecordBuilder();
    private final NativeBuffer scratch = new NativeBuffer(1 << 20);
    private final Path queue;
    private final int shards;
    private final int shard;
    private final History list = History.parse("");
    private Backlog backlog;
    private long micros = START_MICROS;

    private LogFixture(Path queue, int shards, int shard) {
        this.queue = queue;
        this.shards = shards;
        this.shard = shard;
        backlog = Backlog.open(queue, new BacklogSettings(1 << 20, 2 << 20, 1 << 20, "disk-test"));
    }

    public static LogFixture create(Path queue) {
        return create(queue, 1);
    }

    /** Of the first of this many shards. */
    static LogFixture create(Path queue, int shards) {
        return new LogFixture(queue, shards, 0);
    }

    /** With the directories of a node around it. */
    public static LogFixture createShard(Path dataDirectory, int shards, int shard) {
        Path root = dataDirectory.resolve("shard-" + shard);
        try {
            Files.createDirectories(root.resolve("gen-1").resolve("snapshots"));
            AtomicFile.write(root.resolve("CURRENT"), "gen-1\n");
            OfflineDirectory.create(dataDirectory, "1".repeat(HISTORY.length()), HISTORY);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new LogFixture(root.resolve("gen-1").resolve("queue"), shards, shard);
    }

    public Backlog backlog() {
        return backlog;
    }

    public LogFixture openSegment() {
        SegmentRecord newest = backlog.newestOpening();
        return openSegment(new SegmentRecord(
                HISTORY,
                1,
                new SegmentRecord.Previous(
                        newest == null ? null : newest.history(),
                        backlog.lastIndex(),
                        backlog.lastChain(),
                        backlog.recordCount()),
                shards,
                shard));
    }

    public LogFixture openSegment(SegmentRecord segment) {
        segment.encode(record);
        list.observe(segment, backlog.nextSegmentIndex(), micros);
        if (Files.exists(queue.resolveSibling("snapshots"))) {
            try {
                AtomicFile.write(queue.resolveSibling("history"), list.text());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return append(backlog.nextSegmentIndex());
    }

    /** One record with these commands, their arguments separated by blanks. */
    public LogFixture effect(String... commands) {
        commands(commands);
        return append(backlog.nextIndex());
    }

    /** The same, as a part of a transaction over several shards. */
    public LogFixture part(ShardIndexes parts, String... commands) {
        commands(commands);
        record.part(parts, new ShardIndexes());
        return append(backlog.nextIndex());
    }

    private void commands(String... commands) {
        record.begin(RecordLayout.KIND_EFFECT);
        for (String command : commands) {
            String[] arguments = command.split(" ");
            record.command(arguments.length);
            for (String argument : arguments) {
                bytes(argument.getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    public LogFixture set(byte[] key, byte[] value) {
        record.begin(RecordLayout.KIND_EFFECT);
        record.command(3);
        record.argument("SET");
        bytes(key);
        bytes(value);
        return append(backlog.nextIndex());
    }

    private void bytes(byte[] argument) {
        scratch.ensureCapacity(argument.length, 0);
        Memory.copyIn(argument, 0, scratch.address(), argument.length);
        record.argument(scratch.address(), argument.length);
    }

    private LogFixture append(long index) {
        record.seal(micros, backlog.lastChain());
        micros += 1_000;
        backlog.append(index, record.recordAddress(), record.recordLength(), record.chain());
        return this;
    }

    public LogFixture fillSegment() {
        while (!backlog.growth().isSegmentFull()) {
            set(new byte[] {'k'}, new byte[100_000]);
        }
        return this;
    }

    private EntryImage image(long version, long expireAt, int type, String key, String value) {
        return image(scratch, version, expireAt, type, key, value.getBytes(StandardCharsets.UTF_8));
    }

    /** An entry as snapshots have them, in that memory. */
    static EntryImage image(NativeBuffer in, long version, long expireAt, int type, String key, byte[] value) {
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        in.ensureCapacity(EntryImage.HEADER_LENGTH + name.length + value.length, 0);
        EntryImage.putVersion(in.address(), version, 0, expireAt);
        EntryImage.putLengths(in.address(), (byte) type, name.length, value.length);
        Memory.copyIn(name, 0, in.address() + EntryImage.HEADER_LENGTH, name.length);
        Memory.copyIn(value, 0, in.address() + EntryImage.HEADER_LENGTH + name.length, value.length);
        return new EntryImage().wrap(in.address());
    }

    /** Writes a snapshot of all there is, as a stop in order does, with a key of one letter and its value per text. */
    public Path snapshot(String... entries) {
        SnapshotHeader header = new SnapshotHeader(
                shard,
                shards,
                HISTORY,
                new SnapshotHeader.Begin(backlog.nextIndex(), backlog.lastChain(), backlog.recordCount()),
                micros,
                List.of(),
                List.of());
        try (SnapshotWriter writer = new SnapshotWriter(queue.resolveSibling("snapshots"), header)) {
            for (String entry : entries) {
                writer.entry(image(backlog.lastIndex(), 0, 0, entry.substring(0, 1), entry.substring(1)));
            }
            writer.finish(backlog.lastIndex(), backlog.lastChain(), backlog.recordCount());
            return SnapshotFiles.path(queue.resolveSibling("snapshots"), header.beginIndex());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public LogFixture closeLog() {
        if (backlog != null) {
            backlog.close();
            backlog = null;
        }
        return this;
    }

    public Path segmentFile(int segment) {
        return queue.resolve("19700101-00000" + segment + "S.cq4");
    }

    /** Turns one bit of a byte in a segment's file. */
    public void flip(int segment, long position) throws IOException {
        turn(segment, position, 4);
    }

    /** Turns some bits of a byte in a segment's file. */
    public void turn(int segment, long position, int bits) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(segmentFile(segment).toFile(), "rw")) {
            file.seek(position);
            int old = file.read();
            file.seek(position);
            file.write(old ^ bits);
        }
    }

    @Override
    public void close() {
        closeLog();
        scratch.close();
        record.close();
    }
}
