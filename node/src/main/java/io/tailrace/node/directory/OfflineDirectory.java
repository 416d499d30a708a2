package io.tailrace.node.directory;

import io.tailrace.node.shard.ShardDirectory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.TreeSet;

/** A data directory that no node runs on, and on which none can start until this is closed. Used by one thread. */
public final class OfflineDirectory implements AutoCloseable {
    private static final String SHARD = "shard-";

    private final Path path;
    private final FileChannel lockFile;

    private OfflineDirectory(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /** Throws IOException with one line for the operator when it is not a data directory, or a node runs there. */
    public static OfflineDirectory open(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            throw new IOException("there is no directory " + path);
        }
        if (shards(path).isEmpty()) {
            throw new IOException(path + " is not the data directory of a node: there is no shard-N in it");
        }
        FileChannel lockFile = FileChannel.open(lock(path), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = lockFile.tryLock();
            if (lock != null) {
                return new OfflineDirectory(path, lockFile);
            }
        } catch (OverlappingFileLockException e) {
            // held in this process: said below
        } catch (IOException | RuntimeException e) {
            lockFile.close();
            throw e;
        }
        lockFile.close();
        throw new IOException("a node runs on " + path + ": stop it first");
    }

    static Path lock(Path directory) {
        return directory.resolve("LOCK");
    }

    /** The numbers of the shards that a data directory has, in order. */
    public static List<Integer> shards(Path path) throws IOException {
        TreeSet<Integer> shards = new TreeSet<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path, SHARD + "*")) {
            for (Path entry : entries) {
                String digits = entry.getFileName().toString().substring(SHARD.length());
                if (digits.matches("[0-9]{1,9}") && Files.isDirectory(entry)) {
                    shards.add(Integer.parseInt(digits));
                }
            }
        }
        return List.copyOf(shards);
    }

    public Path path() {
        return path;
    }

    /** The shards that have a directory, ascending. */
    public List<Integer> shards() throws IOException {
        return shards(path);
    }

    /** The current generation of a shard. */
    public ShardDirectory shard(int shard) throws IOException {
        return ShardDirectory.current(ShardDirectory.root(path, shard));
    }

    /** What the node is, as far as its files tell. */
    public NodeIdentity identity() throws IOException {
        return NodeIdentity.of(path);
    }

    /** Makes a directory that holds the data of all shards that of a new node, a primary that begins a history when it starts. */
    public static void create(Path path, String nodeId, String history) throws IOException {
        NodeIdentity.of(path).assign(null, history, () -> nodeId);
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }
}
