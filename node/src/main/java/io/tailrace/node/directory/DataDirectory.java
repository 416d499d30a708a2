package io.tailrace.node.directory;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.config.ShardCount;
import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.DamagedFileException;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.platform.NodeStartException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's data directory, locked for this process as long as it is open, and what the node remembers of itself there.
 *
 * <p>{@link NodeFile} keeps the identity, the shard count, and whom the node followed when it last ran: the last REPLICAOF
 * holds after a restart with the same {@code --replicaof} as before; a changed flag wins over it. {@link ShardOwner} ties the
 * data of each shard to that; it is written in the background, as nothing has to wait for it.
 */
public final class DataDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);

    private static final int MAX_NOTE = 64;
    private static final String STARTING = "starting\n";
    private static final String RUNNING = "running\n";
    private static final String STOPPED = "stopped\n";

    /** How the last run on a directory ended. */
    public enum LastRun {
        /** There was none. */
        NONE("this is the first start here"),
        IN_ORDER("the last stop was in order"),
        NOT_STARTED("the last start was broken off before it was complete"),
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
    private final NodeFile file;
    private final LastRun lastRun;
    private final Background background;
    private final Object marks = new Object();
    private boolean isMarkingDue;
    private Background.Task marking;
    private Background.Task markingBefore;

    private DataDirectory(Path path, FileChannel lockFile, NodeFile file, Background background) {
        lastRun = lastRun(lockFile);
        this.path = path;
        this.lockFile = lockFile;
        this.file = file;
        this.background = background;
    }

    /** Opens or makes the directory. When it refuses, nothing in an existing one was changed. */
    public static DataDirectory open(Path path, ShardCount shards, String newNodeId, Background background)
            throws NodeStartException {
        FileChannel lockFile = null;
        try {
            Files.createDirectories(path);
            lockFile = FileChannel.open(
                    path.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            lock(path, lockFile);
            NodeFile file = checked(path, shards);
            if (file == null) {
                file = NodeFile.create(path, newNodeId, shards.count());
                file.write();
            }
            DataDirectory directory = new DataDirectory(path, lockFile, file, background);
            note(lockFile, STARTING);
            return directory;
        } catch (IOException e) {
            closeQuietly(lockFile);
            throw new NodeStartException("can't use data directory " + path + ": " + FileFailure.of(e, path), e);
        } catch (NodeStartException e) {
            closeQuietly(lockFile);
            throw e;
        }
    }

    /** The file of a directory that may be started on, or null for a new one. */
    private static NodeFile checked(Path path, ShardCount shards) throws IOException, NodeStartException {
        DirectoryCheck check = DirectoryCheck.of(path);
        if (check.problem() != null) {
            throw new NodeStartException(check.refusal());
        }
        NodeFile file = check.file();
        if (file != null && file.shards() != shards.count()) {
            throw new NodeStartException("data directory " + path + " was made with shards " + file.shards()
                    + ", asked for " + shards.asked() + ": start with --shards " + file.shards()
                    + ", or divide the data again: 'tailrace restore " + path + " --shards " + shards
                    + " --into NEWDIR', or 'tailrace export " + path + "' into redis-cli --pipe");
        }
        return file;
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
        return switch (note) {
            case "" -> LastRun.NONE;
            case STARTING -> LastRun.NOT_STARTED;
            case STOPPED -> LastRun.IN_ORDER;
            default -> LastRun.CRASHED;
        };
    }

    /** How the last run on a directory ended, read from outside; of a running node's it says nothing. */
    public static LastRun lastRun(Path directory) {
        Path lock = directory.resolve("LOCK");
        if (Files.notExists(lock)) {
            return LastRun.NONE;
        }
        try (FileChannel file = FileChannel.open(lock, StandardOpenOption.READ)) {
            return lastRun(file);
        } catch (IOException e) {
            return LastRun.CRASHED;
        }
    }

    /** Only to be told about at the next start: what can't be written, on a full disk for one, changes nothing. */
    private static void note(FileChannel lockFile, String text) {
        try {
            lockFile.truncate(0);
            lockFile.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
        } catch (IOException e) {
            // the next start reports a crash then
        }
    }

    /** The start is complete: clients may write from here on. */
    public void started() {
        note(lockFile, RUNNING);
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

    public String nodeId() {
        return file.nodeId();
    }

    public int shards() {
        return file.shards();
    }

    /** Whether the node was a replica when it last ran. */
    public boolean wasReplica() {
        return file.primary() != null;
    }

    /** Whom to follow now, null for none, given what the node was started with. */
    public HostPort primary(HostPort flag) {
        boolean isSameFlag = file.has(NodeFile.FLAG) && file.get(NodeFile.FLAG).equals(text(flag));
        return isSameFlag ? file.primary() : flag;
    }

    private static String text(HostPort address) {
        return address == null ? "" : address.toString();
    }

    /** Every shard has files now. */
    public synchronized void shardsMade() throws IOException {
        file.setHasShards();
        write();
        mark();
    }

    private void write() throws IOException {
        if (file.write() && file.hasShards()) {
            mark();
        }
    }

    /** One that has not begun yet writes what there is when it does. */
    private void mark() {
        if (!isMarkingDue) {
            isMarkingDue = true;
            markingBefore = marking;
            marking = background.run("owner-files", this::markShards);
        }
    }

    /** A change of the file meanwhile does not wait for this. */
    private void markShards() {
        synchronized (marks) {
            long change = change();
            for (int shard = 0; shard < file.shards(); shard++) {
                ShardOwner owner = new ShardOwner(file.nodeId(), shard, file.shards(), change);
                try {
                    if (!owner.equals(readOwner(shard))) {
                        owner.write(path);
                    }
                } catch (IOException e) {
                    LOG.warn("can't write {}: {}", ShardOwner.in(path, shard), FileFailure.of(e));
                }
            }
        }
    }

    private synchronized long change() {
        isMarkingDue = false;
        return file.change();
    }

    private ShardOwner readOwner(int shard) throws IOException {
        try {
            return ShardOwner.read(path, shard);
        } catch (DamagedFileException e) {
            LOG.warn("{}; it is rewritten", e.getMessage());
            return null;
        }
    }

    /** Remembers whom the node follows now, null for none, and that nothing is forced. */
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
        file.removeAll(NodeFile.FORCED);
    }

    private void follow(HostPort flag, HostPort primary) {
        file.set(NodeFile.FLAG, text(flag));
        file.set(NodeFile.PRIMARY, text(primary));
        if (primary != null) {
            file.remove(NodeFile.PROMOTION);
        }
        file.remove(NodeFile.HANDOVER);
    }

    private boolean isRemembered(HostPort primary) {
        return primary != null && primary.toString().equals(file.get(NodeFile.PRIMARY));
    }

    /**
     * Remembers that the node follows a primary and that every shard may give its data up for the log of the node that answers
     * first.
     */
    public synchronized void rememberForced(HostPort flag, HostPort primary) throws IOException {
        forgetForced();
        follow(flag, primary);
        file.set(
                NodeFile.FORCED,
                IntStream.range(0, file.shards()).mapToObj(Integer::toString).collect(Collectors.joining(",")));
        write();
    }

    /** Whether a shard still may give its data up for the primary's. */
    public synchronized boolean isForced(int shard, HostPort primary) {
        return isRemembered(primary) && forced().contains(Integer.toString(shard));
    }

    private List<String> forced() {
        return List.of(file.get(NodeFile.FORCED).split(","));
    }

    /** The log that a shard may give its data up for, as text, or null as long as the primary was not reached. */
    public synchronized String forcedTo(int shard) {
        return file.has(NodeFile.FORCED_TO + shard) ? file.get(NodeFile.FORCED_TO + shard) : null;
    }

    /** The history that every shard's data may be given up for, or null as long as none has reached the primary. */
    public synchronized String forcedHistory() {
        return file.has(NodeFile.FORCED_HISTORY) ? file.get(NodeFile.FORCED_HISTORY) : null;
    }

    /** Remembers which log a shard may give its data up for. */
    public synchronized void bindForced(int shard, String history, String to) throws IOException {
        file.set(NodeFile.FORCED_HISTORY, history);
        file.set(NodeFile.FORCED_TO + shard, to);
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
                file.set(NodeFile.FORCED, left);
                file.remove(NodeFile.FORCED_TO + shard);
            }
            write();
        }
    }

    /** Remembers that the node follows one that may not have taken over from it, and the history that it would begin. */
    public synchronized void rememberHandover(HostPort flag, HostPort target, String history) throws IOException {
        file.set(NodeFile.FLAG, text(flag));
        file.set(NodeFile.PRIMARY, target.toString());
        file.remove(NodeFile.PROMOTION);
        file.set(NodeFile.HANDOVER, history);
        write();
    }

    /** The history that the primary followed now may or may not have begun when it took over, or null. */
    public synchronized String handover(HostPort primary) {
        return isRemembered(primary) && file.has(NodeFile.HANDOVER) ? file.get(NodeFile.HANDOVER) : null;
    }

    /** Remembers that the node becomes a primary, and the history that each shard is about to begin by it. */
    public synchronized void rememberPromotion(HostPort flag, String history) throws IOException {
        file.set(NodeFile.PROMOTION, history);
        remember(flag, null);
    }

    /** The history that every shard must have begun by the last promotion, or null. */
    public synchronized String promotion() {
        return file.has(NodeFile.PROMOTION) ? file.get(NodeFile.PROMOTION) : null;
    }

    /** The run ends in order: the next start will say so. */
    public void endInOrder() {
        note(lockFile, STOPPED);
    }

    @Override
    public void close() {
        Background.Task last;
        Background.Task before;
        synchronized (this) {
            last = marking;
            before = markingBefore;
        }
        if (before != null) {
            before.await();
        }
        if (last != null) {
            last.await();
        }
        closeQuietly(lockFile);
    }
}
