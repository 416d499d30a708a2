package io.tailrace.node.backlog;

import java.io.IOException;
import java.nio.channels.FileChannel;

/** Writes a file of the log to the disk, with fsync; a test puts a disk here that is slow, or fails. */
@FunctionalInterface
public interface DiskSync {
    DiskSync REAL = channel -> channel.force(false);

    /** Returns when everything that was written to the file is on the disk, its length included. */
    void sync(FileChannel channel) throws IOException;
}
