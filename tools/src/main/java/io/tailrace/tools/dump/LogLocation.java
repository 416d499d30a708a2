package io.tailrace.tools.dump;

import io.tailrace.node.shard.ShardDirectory;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The queue directory of one shard's log, found from any directory above it. */
public final class LogLocation {
    private static final Pattern SHARD = Pattern.compile("shard-([0-9]{1,9})");

    private final Path queue;

    private LogLocation(Path queue) {
        this.queue = queue;
    }

    public Path queue() {
        return queue;
    }

    /**
     * The logs in a data directory, by shard, or the one of a shard's, a generation's or a queue's directory.
     *
     * @param shard the only one wanted, or null
     */
    public static List<LogLocation> find(Path directory, Integer shard) throws DumpException {
        if (!Files.isDirectory(directory)) {
            throw new DumpException("there is no directory " + directory);
        }
        try {
            TreeMap<Integer, Path> shards = shards(directory);
            return shards.isEmpty()
                    ? List.of(new LogLocation(single(directory, shard)))
                    : ofShards(directory, shards, shard);
        } catch (IOException e) {
            throw new DumpException("can't look into " + directory + ": " + e.getMessage());
        }
    }

    private static List<LogLocation> ofShards(Path directory, TreeMap<Integer, Path> shards, Integer shard)
            throws IOException, DumpException {
        if (shard != null && !shards.containsKey(shard)) {
            throw new DumpException("there is no shard " + shard + " in " + directory + ", it has " + shards.keySet());
        }
        List<LogLocation> found = new ArrayList<>();
        for (Path root : shard == null ? shards.values() : List.of(shards.get(shard))) {
            found.add(new LogLocation(ofShard(root)));
        }
        return found;
    }

    private static Path ofShard(Path root) throws IOException {
        return ShardDirectory.inForce(root).queue();
    }

    private static Path single(Path directory, Integer shard) throws IOException, DumpException {
        if (shard != null) {
            throw new DumpException("--shard needs a data directory, and " + directory + " has no shard-N in it");
        }
        if (Files.exists(directory.resolve("CURRENT"))) {
            return ofShard(directory);
        }
        if (Files.isDirectory(directory.resolve("queue"))) {
            return directory.resolve("queue");
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.{cq4,cq4t,precreated}")) {
            if (files.iterator().hasNext()) {
                return directory;
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
        return queue.toString();
    }
}
