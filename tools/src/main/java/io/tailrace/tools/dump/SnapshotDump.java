package io.tailrace.tools.dump;

import io.tailrace.node.backup.EntryCommands;
import io.tailrace.node.shard.StoreState;
import io.tailrace.node.store.DatabasePlaces;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.ValueType;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.snapshot.SnapshotReader;
import io.tailrace.snapshot.SnapshotTrailer;
import io.tailrace.tools.output.ByteOutput;
import io.tailrace.tools.output.JsonText;
import io.tailrace.tools.output.Progress;
import io.tailrace.tools.output.QuotedText;
import io.tailrace.tools.output.TimeText;
import io.tailrace.wire.record.EntryImage;
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
public final class SnapshotDump implements EntryCommands.Receiver {
    private static final int ANY_LENGTH = 1 << 30;

    private final DumpRequest request;
    private final ByteOutput out;
    private final RecordFilter filter;
    private final TimeText times = new TimeText();
    private final JsonText json;
    private final RespFormat resp;
    private final Progress progress;
    /** At the snapshot's start. */
    private final DatabasePlaces places = new DatabasePlaces();

    private long left;
    private long entries;
    private long version;
    private int ordinal;
    private int type;
    private int database;
    private int databaseShown;

    private SnapshotDump(DumpRequest request, ByteOutput out, RecordFilter filter, Progress progress) {
        this.progress = progress;
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
        try (RecordFilter filter = new RecordFilter(request.selection())) {
            new SnapshotDump(request, buffered, filter, progress).print();
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
        StoreState.restore(header, places);
        if (isText) {
            out.text("# " + file + ": snapshot of shard " + header.shard() + " of " + header.shardCount() + ", history "
                    + header.history() + ", created " + times.of(header.createdMicros()) + "\n");
        }
        SnapshotTrailer trailer;
        try (EntryCommands commands = new EntryCommands(this)) {
            trailer = SnapshotReader.read(file, commands, ANY_LENGTH);
        }
        if (isText) {
            out.text("# good: " + trailer.entryCount() + " entries, from " + QueueIndex.toString(header.beginIndex())
                    + " to " + QueueIndex.toString(trailer.endIndex()) + "\n");
        }
    }

    @Override
    public boolean entry(EntryImage entry) {
        entries++;
        progress.step(() -> request.source() + ": " + entries + " entries");
        version = entry.version();
        ordinal = entry.ordinal();
        type = Store.typeOf(entry);
        database = places.databaseAt(entry.place());
        return left > 0;
    }

    @Override
    public void unknown(EntryImage entry) throws IOException {
        if (!filter.takesSegments()) {
            return;
        }
        left--;
        switch (request.style().format()) {
            case TEXT -> {
                showDatabase();
                out.text(QueueIndex.toString(version) + " # type " + type + ", " + entry.valueLength() + " bytes\n");
            }
            case JSON -> json(null);
            case RESP -> throw new IOException("an entry of type " + type + " has no known commands");
        }
    }

    @Override
    public void command(Arguments arguments) throws IOException {
        if (left == 0 || !filter.takes(arguments)) {
            return;
        }
        left--;
        switch (request.style().format()) {
            case TEXT -> text(arguments);
            case JSON -> json(arguments);
            case RESP -> resp.command(arguments, database);
        }
    }

    private void showDatabase() throws IOException {
        if (database != databaseShown) {
            databaseShown = database;
            out.text("# database " + database + "\n");
        }
    }

    private void text(Arguments arguments) throws IOException {
        showDatabase();
        out.text(QueueIndex.toString(version));
        for (int i = 0; i < arguments.count(); i++) {
            out.write(' ');
            QuotedText.write(
                    arguments.address(i), arguments.length(i), request.style().longest(i), out);
        }
        out.write('\n');
    }

    private void json(Arguments arguments) throws IOException {
        json.name("version", true);
        out.number(version);
        json.name("position", false);
        json.string(QueueIndex.toString(version));
        json.name("ordinal", false);
        out.number(ordinal);
        json.name("database", false);
        out.number(database);
        json.name("type", false);
        json.string(ValueType.isOne(type) ? ValueType.name(type) : Integer.toString(type));
        json.name("command", false);
        out.write('[');
        for (int i = 0; arguments != null && i < arguments.count(); i++) {
            if (i > 0) {
                out.write(',');
            }
            json.bytes(
                    arguments.address(i), arguments.length(i), request.style().longest(i));
        }
        out.ascii("]}\n");
    }
}
