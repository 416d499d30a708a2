package io.tailrace.snapshot;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * One finished snapshot file of a directory, as far as its two ends tell. Immutable.
 *
 * @param beginIndex from the name
 * @param header null when the file isn't valid
 * @param trailer null when the file isn't valid
 * @param problem null when the file is valid, else what is wrong, file and position included
 */
public record SnapshotFile(Path path, long beginIndex, SnapshotHeader header, SnapshotTrailer trailer, String problem) {

    /** Whether header and trailer are intact and fit name and length; the bytes between are checked by reading them. */
    public boolean isValid() {
        return problem == null;
    }

    static SnapshotFile inspect(Path path, long beginIndex) {
        try {
            SnapshotHeader header = SnapshotReader.readHeader(path);
            if (header.beginIndex() != beginIndex) {
                String problem = "its header begins at " + header.beginIndex() + ", its name at " + beginIndex;
                throw new SnapshotFormatException(path.toString(), 0, problem);
            }
            return new SnapshotFile(path, beginIndex, header, SnapshotReader.readTrailer(path), null);
        } catch (SnapshotFormatException e) {
            return new SnapshotFile(path, beginIndex, null, null, e.getMessage());
        } catch (IOException e) {
            return new SnapshotFile(path, beginIndex, null, null, path + ": " + reason(e));
        }
    }

    /** Java's message of the two most likely ones is the path alone. */
    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        }
        return e instanceof AccessDeniedException ? "permission denied" : "it can't be read: " + e.getMessage();
    }
}
