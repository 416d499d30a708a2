package io.tailrace.node.backlog;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much room the file system of a directory has left, and how the lack of it is told. Stateless; for any thread. */
final class DiskRoom {
    private static final String NONE_LEFT = "No space left on device";
    private static final String NO_QUOTA = "Disk quota exceeded";

    private DiskRoom() {}

    /**
     * Refuses what can't fit before a byte of it is written: a file that grows until the disk is full takes what others need, and does
     * so again each time it is tried. What the file system keeps for root counts as room, as this process may be root; the write tells.
     *
     * @throws IOException with the bytes needed, the bytes left and the file system
     */
    static void require(Path directory, long bytes) throws IOException {
        FileStore store = store(directory);
        if (store != null && store.getUnallocatedSpace() < bytes) {
            throw new IOException(NONE_LEFT + lacking(store, bytes));
        }
    }

    /** The failure of a write in that directory, which says how much was needed and is left where it failed for that. */
    static IOException told(IOException failure, Path directory, long bytes) {
        String message = String.valueOf(failure.getMessage());
        if (!message.equals(NONE_LEFT) && !message.equals(NO_QUOTA)) {
            return failure;
        }
        FileStore store = store(directory);
        if (store == null) {
            return failure;
        }
        try {
            return new IOException(message + lacking(store, bytes), failure);
        } catch (IOException e) {
            failure.addSuppressed(e);
            return failure;
        }
    }

    private static String lacking(FileStore store, long bytes) throws IOException {
        return ": " + bytes + " bytes are needed, " + store.getUsableSpace() + " are left on " + store;
    }

    /** Null where the system doesn't tell. */
    private static FileStore store(Path directory) {
        try {
            return Files.getFileStore(directory);
        } catch (IOException | UnsupportedOperationException e) {
            return null;
        }
    }
}
