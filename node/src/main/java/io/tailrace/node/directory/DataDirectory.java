package io.tailrace.node.directory;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.platform.AtomicFile;
import io.tailrace.node.platform.NodeStartException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A node's data directory, locked for this process as long as it is open, and what the node remembers of itself there.
 *
 * <p>{@code node.properties} keeps the identity, the shard count, and whom the node followed when it last ran: the last
 * REPLICAOF holds after a restart with the same {@code --replicaof} as before; a changed flag wins over it.
 */
public final class DataDirectory implements AutoCloseable {
    private static final String SHARDS = "shards";
    private static final String NODE_ID = "node-id";
    private static final String FLAG = "replicaof-flag";
    private static final String PRIMARY = "replicaof";
    private static final String PROMOTION = "promotion";
    private static final String FORCED = "forced";
    private static final String FORCED_HISTORY = "forced-history";
    private static final String FORCED_TO = "forced-to-shard-";
    private static final String HANDOVER = "handover";

    private final Path path;
    private final FileChannel lockFile;
    private final Properties properties;

    private DataDirectory(Path path, FileChannel lockFile, Properties properties) {
        this.path = path;
        this.lockFile = lockFile;
        this.properties = properties;
    }

    /** Opens or makes the directory. When it refuses, nothing in an existing one was changed. */
    public static DataDirectory open(Path path, int shards, String newNodeId) throws NodeStartException {
        FileChannel lockFile = null;
        try {
            Files.createDirectories(path);
            lockFile = FileChannel.open(path.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            lock(path, lockFile);
            Properties properties = read(path.resolve("node.properties"));
            String made = properties.getProperty(SHARDS);
            if (made != null && !made.equals(Integer.toString(shards))) {
                throw new NodeStartException("data directory " + path + " was made with shards " + made
                        + ", asked for " + shards + ": start with --shards " + made
                        + ", or with another --data-dir and sync from another node");
            }
            DataDirectory directory = new DataDirectory(path, lockFile, properties);
            if (made == null) {
                requireShards(path, shards);
                properties.setProperty(SHARDS, Integer.toString(shards));
                properties.setProperty(NODE_ID, newNodeId);
                directory.write();
            }
            return directory;
        } catch (IOException e) {
            closeQuietly(lockFile);
            throw new NodeStartException("can't use data directory " + path + ": " + e, e);
        } catch (NodeStartException e) {
            closeQuietly(lockFile);
            throw e;
        }
    }

    /** Where node.properties is gone the directories tell: with fewer shards some would be left out, and keys lost. */
    private static void requireShards(Path path, int shards) throws IOException, NodeStartException {
        List<Integer> found = OfflineDirectory.shards(path);
        if (!found.isEmpty() && found.size() != shards) {
            throw new NodeStartException("data directory " + path + " has no node.properties and holds shards " + found
                    + ", asked for " + shards + ": start with --shards " + found.size());
        }
    }

    private static void lock(Path path, FileChannel lockFile) throws IOException, NodeStartException {
        try {
            FileLock lock = lockFile.tryLock();
            if (lock != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            // held by another node of this process: said below
        }
        throw new NodeStartException("data directory " + path + " is in use by another node");
    }

    private static void closeQuietly(FileChannel file) {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            // nothing was written to it
        }
    }

    private static Properties read(Path file) throws IOException {
        Properties properties = new Properties();
        if (Files.exists(file)) {
            try {
                properties.load(new StringReader(AtomicFile.read(file)));
            } catch (IllegalArgumentException e) {
                throw new IOException(file + " is damaged: " + e.getMessage(), e);
            }
        }
        return properties;
    }

    private void write() throws IOException {
        StringBuilder text = new StringBuilder("# Written by the node. Do not edit while it runs.\n");
        properties.stringPropertyNames().stream().sorted().forEach(key -> text.append(key)
                .append('=')
                .append(properties.getProperty(key).replace(":", "\\:"))
                .append('\n'));
        AtomicFile.write(path.resolve("node.properties"), text.toString());
    }

    public String nodeId() {
        return properties.getProperty(NODE_ID);
    }

    public int shards() {
        return Integer.parseInt(properties.getProperty(SHARDS));
    }

    /** Whether the node was a replica when it last ran. */
    public boolean wasReplica() {
        return !properties.getProperty(PRIMARY, "").isEmpty();
    }

    /** Whom to follow now, null for nobody, given what the node was started with. */
    public HostPort primary(HostPort flag) {
        boolean isSameFlag = properties.getProperty(FLAG) != null
                && properties.getProperty(FLAG).equals(flag == null ? "" : flag.toString());
        if (!isSameFlag) {
            return flag;
        }
        String remembered = properties.getProperty(PRIMARY, "");
        return remembered.isEmpty() ? null : HostPort.parse(remembered);
    }

    /** Remembers whom the node follows now, null for nobody, and that nothing is forced. */
    public synchronized void remember(HostPort flag, HostPort primary) throws IOException {
        forgetForced();
        follow(flag, primary);
        write();
    }

    /** At a start: the same, but what was forced for this primary still is. */
    public synchronized void rememberAgain(HostPort flag, HostPort primary) throws IOException {
        if (!isRemembered(primary)) {
            forgetForced();
        }
        follow(flag, primary);
        write();
    }

    private void forgetForced() {
        properties.stringPropertyNames().stream()
                .filter(key -> key.startsWith(FORCED))
                .forEach(properties::remove);
    }

    private void follow(HostPort flag, HostPort primary) {
        properties.setProperty(FLAG, flag == null ? "" : flag.toString());
        properties.setProperty(PRIMARY, primary == null ? "" : primary.toString());
        if (primary != null) {
            properties.remove(PROMOTION);
        }
        properties.remove(HANDOVER);
    }

    private boolean isRemembered(HostPort primary) {
        return primary != null && primary.toString().equals(properties.getProperty(PRIMARY));
    }

    /**
     * Remembers that the node follows a primary and that every shard may give its data up for the log of the node that answers
     * first.
     */
    public synchronized void rememberForced(HostPort flag, HostPort primary) throws IOException {
        forgetForced();
        follow(flag, primary);
        properties.setProperty(
                FORCED, IntStream.range(0, shards()).mapToObj(Integer::toString).collect(Collectors.joining(",")));
        write();
    }

    /** Whether a shard still may give its data up for the primary's. */
    public synchronized boolean isForced(int shard, HostPort primary) {
        return isRemembered(primary) && forced().contains(Integer.toString(shard));
    }

    private List<String> forced() {
        return List.of(properties.getProperty(FORCED, "").split(","));
    }

    /** The log that a shard may give its data up for, as text, or null as long as the primary was not reached. */
    public synchronized String forcedTo(int shard) {
        return properties.getProperty(FORCED_TO + shard);
    }

    /** The history that every shard's data may be given up for, or null as long as none has reached the primary. */
    public synchronized String forcedHistory() {
        return properties.getProperty(FORCED_HISTORY);
    }

    /** Remembers which log a shard may give its data up for. */
    public synchronized void bindForced(int shard, String history, String to) throws IOException {
        properties.setProperty(FORCED_HISTORY, history);
        properties.setProperty(FORCED_TO + shard, to);
        write();
    }

    /** Remembers that a shard follows the primary now, whatever it gave up for that. */
    public synchronized void forceDone(int shard, HostPort primary) throws IOException {
        if (isForced(shard, primary)) {
            String left = forced().stream()
                    .filter(other -> !other.equals(Integer.toString(shard)))
                    .collect(Collectors.joining(","));
            if (left.isEmpty()) {
                forgetForced();
            } else {
                properties.setProperty(FORCED, left);
                properties.remove(FORCED_TO + shard);
            }
            write();
        }
    }

    /** Remembers that the node follows one that may not have taken over from it, and the history that it would begin. */
    public synchronized void rememberHandover(HostPort flag, HostPort target, String history) throws IOException {
        properties.setProperty(FLAG, flag == null ? "" : flag.toString());
        properties.setProperty(PRIMARY, target.toString());
        properties.remove(PROMOTION);
        properties.setProperty(HANDOVER, history);
        write();
    }

    /** The history that the primary followed now may or may not have begun when it took over, or null. */
    public String handover(HostPort primary) {
        return isRemembered(primary) ? properties.getProperty(HANDOVER) : null;
    }

    /** Remembers that the node becomes a primary, and the history that each shard is about to begin by it. */
    public synchronized void rememberPromotion(HostPort flag, String history) throws IOException {
        properties.setProperty(PROMOTION, history);
        remember(flag, null);
    }

    /** Makes a stopped node's directory, which the caller has locked, that of a primary that begins a history. */
    public static void beginHistory(Path path, String history) throws IOException {
        DataDirectory directory = new DataDirectory(path, null, read(path.resolve("node.properties")));
        directory.properties.setProperty(PROMOTION, history);
        directory.properties.setProperty(PRIMARY, "");
        directory.write();
    }

    /** The history that every shard must have begun by the last promotion, or null. */
    public String promotion() {
        return properties.getProperty(PROMOTION);
    }

    @Override
    public void close() {
        closeQuietly(lockFile);
    }
}
