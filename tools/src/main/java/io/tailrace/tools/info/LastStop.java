package io.tailrace.tools.info;

import io.tailrace.node.directory.DataDirectory;
import io.tailrace.node.directory.DataDirectory.LastRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * How the last run on a directory ended.
 *
 * @param micros when it was stopped, where that was in order; else when its start, or the run, began
 */
record LastStop(LastRun run, long micros) {

    /** @param pid of the process that runs there; null where there is none, or that is not known */
    static LastStop of(Path directory, Long pid) throws IOException {
        Path lock = directory.resolve("LOCK");
        if (pid == null || pid != RunningNode.NONE || Files.notExists(lock)) {
            return null;
        }
        Instant noted = Files.getLastModifiedTime(lock).toInstant();
        return new LastStop(DataDirectory.lastRun(directory), ChronoUnit.MICROS.between(Instant.EPOCH, noted));
    }

    /** Whether nothing is known of a run. */
    boolean isNone() {
        return run == LastRun.NONE;
    }
}
