package io.tailrace.node.warmup;

import io.tailrace.node.backlog.ScratchLog;
import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.shard.EntryBatch;
import io.tailrace.node.shard.SnapshotOutput;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.snapshot.SnapshotWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the JVM compile how a log rolls and a snapshot begins, with files that nobody needs. A shard does that a few times an hour, so that it
 * would be interpreted for days, at twice the time, and no cycle of a reactor does more at once. Begun when the node serves; one at a time,
 * so that it takes some percent of a processor, {@value #ROLLS} times in {@value #PAUSE_MS} ms and what it takes itself. Owned by its
 * thread.
 */
final class RollWarmUp implements Background.Work {
    private static final Logger LOG = LoggerFactory.getLogger(RollWarmUp.class);
    /** The JVM compiles a method after 200 calls. */
    private static final int ROLLS = 250;

    private static final String HISTORY = "0".repeat(40);
    private static final long PAUSE_MS = 50;

    private Background.Task task;
    private ScratchLog log;
    private int rolls;
    private volatile boolean isEnding;

    /** Begins it, unless it was ended. */
    synchronized void begin(Background background) {
        if (!isEnding) {
            task = background.start("roll-warm-up", this);
        }
    }

    @Override
    public long step() {
        try {
            if (log == null) {
                log = ScratchLog.open(Path.of(System.getProperty("java.io.tmpdir")));
            }
            if (!isEnding && rolls < ROLLS) {
                rolls++;
                log.roll();
                beginSnapshot();
                return TimeUnit.MILLISECONDS.toNanos(PAUSE_MS);
            }
            log.close();
        } catch (IOException | RuntimeException e) {
            LOG.debug("the roll of the log is not warmed up: {}", FileFailure.of(e));
            close();
        }
        return OVER;
    }

    private void beginSnapshot() throws IOException {
        SnapshotHeader header = new SnapshotHeader(
                0,
                1,
                HISTORY,
                new SnapshotHeader.Begin(rolls, rolls, rolls),
                rolls,
                List.of("a line of a history"),
                List.of());
        // closed unfinished, the writer deletes the file
        try (EntryBatch batch = new EntryBatch((key, length, entry) -> {});
                SnapshotWriter writer = new SnapshotWriter(log.directory(), header);
                SnapshotOutput output = new SnapshotOutput(writer)) {
            batch.drainTo(output::entry);
        }
    }

    private void close() {
        try {
            if (log != null) {
                log.close();
            }
        } catch (IOException e) {
            LOG.debug("what is in {} stays until the next start: {}", log.directory(), FileFailure.of(e));
        }
    }

    /** Ends it where it is, and waits for that; it is not begun any more. Any thread. */
    synchronized void end() {
        isEnding = true;
        if (task != null) {
            task.await();
        }
    }
}
