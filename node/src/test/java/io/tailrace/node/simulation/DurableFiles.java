package io.tailrace.node.simulation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What of one disk survives a loss of power. Names are kept as a journalling file system does: in their order, all of those
 * before any sync. Contents are kept as of the last sync of the file, or as they are, if the kernel happened to write them, all
 * of them or page by page.
 */
final class DurableFiles {
    private static final String SEGMENT = ".cq4";
    private static final String FORCED = "forced";
    private static final int END_MARK = 0xC000_0000;
    private static final int META = 0x4000_0000;
    private static final int LENGTH = 0x3fff_ffff;

    /** What of the contents that were not synced is gone. */
    private enum Loss {
        NOTHING,
        ALL,
        PAGES
    }

    /** Takes one change of names back. */
    private interface Undo {
        void run() throws IOException;
    }

    private final Map<Path, byte[]> synced = new TreeMap<>();
    private final Set<Path> dirty = new HashSet<>();
    private final ArrayDeque<Undo> names = new ArrayDeque<>();
    private boolean isLying;

    void lie() {
        isLying = true;
    }

    void clear() {
        synced.clear();
        dirty.clear();
        names.clear();
    }

    void written(Path file) {
        dirty.add(file);
    }

    void created(Path path) {
        names.push(() -> Files.deleteIfExists(path));
    }

    /** Before a file or directory is deleted. */
    void deleting(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            names.push(() -> Files.createDirectories(path));
            return;
        }
        if (isSegment(path)) {
            // large, and not wanted back: the journal happens to be written right now
            names.clear();
            synced.remove(path);
            return;
        }
        byte[] content = contentOf(path);
        names.push(() -> restore(path, content));
    }

    /** Before a file gets another name. */
    void moving(Path from, Path to) throws IOException {
        byte[] old = Files.exists(to) && !Files.isDirectory(to) ? contentOf(to) : null;
        rename(from, to);
        names.push(() -> {
            if (Files.exists(to)) {
                Files.move(to, from);
                rename(to, from);
            }
            if (old != null) {
                restore(to, old);
            }
        });
    }

    private void rename(Path from, Path to) {
        synced.remove(to);
        for (Path path : within(synced.keySet(), from)) {
            synced.put(renamed(path, from, to), synced.remove(path));
        }
        for (Path path : within(dirty, from)) {
            dirty.remove(path);
            dirty.add(renamed(path, from, to));
        }
    }

    /** The file itself, or those in a directory. */
    private static List<Path> within(Set<Path> paths, Path directory) {
        return paths.stream().filter(path -> path.startsWith(directory)).toList();
    }

    private static Path renamed(Path path, Path from, Path to) {
        return path.equals(from) ? to : to.resolve(from.relativize(path));
    }

    /** A file got another name beside its own: what is on the disk of it is known by both. */
    void linked(Path link, Path existing) {
        created(link);
        byte[] content = synced.get(existing);
        if (content != null) {
            synced.put(link, content);
        }
        if (dirty.contains(existing)) {
            dirty.add(link);
        }
    }

    /** A file or directory was synced: with it every name so far. */
    void synced(Path path) throws IOException {
        names.clear();
        if (isLying && (isSegment(path) || path.endsWith(FORCED))) {
            return;
        }
        if (!Files.isDirectory(path)) {
            byte[] content = contentOf(path);
            for (Path name : namesOf(path)) {
                synced.put(name, content);
                dirty.remove(name);
            }
        }
    }

    /** A file is on the disk as it is, whatever is in it: for one that is no longer than it needs to be. */
    void settled(Path path) throws IOException {
        names.clear();
        synced.put(path, Files.readAllBytes(path));
        dirty.remove(path);
    }

    private Set<Path> namesOf(Path path) throws IOException {
        Set<Path> all = new HashSet<>(Set.of(path));
        for (Path other : synced.keySet()) {
            if (isSegment(other) && Files.exists(other) && Files.isSameFile(other, path)) {
                all.add(other);
            }
        }
        return all;
    }

    /** Returns what was lost, in words. */
    String losePower(Path root, SplittableRandom random) throws IOException {
        int keptNames = names.isEmpty() ? 0 : random.nextInt(names.size() + 1);
        int undone = 0;
        while (names.size() > keptNames) {
            names.pop().run();
            undone++;
        }
        names.clear();
        Loss loss = Loss.values()[random.nextInt(Loss.values().length)];
        int lost = 0;
        for (Path file : unsynced(root)) {
            boolean isLost = loss != Loss.NOTHING && lose(file, loss, random);
            lost += isLost ? 1 : 0;
            // what is there now is on the disk
            synced.put(file, PageMix.content(file));
        }
        dirty.clear();
        return undone + " names and " + loss + " of the contents, of " + lost + " files";
    }

    /** The files with contents that were not synced, and all segments, which are written through memory. */
    private List<Path> unsynced(Path root) throws IOException {
        synced.keySet().removeIf(file -> !Files.exists(file));
        try (Stream<Path> tree = Files.walk(root)) {
            return tree.filter(file -> dirty.contains(file) || isSegment(file))
                    .filter(file -> !Files.isDirectory(file))
                    .sorted()
                    .toList();
        }
    }

    /** A segment nobody forced yet is full of zeroes, another file is empty. */
    private boolean lose(Path file, Loss loss, SplittableRandom random) throws IOException {
        byte[] then = synced.getOrDefault(file, new byte[0]);
        if (loss == Loss.PAGES) {
            return PageMix.lose(file, then, random);
        }
        restore(file, then);
        return true;
    }

    private static boolean isSegment(Path path) {
        return path.toString().endsWith(SEGMENT);
    }

    private static void restore(Path file, byte[] content) throws IOException {
        long length = Files.exists(file) ? Files.size(file) : 0;
        Files.createDirectories(file.getParent());
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ)) {
            channel.truncate(0);
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            if (isSegment(file) && length > content.length) {
                channel.write(ByteBuffer.allocate(1), length - 1);
            }
        }
    }

    private static byte[] contentOf(Path file) throws IOException {
        return isSegment(file) ? usedPart(file) : Files.readAllBytes(file);
    }

    /** Walks the frames of a segment: the rest of the file is zeroes, and there may be much of it. */
    private static byte[] usedPart(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer word = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            long end = 0;
            boolean isFrame = true;
            while (isFrame) {
                word.clear();
                isFrame = channel.read(word, end) == Integer.BYTES && word.getInt(0) > 0;
                end = isFrame ? end + Integer.BYTES + (word.getInt(0) & LENGTH) + 3 & -4 : end;
            }
            end += word.getInt(0) == END_MARK ? Integer.BYTES : 0;
            byte[] content = new byte[(int) Math.min(end, channel.size())];
            ByteBuffer into = ByteBuffer.wrap(content);
            while (into.hasRemaining() && channel.read(into, into.position()) >= 0) {
                continue;
            }
            return content;
        }
    }

    /** Puts zeroes in the place of a segment's last record, unless it has but the first one; whether it did. */
    static boolean dropLastRecord(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer word = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            long end = 0;
            long last = -1;
            int records = 0;
            while (true) {
                word.clear();
                if (channel.read(word, end) != Integer.BYTES || word.getInt(0) <= 0) {
                    break;
                }
                boolean isRecord = (word.getInt(0) & META) == 0;
                last = isRecord ? end : last;
                records += isRecord ? 1 : 0;
                end = end + Integer.BYTES + (word.getInt(0) & LENGTH) + 3 & -4;
            }
            if (records < 2) {
                return false;
            }
            channel.write(ByteBuffer.allocate((int) (end - last)), last);
            return true;
        }
    }
}
