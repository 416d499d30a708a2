package io.tailrace.tools.info;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which process holds a data directory, by the kernel's list of locks: to try the lock would disturb a node that is about to start.
 * Stateless.
 */
final class RunningNode {
    /** No process holds it. */
    static final long NONE = 0;
    /** A process does, in another container. */
    static final long HIDDEN = -1;

    private static final Path LOCKS = Path.of("/proc/locks");
    private static final int PID = 4;
    private static final int DEVICE_AND_INODE = 5;

    private RunningNode() {}

    /** The process's id, {@link #NONE} or {@link #HIDDEN}; null where the system does not tell. */
    static Long pid(Path directory) throws IOException {
        Path lock = directory.resolve("LOCK");
        if (!Files.exists(lock)) {
            return NONE;
        }
        if (!Files.isReadable(LOCKS)) {
            return null;
        }
        String inode = ":" + Files.getAttribute(lock, "unix:ino");
        for (String line : Files.readAllLines(LOCKS, StandardCharsets.US_ASCII)) {
            String[] words = line.trim().split(" +");
            boolean isHeld = words.length > DEVICE_AND_INODE
                    && !words[1].equals("->")
                    && words[DEVICE_AND_INODE].endsWith(inode);
            if (isHeld) {
                long pid = Long.parseLong(words[PID]);
                return pid > 0 ? pid : HIDDEN;
            }
        }
        return NONE;
    }
}
