package io.tailrace.node.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * The disk of one machine: real files below one directory, seen by a process through a file system that fails when it is told
 * to, and that remembers what a loss of power would roll back. The log's segments are written past it, through memory; what
 * is forced of them passes here, and with it what they held then.
 */
final class Disk {
    /** What happens to those who use it. */
    enum Mood {
        FINE,
        /** Nothing can be made or grow. */
        FULL,
        /** Writes and syncs fail. */
        FAILING
    }

    private final Path root;
    private final DurableFiles durable = new DurableFiles();
    private final Set<FileChannel> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private Mood mood = Mood.FINE;
    private boolean hasFailed;
    private int session;

    Disk(Path root) throws IOException {
        this.root = Files.createDirectories(root);
    }

    Path root() {
        return root;
    }

    void mood(Mood next) {
        mood = next;
    }

    Mood mood() {
        return mood;
    }

    /** Whether an error was given to the process that uses it now. */
    boolean hasFailed() {
        return hasFailed;
    }

    /** The view of a new process; that of the one before is dead. */
    FileSystem open(CrashPoint crashPoint) {
        session++;
        hasFailed = false;
        return new DiskFileSystem(new View(session, crashPoint));
    }

    /** The process that used it is gone, and with it its locks. */
    void freeze() {
        session++;
        try {
            for (FileChannel channel : open) {
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.clear();
    }

    /** The power is gone: of what was not forced something may be lost. */
    String losePower(SplittableRandom random) {
        try {
            return durable.losePower(root, random);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything that is there now was written before: no loss of power takes it back. */
    void settle() throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.filter(Files::isRegularFile).toList()) {
                durable.settled(path);
            }
        }
    }

    /** Lets the log's syncs be lies, for a test of the test. */
    void lie() {
        durable.lie();
    }

    /** Puts something else into the files of this name, for a test of the test. */
    void overwrite(String name, String content) {
        each(name, path -> Files.writeString(path, content));
    }

    /** Deletes the files whose names begin so, for a test of the test. */
    void deleteFiles(String prefix) {
        each(prefix, Files::delete);
    }

    /** Takes the newest record out of the log, for a test of the test. */
    void dropLastRecord() {
        List<Path> segments = new ArrayList<>();
        each("", path -> {
            if (path.toString().endsWith(".cq4")) {
                segments.add(path);
            }
        });
        Collections.sort(segments, Collections.reverseOrder());
        try {
            for (Path segment : segments) {
                if (DurableFiles.dropLastRecord(segment)) {
                    return;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface FileAction {
        void accept(Path path) throws IOException;
    }

    private void each(String prefix, FileAction action) {
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.toList()) {
                if (path.getFileName().toString().startsWith(prefix) && Files.isRegularFile(path)) {
                    action.accept(path);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is in the files whose names begin so. */
    List<String> texts(String prefix) {
        List<String> texts = new ArrayList<>();
        each(prefix, path -> texts.add(Files.readString(path, StandardCharsets.ISO_8859_1)));
        return texts;
    }

    void delete() {
        delete(root);
    }

    /** Throws away all that is on it, as an operator would. */
    void wipe() {
        delete();
        try {
            Files.createDirectories(root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        durable.clear();
    }

    private Path backup() {
        return root.resolveSibling(root.getFileName() + "-backup");
    }

    boolean hasBackup() {
        return Files.exists(backup());
    }

    /** Copies all that is on it, while nobody uses it. */
    void backUp() {
        copy(root, backup());
    }

    /** Puts the copy in the place of what is on it. */
    void restore() {
        delete();
        copy(backup(), root);
        durable.clear();
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path path : tree.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path root) {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What one process may do with it. */
    final class View {
        private final int own;
        private final CrashPoint crashPoint;

        private View(int own, CrashPoint crashPoint) {
            this.own = own;
            this.crashPoint = crashPoint;
        }

        DurableFiles durable() {
            return durable;
        }

        void opened(FileChannel channel) {
            open.add(channel);
        }

        void closed(FileChannel channel) {
            open.remove(channel);
        }

        private void mayUse(String what) throws IOException {
            if (session != own) {
                throw new IOException("the process is dead");
            }
            crashPoint.reached(what);
        }

        void read(String what) throws IOException {
            mayUse(what);
        }

        /** Before something is made or grows. */
        void grow(String what) throws IOException {
            mayUse(what);
            if (mood == Mood.FULL) {
                throw failure("No space left on device");
            }
            change(what);
        }

        /** Before something changes that takes no room. */
        void change(String what) throws IOException {
            mayUse(what);
            if (mood == Mood.FAILING) {
                throw failure("Input/output error");
            }
        }

        private IOException failure(String text) {
            hasFailed = true;
            return new IOException(text);
        }
    }
}
