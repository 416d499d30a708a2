package io.tailrace.tools.dump;

import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.node.backlog.PartnerLogs;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.shard.ShardDirectory;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The queue directory of one shard's log, found from any directory above it, or one segment's file. */
public final class LogLocation {
    private static final Pattern SHARD = Pattern.compile("shard-([0-9]{1,9})");
    private static final Pattern SEGMENT = Pattern.compile(".*[.](cq4|precreated)");

    private final Path shard;
    private final Path queue;
    private final Path file;

    private LogLocation(Path shard, Path queue, Path file) {
        this.shard = shard;
        this.queue = queue;
        this.file = file;
    }

    public Path queue() {
        return queue;
    }

    /** Whether it is one segment's file, without those before and after it. */
    boolean isFile() {
        return file != null;
    }

    BacklogInspector open() {
        return file == null ? new BacklogInspector(queue) : BacklogInspector.ofFile(file);
    }

    /** Tells whether the other parts of transactions over several shards are in the logs beside this one; null where there are none. */
    PartnerLogs partners() throws IOException {
        Matcher name = shard == null ? null : SHARD.matcher(shard.getFileName().toString());
        if (name == null || !name.matches() || queuesBeside().size() < 2) {
            return null;
        }
        return new PartnerLogs(Integer.parseInt(name.group(1)), other -> {
            Path root = shard.resolveSibling("shard-" + other);
            return Files.isDirectory(root) ? ShardDirectory.current(root).queue() : null;
        });
    }

    /** The logs of all shards of the node, this one's included, in their order; none where they are not all there. */
    List<Path> queuesBeside() throws IOException {
        Path node = shard == null ? null : shard.toAbsolutePath().getParent();
        if (node == null) {
            return List.of();
        }
        List<Path> queues = new ArrayList<>();
        TreeMap<Integer, Path> shards = shards(node);
        for (Map.Entry<Integer, Path> each : shards.entrySet()) {
            if (each.getKey() != queues.size()) {
                return List.of();
            }
            try {
                queues.add(ShardDirectory.current(each.getValue()).queue());
            } catch (IOException e) {
                // this log can be read without it
                return List.of();
            }
        }
        return queues;
    }

    /** Where the log continues after a full sync, a rewind or a repair has replaced it, or null when it was not. */
    LogLocation successor() throws IOException {
        if (shard == null) {
            return null;
        }
        Path now = ShardDirectory.current(shard).queue();
        return now.equals(queue) ? null : new LogLocation(shard, now, null);
    }

    /**
     * The logs in a data directory, by shard, or the one of a shard's, a generation's or a queue's directory, or the one segment of
     * a file.
     *
     * @param shard the only one wanted, or null
     */
    public static List<LogLocation> find(Path source, Integer shard) throws DumpException {
        if (Files.isRegularFile(source) && SEGMENT.matcher(source.toString()).matches()) {
            if (shard != null) {
                throw new DumpException("--shard needs a data directory, and " + source + " is one segment's file");
            }
            return List.of(new LogLocation(null, source.toAbsolutePath().getParent(), source));
        }
        if (!Files.isDirectory(source)) {
            throw new DumpException(whyNot(source));
        }
        try {
            TreeMap<Integer, Path> shards = shards(source);
            return shards.isEmpty() ? List.of(single(source, shard)) : ofShards(source, shards, shard);
        } catch (IOException e) {
            throw new DumpException(FileFailure.of(e));
        }
    }

    private static String whyNot(Path source) {
        try {
            Files.getLastModifiedTime(source);
            return source + " is neither a directory nor a segment's file (.cq4) or a snapshot (.tsnap)";
        } catch (IOException e) {
            return Files.notExists(source) ? "there is no directory " + source : FileFailure.of(e);
        }
    }

    private static List<LogLocation> ofShards(Path directory, TreeMap<Integer, Path> shards, Integer shard)
            throws IOException, DumpException {
        if (shard != null && !shards.containsKey(shard)) {
            throw new DumpException("there is no shard " + shard + " in " + directory + ", it has " + shards.keySet());
        }
        List<LogLocation> found = new ArrayList<>();
        for (Path root : shard == null ? shards.values() : List.of(shards.get(shard))) {
            found.add(ofShard(root));
        }
        return found;
    }

    private static LogLocation ofShard(Path root) throws IOException {
        return new LogLocation(root, ShardDirectory.current(root).queue(), null);
    }

    private static LogLocation single(Path directory, Integer shard) throws IOException, DumpException {
        if (shard != null) {
            throw new DumpException("--shard needs a data directory, and " + directory + " has no shard-N in it");
        }
        if (Files.exists(directory.resolve("CURRENT"))) {
            return ofShard(directory);
        }
        if (Files.isDirectory(directory.resolve("queue"))) {
            return new LogLocation(null, directory.resolve("queue"), null);
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.{cq4,cq4t,precreated}")) {
            if (files.iterator().hasNext()) {
                return new LogLocation(null, directory, null);
            }
        }
        throw new DumpException(
                directory + " is not a Tailrace directory: it has neither shard-N, CURRENT, queue nor log segments");
    }

    private static TreeMap<Integer, Path> shards(Path directory) throws IOException {
        TreeMap<Integer, Path> shards = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, Files::isDirectory)) {
            for (Path entry : entries) {
                Matcher name = SHARD.matcher(entry.getFileName().toString());
                if (name.matches()) {
                    shards.put(Integer.parseInt(name.group(1)), entry);
                }
            }
        }
        return shards;
    }

    @Override
    public String toString() {
        return (file == null ? queue : file).toString();
    }
}
