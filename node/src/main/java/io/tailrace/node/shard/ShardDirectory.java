package io.tailrace.node.shard;

import io.tailrace.node.platform.AtomicFile;
import io.tailrace.node.platform.DamagedFileException;
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
 * Where a shard's files are. One generation is current, named by the file {@code CURRENT}; a full sync builds the next one
 * beside it and makes it current by replacing that file, so a crash leaves the one or the other, whole.
 *
 * <pre>
 *  shard-0/CURRENT            the name of the current generation
 *  shard-0/owner              which node's data this is
 *  shard-0/gen-1/was-current  empty; tells that the generation was made current
 *  shard-0/gen-1/queue/       the log: a Chronicle Queue
 *  shard-0/gen-1/snapshots/   snapshot-&lt;index&gt;.tsnap
 *  shard-0/gen-1/history      the histories the log went through, one a line
 *  shard-0/gen-1/replicas     the replicas that the log is kept for
 *  shard-0/gen-1/KEPT         only in one that was replaced: why it was not deleted
 *  shard-0/gen-1/ahead        only until the node's other shards have caught up with it: see {@link AheadMark}
 *  shard-0/feeds/             the slots of readers of the log, by name
 *  shard-0/incoming/          a snapshot on its way in, whatever generation it will be part of
 * </pre>
 */
public final class ShardDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(ShardDirectory.class);
    private static final String PREFIX = "gen-";
    private static final String CURRENT = "CURRENT";
    private static final String KEPT = "KEPT";
    private static final String WAS_CURRENT = "was-current";

    private final Path root;
    private final int generation;
    /** The number of the newest generation that {@link #createNext} has made. */
    private int newestMade;

    private ShardDirectory(Path root, int generation) {
        this.root = root;
        this.generation = generation;
    }

    /** Where a shard's generations are; it need not exist. */
    public static Path root(Path dataDirectory, int shard) {
        return dataDirectory.resolve("shard-" + shard);
    }

    /**
     * The current generation; makes the first one, and deletes what a broken full sync left.
     *
     * @throws IOException also when there are generations and nothing tells which is current
     */
    public static ShardDirectory open(Path root) throws IOException {
        Files.createDirectories(root);
        Path current = root.resolve(CURRENT);
        if (!Files.exists(current)) {
            ShardDirectory first = new ShardDirectory(root, 1);
            if (first.generations().stream().anyMatch(generation -> !generation.equals(first.path()))) {
                throw withoutCurrent(root);
            }
            // a crash of the first start may have come between the directory and the file
            first.create();
            first.activate();
            return first;
        }
        ShardDirectory chosen = current(root);
        chosen.deleteOthers();
        return chosen;
    }

    private static IOException withoutCurrent(Path root) throws IOException {
        return new IOException(
                root.resolve(CURRENT) + " is missing, and would name the current generation; " + remedy(root));
    }

    private static List<Path> names(List<Path> generations) {
        return generations.stream().map(Path::getFileName).sorted().toList();
    }

    private static String remedy(Path root) throws IOException {
        String shard = root.getFileName().toString().replaceFirst("^shard-", "");
        List<Path> there = generations(root);
        return there.isEmpty()
                ? "there is no generation in " + root
                : "there are " + there + ": look at each with 'tailrace dump " + root.resolve(PREFIX + "N")
                        + "', and say which it is: 'tailrace repair "
                        + root.toAbsolutePath().getParent() + " --shard " + shard + " --generation " + PREFIX
                        + "N --yes'";
    }

    /**
     * The current generation of an existing shard, with nothing changed: for reading only.
     *
     * @throws IOException when CURRENT does not tell, or tells of an older moment, saying what to do
     */
    public static ShardDirectory current(Path root) throws IOException {
        String name = currentName(root);
        while (true) {
            try {
                return current(root, name);
            } catch (IOException e) {
                // beside a running node another may have become current since the name was read
                String now = currentName(root);
                if (now.equals(name)) {
                    throw e;
                }
                name = now;
            }
        }
    }

    private static String currentName(Path root) throws IOException {
        Path current = root.resolve(CURRENT);
        if (!Files.exists(current)) {
            throw withoutCurrent(root);
        }
        try {
            return AtomicFile.read(current).trim();
        } catch (DamagedFileException e) {
            throw new IOException(e.getMessage() + "; " + remedy(root), e);
        }
    }

    private static ShardDirectory current(Path root, String name) throws IOException {
        Path current = root.resolve(CURRENT);
        if (!name.matches(PREFIX + "[0-9]{1,9}") || !Files.isDirectory(root.resolve(name))) {
            throw new IOException(current + " names '" + name + "', which is not a generation there; " + remedy(root));
        }
        ShardDirectory named = new ShardDirectory(root, Integer.parseInt(name.substring(PREFIX.length())));
        for (Path other : named.generations()) {
            if (number(other) > named.generation && Files.exists(other.resolve(WAS_CURRENT))) {
                throw new IOException(current + " is of an older moment: it names " + name + ", and "
                        + other.getFileName() + " was current after that; " + remedy(root));
            }
        }
        return named;
    }

    /**
     * Makes a generation current because an operator says so. The others are kept under other names, {@code unused-gen-N}: nobody
     * knows what they are.
     */
    public static void choose(Path root, String name) throws IOException {
        if (!name.matches(PREFIX + "[0-9]{1,9}") || !Files.isDirectory(root.resolve(name))) {
            throw new IOException("there is no generation '" + name + "' in " + root + ", there are "
                    + names(new ShardDirectory(root, 1).generations()));
        }
        ShardDirectory chosen = new ShardDirectory(root, Integer.parseInt(name.substring(PREFIX.length())));
        for (Path other : chosen.generations()) {
            if (!other.equals(chosen.path())) {
                Files.move(other, root.resolve("unused-" + other.getFileName()));
            }
        }
        chosen.activate();
    }

    /** The generations of a shard, whichever is current. */
    public static List<Path> generations(Path root) throws IOException {
        return names(new ShardDirectory(root, 1).generations());
    }

    /** Whether a shard's directory holds nothing of its data: neither a generation nor the file that names one. */
    public static boolean isBlank(Path root) throws IOException {
        return !Files.exists(root.resolve(CURRENT))
                && new ShardDirectory(root, 1).generations().isEmpty();
    }

    /**
     * A new, empty generation beside this one, with a number that none has or had: one given up may still be written to, and whoever deletes
     * it looks for what is left of it by its name.
     */
    ShardDirectory createNext() throws IOException {
        int newest = Math.max(generation, newestMade);
        for (Path other : generations()) {
            newest = Math.max(newest, number(other));
        }
        newestMade = newest + 1;
        ShardDirectory next = new ShardDirectory(root, newestMade);
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
     * Makes this generation current; durable when the call returns. An exception leaves it open which one is current on the
     * disk, and {@link #isCurrent} says which one a start of the process would use.
     */
    void activate() throws IOException {
        AtomicFile.write(
                root.resolve(CURRENT),
                PREFIX + generation + "\n",
                FaultPoint.SWITCH_WRITTEN,
                FaultPoint.SWITCH_RENAMED);
        // tells a CURRENT of an older moment; a crash before it costs nothing but that
        Files.write(path().resolve(WAS_CURRENT), new byte[0]);
    }

    /** Whether this is the current generation. */
    boolean isCurrent() throws IOException {
        return current(root).generation == generation;
    }

    /** Lets this generation stay when another one is current; an operator deletes it. Durable when the call returns. */
    void markKept(String reason) throws IOException {
        AtomicFile.write(path().resolve(KEPT), reason + "\n");
    }

    /** Where a snapshot that a primary sends is kept until it is whole: it outlives a crash, and the generation it is for. */
    public Path incoming() {
        return root.resolve("incoming");
    }

    /** Where the slots of those are that read the log from outside: they outlive a generation. May be missing. */
    public static Path feeds(Path root) {
        return root.resolve("feeds");
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

    /** The file that is there as long as the shard is ahead of the node's others. */
    public Path ahead() {
        return path().resolve("ahead");
    }

    /** Where the replicas are that the log is kept for; may be missing. */
    public Path replicas() {
        return path().resolve("replicas");
    }

    /** The list of the log's histories; may be missing. */
    public Path history() {
        return path().resolve("history");
    }

    /** Whether the log ever held a record: the list of histories is written with the first one. */
    public boolean hadRecords() throws IOException {
        try {
            return !readHistory().isEmpty();
        } catch (DamagedFileException e) {
            return true;
        }
    }

    /**
     * The list as its file has it, an empty one when there is none.
     *
     * @throws DamagedFileException when it is not whole; a start knows the list from the log and the snapshot, too
     */
    public History readHistory() throws IOException {
        if (!Files.exists(history())) {
            return History.parse("");
        }
        try {
            return History.parse(AtomicFile.read(history()));
        } catch (IllegalArgumentException e) {
            throw new DamagedFileException(history(), e.getMessage());
        }
    }

    /** Durable when the call returns. A list that is there already is not written again: a full disk would refuse that. */
    public void writeHistory(String text) throws IOException {
        if (!isWritten(text)) {
            AtomicFile.write(history(), text);
        }
    }

    private boolean isWritten(String text) throws IOException {
        try {
            return Files.exists(history()) && AtomicFile.read(history()).equals(text);
        } catch (DamagedFileException e) {
            return false;
        }
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

    /** Another thread may be deleting it at the same time: what is given up is deleted in the background. */
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
