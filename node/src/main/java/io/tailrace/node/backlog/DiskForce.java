package io.tailrace.node.backlog;

import java.io.IOException;
import java.nio.channels.FileChannel;

/** Forces a file of the log to the disk; a test puts a disk here that is slow, or fails. */
@FunctionalInterface
public interface DiskForce {
    DiskForce REAL = channel -> channel.force(false);

    void force(FileChannel channel) throws IOException;
}
