package io.tailrace.node.shard;

import io.tailrace.node.platform.AtomicFile;
import io.tailrace.snapshot.fault.FaultPoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a shard's files are. One generation is in force, named by the file {@code CURRENT}; a full sync builds the next one
 * beside it and puts it in force by replacing that file, so a crash leaves the one or the other, whole.
 *
 * <pre>
 *  shard-0/CURRENT            the name of the generation in force
 *  shard-0/gen-1/queue/       the log: a Chronicle Queue
 *  shard-0/gen-1/snapshots/   snapshot-&lt;index&gt;.tsnap
 *  shard-0/gen-1/history      the histories the log went through, one a line
 *  shard-0/gen-1/replicas     the replicas that the log is kept for
 *  shard-0/gen-1/KEPT         only in one that was replaced: why it was not deleted
 *  shard-0/incoming/          a snapshot on its way in, whatever generation it will be part of
 * </pre>
 */
public final class ShardDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(ShardDirectory.class);
    private static final String PREFIX = "gen-";
    private static final String CURRENT = "CURRENT";
    private static final String KEPT = "KEPT";

    private final Path root;
    private final int generation;

    private ShardDirectory(Path root, int generation) {
        this.root = root;
        this.generation = generation;
    }

    public static Path root(Path dataDirectory, int shard) {
        return dataDirectory.resolve("shard-" + shard);
    }

    /**
     * The generation in force; makes the first one, and deletes what a broken full sync left.
     *
     * @throws IOException also when there are generations and nothing tells which is in force
     */
    public static ShardDirectory open(Path root) throws IOException {
        Files.createDirectories(root);
        Path current = root.resolve(CURRENT);
        if (!Files.exists(current)) {
            ShardDirectory first = new ShardDirectory(root, 1);
            List<Path> found = first.generations();
            if (found.stream().anyMatch(generation -> !generation.equals(first.path()))) {
                throw new IOException(
                        current + " is missing, and tells which of "
                                + found.stream().map(Path::getFileName).sorted().toList()
                                + " is in force: look at them with 'tailrace dump', and write the name of the right one into it");
            }
            // a crash of the first start may have come between the directory and the file
            first.create();
            first.putInForce();
            return first;
        }
        ShardDirectory inForce = inForce(root);
        inForce.deleteOthers();
        return inForce;
    }

    /** The generation in force of an existing shard, with nothing changed: for reading only. */
    public static ShardDirectory inForce(Path root) throws IOException {
        String name = AtomicFile.read(root.resolve(CURRENT)).trim();
        if (!name.matches(PREFIX + "[0-9]{1,9}") || !Files.isDirectory(root.resolve(name))) {
            throw new IOException(root.resolve(CURRENT) + " names '" + name + "', which is no generation there");
        }
        return new ShardDirectory(root, Integer.parseInt(name.substring(PREFIX.length())));
    }

    /** A new, empty generation beside this one, with a number that no other has: one given up may still be written to. */
    ShardDirectory createNext() throws IOException {
        int newest = generation;
        for (Path other : generations()) {
            newest = Math.max(newest, number(other));
        }
        ShardDirectory next = new ShardDirectory(root, newest + 1);
        next.create();
        return next;
    }

    private static int number(Path generation) {
        String digits = generation.getFileName().toString().substring(PREFIX.length());
        return digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : 0;
    }

    private void create() throws IOException {
        Files.createDirectories(queue());
        Files.createDirectories(snapshots());
    }

    /**
     * Puts this generation in force; durable when the call returns. An exception leaves it open which one is in force on the
     * disk, and {@link #isInForce} says which one a start of the process would use.
     */
    void putInForce() throws IOException {
        AtomicFile.write(
                root.resolve(CURRENT),
                PREFIX + generation + "\n",
                FaultPoint.SWITCH_WRITTEN,
                FaultPoint.SWITCH_RENAMED);
    }

    /** Whether this is the generation in force. */
    boolean isInForce() throws IOException {
        return inForce(root).generation == generation;
    }

    /** Lets this generation stay when another one is in force; an operator deletes it. Durable when the call returns. */
    void markKept(String reason) throws IOException {
        AtomicFile.write(path().resolve(KEPT), reason + "\n");
    }

    /** Where a snapshot that a primary sends is kept until it is whole: it outlives a crash, and the generation it is for. */
    public Path incoming() {
        return root.resolve("incoming");
    }

    private Path path() {
        return root.resolve(PREFIX + generation);
    }

    /** The shard's own directory, for files that outlive a generation. */
    public Path root() {
        return root;
    }

    public Path queue() {
        return path().resolve("queue");
    }

    public Path snapshots() {
        return path().resolve("snapshots");
    }

    /** Where the replicas are that the log is kept for; may be missing. */
    public Path replicas() {
        return path().resolve("replicas");
    }

    private Path history() {
        return path().resolve("history");
    }

    public History readHistory() throws IOException {
        if (!Files.exists(history())) {
            return History.parse("");
        }
        try {
            return History.parse(AtomicFile.read(history()));
        } catch (IllegalArgumentException e) {
            throw new IOException(history() + ": " + e.getMessage(), e);
        }
    }

    public void writeHistory(History history) throws IOException {
        AtomicFile.write(history(), history.text());
    }

    private List<Path> generations() throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            return entries.filter(entry -> entry.getFileName().toString().startsWith(PREFIX))
                    .toList();
        }
    }

    private void deleteOthers() throws IOException {
        for (Path generation : generations()) {
            if (!generation.equals(path()) && !Files.exists(generation.resolve(KEPT))) {
                delete(generation);
            }
        }
    }

    /** Deletes this generation with all that is in it. */
    public void delete() throws IOException {
        delete(path());
    }

    /** Somebody else may be deleting it at the same time: what is given up is deleted in the background. */
    private static void delete(Path directory) throws IOException {
        while (Files.exists(directory)) {
            try (Stream<Path> tree = Files.walk(directory)) {
                tree.sorted(Comparator.reverseOrder()).forEach(ShardDirectory::deleteOne);
            } catch (NoSuchFileException e) {
                LOG.debug("deleted meanwhile", e);
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof NoSuchFileException)) {
                    throw e.getCause();
                }
            }
        }
    }

    private static void deleteOne(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return path().toString();
    }
}
