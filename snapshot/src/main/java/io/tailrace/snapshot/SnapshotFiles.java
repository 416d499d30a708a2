package io.tailrace.snapshot;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One directory of snapshot files: their names, which there are, and how many stay.
 *
 * <p>Keeps no state; any thread may call it, and every call looks at the directory and blocks for the disk. Files of other
 * names are left alone.
 */
public final class SnapshotFiles {
    private static final Pattern FINISHED = Pattern.compile("snapshot-([0-7][0-9a-f]{15})\\.tsnap");
    private static final Pattern PART = Pattern.compile("snapshot-[0-9a-f]{16}\\.tsnap\\.part");
    private static final Pattern INCOMING = Pattern.compile("snapshot-([0-9a-f]{16}-[0-9a-f]{16})\\.tsnap\\.incoming");

    private final Path directory;

    /** Makes the directory when there is none. */
    public SnapshotFiles(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    /** Where the finished snapshot that begins at this index is, or would be. */
    public static Path path(Path directory, long beginIndex) {
        return directory.resolve(String.format(Locale.ROOT, "snapshot-%016x.tsnap", beginIndex));
    }

    /** Where a {@link SnapshotWriter} writes until it is finished. */
    static Path partPath(Path directory, long beginIndex) {
        return directory.resolve(path(directory, beginIndex).getFileName() + ".part");
    }

    /** Where a {@link SnapshotReceiver} writes until it is finished: another name, because it outlives a restart. */
    static Path incomingPath(Path directory, String snapshotId) {
        Path path = directory.resolve("snapshot-" + snapshotId + ".tsnap.incoming");
        if (!INCOMING.matcher(path.getFileName().toString()).matches()) {
            throw new IllegalArgumentException("snapshot id " + snapshotId.replaceAll("[^ -~]", "?"));
        }
        return path;
    }

    public Path directory() {
        return directory;
    }

    /** Deletes those that contain records after {@code lastIndex}, which the log no longer has. */
    public void deleteAfter(long lastIndex) throws IOException {
        for (SnapshotFile file : newestFirst()) {
            if (file.isValid() && file.trailer().endIndex() > lastIndex) {
                Files.delete(file.path());
            }
        }
    }

    /** The finished files, newest begin index first, damaged ones with their problem. */
    public List<SnapshotFile> newestFirst() throws IOException {
        List<SnapshotFile> files = new ArrayList<>();
        for (Path path : matching(FINISHED)) {
            Matcher name = FINISHED.matcher(path.getFileName().toString());
            if (name.matches()) {
                files.add(SnapshotFile.inspect(path, Long.parseLong(name.group(1), 16)));
            }
        }
        files.sort(Comparator.comparingLong(SnapshotFile::beginIndex).reversed());
        return files;
    }

    /**
     * Keeps the newest valid files, as many as said, and deletes every file older than the last of them. Deletes nothing
     * while there are fewer valid ones. A damaged file newer than those stays for inspection.
     *
     * @return the files that were deleted
     */
    public List<Path> retain(int count) throws IOException {
        return retain(count, file -> false);
    }

    /** The same, but for older files that are still wanted: those stay and are not counted. */
    public List<Path> retain(int count, Predicate<SnapshotFile> isWanted) throws IOException {
        if (count < 1) {
            throw new IllegalArgumentException("retain " + count + " (at least 1)");
        }
        List<Path> deleted = new ArrayList<>();
        int valid = 0;
        for (SnapshotFile file : newestFirst()) {
            if (valid == count) {
                if (!isWanted.test(file)) {
                    Files.deleteIfExists(file.path());
                    deleted.add(file.path());
                }
            } else if (file.isValid()) {
                valid++;
            }
        }
        return deleted;
    }

    /** Deletes what a dead writer left; called at start, before there is a writer. Returns how many. */
    public int deleteParts() throws IOException {
        return deleteAll(PART);
    }

    /** Deletes begun transfers that will not be resumed. Returns how many. */
    public int deleteIncoming() throws IOException {
        return deleteAll(INCOMING);
    }

    /** Deletes begun transfers but that of this id. Returns how many. */
    public int deleteIncomingBut(String snapshotId) throws IOException {
        Path keep = incomingPath(directory, snapshotId);
        int count = 0;
        for (Path path : matching(INCOMING)) {
            count += path.equals(keep) || !Files.deleteIfExists(path) ? 0 : 1;
        }
        return count;
    }

    /** Bytes of a begun transfer, 0 when there is none of this id. */
    public long incomingBytes(String snapshotId) throws IOException {
        Path path = incomingPath(directory, snapshotId);
        return Files.exists(path) ? Files.size(path) : 0;
    }

    /**
     * Makes a finished file of a transfer that is whole and was forced to the disk; durable when the call returns. The file of
     * the transfer stays as a second name of the same bytes, so that a crash before it is made use of costs nothing; where
     * the file system has no such links it is moved.
     */
    public Path adopt(Path incoming, long beginIndex) throws IOException {
        Path target = path(directory, beginIndex);
        try {
            Files.createLink(target, incoming);
        } catch (UnsupportedOperationException | FileSystemException e) {
            Files.move(incoming, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        PartFile.syncDirectory(directory);
        return target;
    }

    /** The id of the begun transfer that {@link SnapshotReceiver} can resume, or null: the one that grew last. */
    public String incomingId() throws IOException {
        Path newest = null;
        for (Path path : matching(INCOMING)) {
            if (newest == null || Files.getLastModifiedTime(path).compareTo(Files.getLastModifiedTime(newest)) > 0) {
                newest = path;
            }
        }
        if (newest == null) {
            return null;
        }
        Matcher name = INCOMING.matcher(newest.getFileName().toString());
        return name.matches() ? name.group(1) : null;
    }

    private int deleteAll(Pattern name) throws IOException {
        List<Path> paths = matching(name);
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
        return paths.size();
    }

    private List<Path> matching(Pattern name) throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.filter(
                            path -> name.matcher(path.getFileName().toString()).matches())
                    .toList();
        }
    }
}
