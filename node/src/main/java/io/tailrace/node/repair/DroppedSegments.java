package io.tailrace.node.repair;

import io.tailrace.node.backlog.LogCheck;
import io.tailrace.node.shard.ShardDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Puts a log's oldest segments aside, then deletes them as retention would: oldest first. Used by one thread. */
final class DroppedSegments {
    private final ShardDirectory directory;
    private final List<Path> files;
    private final AsideDirectory aside;

    DroppedSegments(ShardDirectory directory, int firstKept) throws IOException {
        this.directory = directory;
        files = LogCheck.segmentFilesBefore(directory.queue(), firstKept);
        aside = new AsideDirectory(directory, "dropped-before-" + firstKept + ".0", files);
    }

    Path aside() throws IOException {
        return aside.path();
    }

    void run() throws IOException {
        aside.make(path -> {});
        for (Path file : files) {
            Files.delete(file);
        }
        LogTruncation.force(directory.queue());
    }
}
