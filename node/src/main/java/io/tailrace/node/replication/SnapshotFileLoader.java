package io.tailrace.node.replication;

import io.tailrace.node.shard.StoreLoader;
import io.tailrace.snapshot.SnapshotFormatException;
import io.tailrace.snapshot.SnapshotLoader;
import io.tailrace.snapshot.SnapshotReceiver;
import java.io.IOException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The background part of a full sync on its way in: loads the snapshot's file into the new store as far as it has come, and
 * does what else would make the reactor wait for the disk. One thread of its own does all of it, in order.
 *
 * <p>The store is this thread's until {@link #isLoaded()}, and the reactor's from then on. Methods are the reactor thread's.
 */
final class SnapshotFileLoader {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotFileLoader.class);
    /** So that the force at the end is short, and a power loss costs little. */
    private static final long FORCE_EVERY_BYTES = 32 << 20;

    private static final long END_SECONDS = 10;

    private final ScheduledExecutorService thread;
    private final SnapshotReceiver receiver;
    private final StoreLoader sink;
    private final SnapshotLoader loader;
    private final Runnable wake;
    private final AtomicBoolean isAsked = new AtomicBoolean();
    private long forcedBytes;
    private long endIndex;
    private volatile boolean hasEnded;
    private volatile boolean isGivenUp;
    private volatile boolean isLoaded;
    private volatile String failure;
    private volatile long damagedFrom = -1;

    /**
     * @param thread of the whole sync's own, shut down here
     * @param sink of the new store, closed here
     * @param wake tells the reactor that there is something to poll for
     */
    SnapshotFileLoader(
            ScheduledExecutorService thread,
            SnapshotReceiver receiver,
            String snapshotId,
            StoreLoader sink,
            int maxEntryLength,
            Runnable wake)
            throws IOException {
        this.thread = thread;
        this.receiver = receiver;
        this.wake = wake;
        this.sink = sink;
        loader = new SnapshotLoader(receiver.path(), snapshotId, sink, maxEntryLength);
    }

    /** The file has grown. */
    void more() {
        if (isAsked.compareAndSet(false, true)) {
            thread.execute(this::load);
        }
    }

    /** The file has come as a whole. */
    void ended() {
        hasEnded = true;
        more();
    }

    private void load() {
        isAsked.set(false);
        if (isGivenUp || isLoaded || failure != null) {
            return;
        }
        boolean isLast = hasEnded;
        try {
            while (!isGivenUp && loader.load(receiver.receivedBytes()) > 0) {
                forceSometimes();
            }
            if (loader.isComplete()) {
                loader.force();
                endIndex = loader.trailer().endIndex();
                isLoaded = true;
                wake.run();
            } else if (isLast && !isGivenUp) {
                throw loader.incomplete();
            }
        } catch (SnapshotFormatException e) {
            damagedFrom = loader.verifiedBytes();
            failed(e.getMessage());
        } catch (Throwable e) {
            // whatever it is: a sync that ended without a word would be waited forever
            failed("the snapshot can't be loaded: " + e.getMessage());
        }
    }

    private void forceSometimes() throws IOException {
        if (loader.loadedBytes() - forcedBytes >= FORCE_EVERY_BYTES) {
            forcedBytes = loader.loadedBytes();
            loader.force();
        }
    }

    private void failed(String problem) {
        failure = problem;
        wake.run();
    }

    /** Whether all of the snapshot is in the store, is sound and on the disk. */
    boolean isLoaded() {
        return isLoaded;
    }

    /** Once it is loaded: the last record that the snapshot may contain. */
    long endIndex() {
        return endIndex;
    }

    /** Why the sync can't be completed, or null. */
    String failure() {
        return failure;
    }

    /** After a failure: the end of the file's sound part, or -1 when it was not the file's fault. */
    long damagedFrom() {
        return damagedFrom;
    }

    /** What may throw. */
    interface Step {
        void run() throws IOException;
    }

    /** Stops loading, does the last things, and ends the thread. */
    void end(Step cleanUp) {
        isGivenUp = true;
        thread.execute(() -> {
            try {
                loader.close();
                sink.close();
                cleanUp.run();
            } catch (Throwable e) {
                LOG.warn("after a full sync: {}", e.toString());
            }
            thread.shutdown();
        });
    }

    /** Whether its thread has ended. */
    boolean isOver() {
        return thread.isTerminated();
    }

    /** Waits for the thread's end, at a stop of the node. */
    void await() {
        try {
            if (!thread.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("files of a full sync are not deleted yet");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
