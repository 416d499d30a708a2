package io.tailrace.node.replication;

import io.tailrace.node.platform.AtomicFile;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.shard.Shard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicas that a shard's log is kept for, in a file beside the log, so that they still are after a restart of the
 * primary. A line each: {@code <index> <address> <client port> <id>}. Owned by the shard's reactor thread; the writing is
 * done on the log's disk thread, and only when the text has changed or has not been taken by the disk. A file that can't be
 * written costs a replica a full sync at most.
 */
final class SlotsFile {
    private static final Logger LOG = LoggerFactory.getLogger(SlotsFile.class);
    private static final int WORDS = 4;

    /** Whether the last write has failed and is to be tried again. Set by the disk thread. */
    private volatile boolean isRetryDue;

    /** The disk thread's. */
    private boolean isFailureTold;

    private Path file;
    private String written = "";

    /** What the last run has left, to be held until {@code untilSteadyMs}; lines that are malformed are left out. */
    List<ReconnectSlots.Slot> read(Shard shard, long untilSteadyMs) {
        file = shard.directory().replicas();
        List<ReconnectSlots.Slot> slots = new ArrayList<>();
        try {
            String text = Files.exists(file) ? AtomicFile.read(file) : "";
            text.lines().forEach(line -> parse(line, untilSteadyMs, slots));
        } catch (IOException e) {
            LOG.warn(
                    "shard={}: can't read which replicas were away, the log is not retained for them: {}",
                    shard.id(),
                    FileFailure.of(e));
        }
        return slots;
    }

    private void parse(String line, long untilSteadyMs, List<ReconnectSlots.Slot> slots) {
        String[] words = line.split(" ", WORDS);
        try {
            slots.add(new ReconnectSlots.Slot(
                    words[3], words[1], Integer.parseInt(words[2]), index(words[0]), untilSteadyMs));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            LOG.warn("{}: not a valid line: {}", file, line);
        }
    }

    private static long index(String text) {
        long index = Long.parseLong(text);
        if (index < 0) {
            throw new NumberFormatException(text);
        }
        return index;
    }

    static String line(long index, String address, int port, String id) {
        return index + " " + address + " " + port + " " + id + "\n";
    }

    /** Has the file written when it is not so already, as far as is known. */
    void write(Shard shard, String text) {
        Path now = shard.directory().replicas();
        if (now.equals(file) && text.equals(written) && !isRetryDue) {
            return;
        }
        isRetryDue = false;
        file = now;
        written = text;
        shard.backlog().onDiskThread(() -> writeNow(now, text));
    }

    private void writeNow(Path into, String text) {
        try {
            AtomicFile.write(into, text);
            isFailureTold = false;
        } catch (IOException e) {
            if (!isFailureTold) {
                LOG.warn("can't write {}: {}", into, FileFailure.of(e));
            }
            isFailureTold = true;
            isRetryDue = true;
        }
    }
}
