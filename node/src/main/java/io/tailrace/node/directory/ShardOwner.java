package io.tailrace.node.directory;

import io.tailrace.node.platform.AtomicFile;
import io.tailrace.node.platform.DamagedFileException;
import io.tailrace.node.shard.ShardDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file {@code owner} of a shard's directory: whose data it is, so that the data of one node and the {@code
 * node.properties} of another, or of an older moment, are not taken for one. One line and a checksum ({@link AtomicFile}):
 *
 * <pre>
 *  node &lt;node-id&gt; shard 0 of 2 change 5
 * </pre>
 *
 * It is written after {@code node.properties}, so a crash leaves an older one, which is as good: only a younger one tells that
 * {@code node.properties} is old. It only confirms what that says: where it is missing or damaged it is rewritten.
 *
 * @param change of {@code node.properties} when this was written
 */
record ShardOwner(String nodeId, int shard, int shards, long change) {
    private static final Pattern LINE =
            Pattern.compile("node ([0-9a-f]{40}) shard ([0-9]{1,3}) of ([0-9]{1,3}) change ([0-9]{1,18})\n");

    static Path in(Path dataDirectory, int shard) {
        return ShardDirectory.root(dataDirectory, shard).resolve("owner");
    }

    /**
     * Of a shard, or null when there is none.
     *
     * @throws DamagedFileException when it is not whole
     */
    static ShardOwner read(Path dataDirectory, int shard) throws IOException {
        Path path = in(dataDirectory, shard);
        if (!Files.exists(path)) {
            return null;
        }
        String text = AtomicFile.read(path);
        Matcher line = LINE.matcher(text);
        if (!line.matches()) {
            throw new DamagedFileException(path, "it is not an owner line");
        }
        return new ShardOwner(
                line.group(1),
                Integer.parseInt(line.group(2)),
                Integer.parseInt(line.group(3)),
                Long.parseLong(line.group(4)));
    }

    void write(Path dataDirectory) throws IOException {
        String text = "node " + nodeId + " shard " + shard + " of " + shards + " change " + change + "\n";
        AtomicFile.write(in(dataDirectory, shard), text);
    }
}
