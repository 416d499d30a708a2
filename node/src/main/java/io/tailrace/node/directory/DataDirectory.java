package io.tailrace.node.directory;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.platform.AtomicFile;
import io.tailrace.node.platform.NodeStartException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
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
    private static final String HANDOVER = "handover";

    private static final int MAX_NOTE = 64;
    private static final String RUNNING = "running\n";
    private static final String STOPPED = "stopped\n";

    /** How the last run on a directory ended. */
    public enum LastRun {
        /** There was none. */
        NONE("this is the first start here"),
        IN_ORDER("the last stop was in order"),
        CRASHED("the last run did not end in order");

        private final String text;

        LastRun(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    private final Path path;
    private final FileChannel lockFile;
    private final Properties properties;
    private final LastRun lastRun;

    private DataDirectory(Path path, FileChannel lockFile, Properties properties) {
        lastRun = lastRun(lockFile);
        this.path = path;
        this.lockFile = lockFile;
        this.properties = properties;
    }

    /** Opens or makes the directory. When it refuses, nothing in an existing one was changed. */
    public static DataDirectory open(Path path, int shards, String newNodeId) throws NodeStartException {
        FileChannel lockFile = null;
        try {
            Files.createDirectories(path);
            lockFile = FileChannel.open(
                    path.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
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
            note(lockFile, RUNNING);
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

    private static LastRun lastRun(FileChannel lockFile) {
        ByteBuffer bytes = ByteBuffer.allocate(MAX_NOTE);
        try {
            lockFile.read(bytes, 0);
        } catch (IOException e) {
            return LastRun.CRASHED;
        }
        String note = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
        return note.isEmpty() ? LastRun.NONE : note.equals(STOPPED) ? LastRun.IN_ORDER : LastRun.CRASHED;
    }

    /** Only to be told about at the next start: what can't be written, on a full disk for one, changes nothing. */
    private static void note(FileChannel lockFile, String text) {
        try {
            lockFile.truncate(0);
            lockFile.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
        } catch (IOException e) {
            // the next start tells of a crash then
        }
    }

    /** How the last run ended. */
    public LastRun lastRun() {
        return lastRun;
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

    /** Remembers whom the node follows now, null for nobody, and forgets what was forced for another. */
    public synchronized void remember(HostPort flag, HostPort primary) throws IOException {
        if (!isRemembered(primary)) {
            properties.remove(FORCED);
        }
        follow(flag, primary);
        write();
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

    /** Remembers that the node follows a primary and that every shard is to throw its data away for that, where it must. */
    public synchronized void rememberForced(HostPort flag, HostPort primary) throws IOException {
        follow(flag, primary);
        int shards = Integer.parseInt(properties.getProperty(SHARDS));
        properties.setProperty(
                FORCED, IntStream.range(0, shards).mapToObj(Integer::toString).collect(Collectors.joining(",")));
        write();
    }

    /** Whether a shard still is to throw its data away for the primary. */
    public synchronized boolean isForced(int shard, HostPort primary) {
        return isRemembered(primary) && forced().contains(Integer.toString(shard));
    }

    private List<String> forced() {
        return List.of(properties.getProperty(FORCED, "").split(","));
    }

    /** Remembers that a shard follows the primary now, whatever it threw away for that. */
    public synchronized void forceDone(int shard, HostPort primary) throws IOException {
        if (isForced(shard, primary)) {
            String left = forced().stream()
                    .filter(other -> !other.equals(Integer.toString(shard)))
                    .collect(Collectors.joining(","));
            properties.setProperty(FORCED, left);
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

    /** The run ends in order: the next start will say so. */
    public void endInOrder() {
        note(lockFile, STOPPED);
    }

    @Override
    public void close() {
        closeQuietly(lockFile);
    }
}
