package io.tailrace.node.backlog;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forces files of the log, and knows how long that takes and whether it failed. Written under the keeper's lock, read by any
 * thread.
 */
final class ForceWatch {
    private static final Logger LOG = LoggerFactory.getLogger(ForceWatch.class);
    /** As Redis's for {@code aof_delayed_fsync}. */
    private static final long DELAYED_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final double NANOS_PER_SECOND = 1e9;

    private final Path directory;
    private final DiskForce force;
    private volatile boolean isUnderWay;
    private volatile long beganNanos;
    private volatile long delayed;
    private volatile String failure;

    ForceWatch(Path directory, DiskForce force) {
        this.directory = directory;
        this.force = force;
    }

    /** The disk is asked from now on, until {@link #end}. */
    void begin() {
        beganNanos = System.nanoTime();
        isUnderWay = true;
    }

    void force(FileChannel channel) throws IOException {
        force.force(channel);
    }

    void end() {
        long nanos = System.nanoTime() - beganNanos;
        isUnderWay = false;
        if (nanos > DELAYED_NANOS) {
            delayed = delayed + 1;
            LOG.warn(
                    "the disk took {} s to take the log in {}: so much would have been lost in a power loss",
                    TimeUnit.NANOSECONDS.toSeconds(nanos),
                    directory);
        }
    }

    /** Notes that the disk did not take it. */
    void failed(IOException e) {
        if (failure == null) {
            LOG.error(
                    "the disk failed to take the log in {}, writes are refused until it has: {}",
                    directory,
                    e.getMessage());
        }
        failure = String.valueOf(e.getMessage());
    }

    /** Notes that it has taken everything; returns whether it had failed to. */
    boolean succeeded() {
        boolean hadFailed = failure != null;
        if (hadFailed) {
            failure = null;
            LOG.info("the disk has taken the log in {} after all", directory);
        }
        return hadFailed;
    }

    String failure() {
        return failure;
    }

    LogDisk state() {
        long nanos = isUnderWay ? Math.max(0, System.nanoTime() - beganNanos) : 0;
        return new LogDisk(failure, nanos / NANOS_PER_SECOND, delayed + (nanos > DELAYED_NANOS ? 1 : 0));
    }
}
