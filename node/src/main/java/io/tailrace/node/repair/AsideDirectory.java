package io.tailrace.node.repair;

import io.tailrace.node.shard.ShardDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a repair keeps the files that it takes out of a log: a directory of the shard that has its name only when it is whole and
 * durable. A repair that ends early and is repeated finds what it has put aside already, by the files themselves, and deletes what
 * it had only begun. Used by one thread, while no node runs on the directory.
 *
 * <pre>
 *  shard-0/cut-2.17.part/    being filled
 *  shard-0/cut-2.17/         whole
 *  shard-0/cut-2.17-2/       whole, when the first one holds other files
 * </pre>
 */
final class AsideDirectory {
    private static final String PART = ".part";

    private final Path root;
    private final String name;
    private final List<Path> files;

    /** Puts something into the directory. */
    @FunctionalInterface
    interface Filler {
        void fill(Path directory) throws IOException;
    }

    /** @param files that are put aside; where they are links, they tell whether that was done before */
    AsideDirectory(ShardDirectory shard, String name, List<Path> files) {
        root = shard.root();
        this.name = name;
        this.files = List.copyOf(files);
    }

    /** The path that it has, or will have. */
    Path path() throws IOException {
        Path path = root.resolve(name);
        for (int i = 2; Files.exists(path) && !isKeptIn(path); i++) {
            path = root.resolve(name + "-" + i);
        }
        return path;
    }

    private boolean isKeptIn(Path directory) throws IOException {
        for (Path file : files) {
            Path kept = directory.resolve(file.getFileName());
            if (!Files.exists(kept) || !Files.isSameFile(kept, file)) {
                return false;
            }
        }
        return !files.isEmpty();
    }

    /** Makes it, unless it is there; whole and durable when the call returns. Returns its path. */
    Path make(Filler filler) throws IOException {
        Path path = path();
        if (Files.exists(path)) {
            return path;
        }
        Path part = root.resolve(name + PART);
        delete(part);
        Files.createDirectory(part);
        for (Path file : files) {
            LogTruncation.linkOrCopy(file, part);
        }
        filler.fill(part);
        LogTruncation.force(part);
        Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
        LogTruncation.force(root);
        return path;
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> entries = Files.walk(directory)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
            }
        }
    }
}
