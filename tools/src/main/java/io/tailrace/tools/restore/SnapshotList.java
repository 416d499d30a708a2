package io.tailrace.tools.restore;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tailrace.node.directory.OfflineDirectory;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.snapshot.EntrySink;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.snapshot.SnapshotReader;
import io.tailrace.snapshot.SnapshotTrailer;
import io.tailrace.tools.output.Progress;
import io.tailrace.tools.output.TimeText;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What {@code tailrace snapshots} prints: a line, or an object, for each file. Reads only. */
public final class SnapshotList {
    private static final String SUFFIX = ".tsnap";
    private static final int ANY_LENGTH = 1 << 30;

    private SnapshotList() {}

    /** Whether there is any, and all are good. */
    public static boolean print(Path source, boolean isQuick, boolean isJson, PrintWriter out, Progress progress)
            throws IOException {
        List<Path> files = find(source);
        boolean isGood = true;
        for (Path file : files) {
            progress.at("checking " + file);
            isGood &= printOne(file, isQuick, isJson, out, progress);
            out.flush();
        }
        if (files.isEmpty()) {
            throw new IOException("there is no snapshot in " + source);
        }
        return isGood;
    }

    private static List<Path> find(Path source) throws IOException {
        if (!Files.isDirectory(source)) {
            // one that is not there is no damaged one
            Files.getLastModifiedTime(source);
            return List.of(source);
        }
        List<Integer> shards = OfflineDirectory.shards(source);
        if (!shards.isEmpty()) {
            List<Path> all = new ArrayList<>();
            for (int shard : shards) {
                all.addAll(list(ShardDirectory.current(ShardDirectory.root(source, shard))
                        .snapshots()));
            }
            return all;
        }
        if (Files.exists(source.resolve("CURRENT"))) {
            return list(ShardDirectory.current(source).snapshots());
        }
        Path below = source.resolve("snapshots");
        return list(Files.isDirectory(below) ? below : source);
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        }
    }

    private static boolean printOne(Path file, boolean isQuick, boolean isJson, PrintWriter out, Progress progress)
            throws IOException {
        SnapshotHeader header = null;
        SnapshotTrailer trailer = null;
        String problem = null;
        try {
            header = SnapshotReader.readHeader(file);
            trailer = SnapshotReader.readTrailer(file);
            if (!isQuick) {
                SnapshotReader.read(file, EntrySink.NOTHING, ANY_LENGTH);
            }
        } catch (IOException e) {
            problem = FileFailure.of(e, file);
        }
        progress.clear();
        if (isJson) {
            out.println(json(file, header, trailer, problem));
        } else {
            out.println(text(file, header, trailer, problem, isQuick));
        }
        return problem == null;
    }

    private static String text(
            Path file, SnapshotHeader header, SnapshotTrailer trailer, String problem, boolean isQuick) {
        StringBuilder line = new StringBuilder(file + ": ");
        if (header != null) {
            line.append("shard ").append(header.shard()).append(" of ").append(header.shardCount());
            line.append(", begins ").append(QueueIndex.toString(header.beginIndex()));
        }
        if (trailer != null) {
            line.append(", ends ").append(QueueIndex.toString(trailer.endIndex()));
            line.append(", ").append(trailer.entryCount()).append(" keys, ");
            line.append(trailer.fileLength()).append(" bytes");
        }
        if (header != null) {
            line.append(", created ").append(new TimeText().of(header.createdMicros()));
            line.append(", history ").append(header.history()).append(": ");
        }
        return line.append(problem != null ? "damaged: " + problem : isQuick ? "begin and end are good" : "good")
                .toString();
    }

    private static String json(Path file, SnapshotHeader header, SnapshotTrailer trailer, String problem)
            throws IOException {
        StringWriter line = new StringWriter();
        try (JsonGenerator json = new JsonFactoryBuilder().build().createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField("file", file.toString());
            if (header != null) {
                json.writeNumberField("shard", header.shard());
                json.writeNumberField("shards", header.shardCount());
                json.writeNumberField("begin_index", header.beginIndex());
                json.writeStringField("begin", QueueIndex.toString(header.beginIndex()));
                json.writeStringField("history", header.history());
                json.writeStringField("created", new TimeText().of(header.createdMicros()));
            }
            if (trailer != null) {
                json.writeNumberField("end_index", trailer.endIndex());
                json.writeStringField("end", QueueIndex.toString(trailer.endIndex()));
                json.writeNumberField("keys", trailer.entryCount());
                json.writeNumberField("bytes", trailer.fileLength());
            }
            json.writeBooleanField("good", problem == null);
            json.writeStringField("problem", problem);
            json.writeEndObject();
        }
        return line.toString();
    }
}
