package io.tailrace.node.repair;

import io.tailrace.node.backlog.LogCheck;
import io.tailrace.node.shard.ShardDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Puts a log's oldest segments aside, as retention would delete them: oldest first. Used by one thread. */
final class DroppedSegments {
    private final ShardDirectory directory;
    private final int firstKept;

    DroppedSegments(ShardDirectory directory, int firstKept) {
        this.directory = directory;
        this.firstKept = firstKept;
    }

    Path aside() {
        Path aside = directory.root().resolve("dropped-before-" + firstKept + ".0");
        for (int i = 2; Files.exists(aside); i++) {
            aside = directory.root().resolve("dropped-before-" + firstKept + ".0-" + i);
        }
        return aside;
    }

    void run() throws IOException {
        Path aside = Files.createDirectories(aside());
        for (Path file : LogCheck.segmentFilesBefore(directory.queue(), firstKept)) {
            CutShard.linkOrCopy(file, aside);
            CutShard.force(aside);
            Files.delete(file);
        }
        CutShard.force(directory.queue());
        CutShard.force(directory.root());
    }
}
