package io.tailrace.tools.dump;

import io.tailrace.node.store.Entry;
import io.tailrace.snapshot.EntrySink;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.snapshot.SnapshotReader;
import io.tailrace.snapshot.SnapshotTrailer;
import io.tailrace.tools.Progress;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.resp.Arguments;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Prints the entries of a snapshot file as the commands that make them, each with the index of the record that wrote it. The file is
 * checked as it is read: chunk by chunk before its entries are printed, and as a whole at the end. One thread.
 */
public final class SnapshotDump implements EntrySink {
    private static final int ANY_LENGTH = 1 << 30;

    private final DumpRequest request;
    private final ByteOutput out;
    private final RecordFilter filter;
    private final EntryCommand command;
    private final TimeText times = new TimeText();
    private final JsonText json;
    private final RespFormat resp;
    private final Progress progress;
    private long left;
    private long entries;

    private SnapshotDump(
            DumpRequest request, ByteOutput out, RecordFilter filter, EntryCommand command, Progress progress) {
        this.progress = progress;
        this.command = command;
        this.request = request;
        this.out = out;
        this.filter = filter;
        json = new JsonText(out);
        resp = new RespFormat(out);
        left = request.range().limit();
    }

    /**
     * Prints a file.
     *
     * @throws IOException when it can't be read, is not a whole snapshot, or the output can't be written
     */
    public static void run(DumpRequest request, OutputStream out, Progress progress) throws IOException {
        ByteOutput buffered = new ByteOutput(out);
        try (RecordFilter filter = new RecordFilter(request.selection());
                EntryCommand command = new EntryCommand()) {
            new SnapshotDump(request, buffered, filter, command, progress).print();
        } catch (ByteOutput.ClosedByReaderException e) {
            // what the reader wanted it has
            return;
        } catch (UncheckedIOException e) {
            if (!(e.getCause() instanceof ByteOutput.ClosedByReaderException)) {
                throw e.getCause();
            }
        } finally {
            buffered.flush();
        }
    }

    private void print() throws IOException {
        Path file = request.source();
        boolean isText = request.style().format() == DumpFormat.TEXT;
        SnapshotHeader header = SnapshotReader.readHeader(file);
        if (isText) {
            out.text("# " + file + ": snapshot of shard " + header.shard() + " of " + header.shardCount() + ", history "
                    + header.history() + ", created " + times.of(header.createdMicros()) + "\n");
        }
        SnapshotTrailer trailer = SnapshotReader.read(file, this, ANY_LENGTH);
        if (isText) {
            out.text("# good: " + trailer.entryCount() + " entries, from " + QueueIndex.toString(header.beginIndex())
                    + " to " + QueueIndex.toString(trailer.endIndex()) + "\n");
        }
    }

    @Override
    public void entry(
            long version,
            int ordinal,
            long expireAtMillis,
            byte type,
            long key,
            int keyLength,
            long value,
            int valueLength) {
        entries++;
        progress.step(() -> request.source() + ": " + entries + " entries");
        if (left == 0) {
            return;
        }
        Arguments arguments = command.of(expireAtMillis, type, key, keyLength, value, valueLength);
        if (arguments == null ? !filter.takesSegments() : !filter.takes(arguments)) {
            return;
        }
        left--;
        try {
            switch (request.style().format()) {
                case TEXT -> text(version, type, arguments, valueLength);
                case JSON -> json(version, ordinal, type, arguments);
                case RESP -> resp(type, arguments);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void text(long version, byte type, Arguments arguments, int valueLength) throws IOException {
        out.text(QueueIndex.toString(version));
        if (arguments == null) {
            out.text(" # type " + type + ", " + valueLength + " bytes\n");
            return;
        }
        for (int i = 0; i < arguments.count(); i++) {
            out.write(' ');
            QuotedText.write(
                    arguments.address(i), arguments.length(i), request.style().longest(), out);
        }
        out.write('\n');
    }

    private void json(long version, int ordinal, byte type, Arguments arguments) throws IOException {
        json.name("version", true);
        out.number(version);
        json.name("position", false);
        json.string(QueueIndex.toString(version));
        json.name("ordinal", false);
        out.number(Integer.toUnsignedLong(ordinal));
        json.name("type", false);
        json.string(type == Entry.TYPE_STRING ? "string" : Byte.toString(type));
        json.name("command", false);
        out.write('[');
        for (int i = 0; arguments != null && i < arguments.count(); i++) {
            if (i > 0) {
                out.write(',');
            }
            json.bytes(
                    arguments.address(i), arguments.length(i), request.style().longest());
        }
        out.ascii("]}\n");
    }

    private void resp(byte type, Arguments arguments) throws IOException {
        if (arguments == null) {
            throw new IOException("an entry of type " + type + " is none that commands are known for");
        }
        resp.command(1, arguments);
    }
}
