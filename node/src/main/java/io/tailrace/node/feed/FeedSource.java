package io.tailrace.node.feed;

import io.tailrace.node.backlog.BacklogException;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.platform.MachineClock;
import io.tailrace.node.shard.ShardDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Configures what a {@link ChangeFeed} reads; ends with {@link #from} or {@link #resume}. One thread. */
public final class FeedSource {
    private static final long LOOK_MICROS = TimeUnit.MILLISECONDS.toMicros(20);
    private static final long TOUCH_MICROS = TimeUnit.SECONDS.toMicros(1);

    private final Path directory;
    private int shard;
    private String slot;
    private LongSupplier steadyMicros = MachineClock::steadyMicros;
    private LongSupplier epochMicros = MachineClock::epochMicros;

    FeedSource(Path directory) {
        this.directory = directory;
    }

    /** Which shard's log; 0 when it is not said. Each has an order of its own, and one feed reads one. */
    public FeedSource shard(int number) {
        shard = number;
        return this;
    }

    /** The name under which {@link FeedSlots#register} keeps a position; one feed at a time has it. */
    public FeedSource slot(String name) {
        slot = name;
        return this;
    }

    /** Other clocks than the machine's. */
    FeedSource clocks(LongSupplier steady, LongSupplier epoch) {
        steadyMicros = steady;
        epochMicros = epoch;
        return this;
    }

    /** Opens the feed where the slot was confirmed to, or with the oldest record when it never was. */
    public ChangeFeed resume() {
        if (slot == null) {
            throw new FeedException("without a slot there is no position to resume from: give a start position");
        }
        return open(null);
    }

    /**
     * Opens the feed at a place.
     *
     * @throws FeedException when there is no such shard, or another feed has the slot, or its file is damaged
     */
    public ChangeFeed from(FeedStart start) {
        return open(start);
    }

    private ChangeFeed open(FeedStart start) {
        if (!Files.isDirectory(root())) {
            throw new FeedException("there is no shard " + shard + " in " + directory.toAbsolutePath()
                    + ": a feed reads the data directory of a node on this host");
        }
        SlotFile file = null;
        try {
            file = slot == null ? null : SlotFile.attach(FeedSlots.file(root(), slot), epochMicros);
            return new ChangeFeed(this, start == null ? startOf(file) : start, file);
        } catch (IOException e) {
            close(file);
            throw new FeedException("can't open a feed of " + root() + ": " + FileFailure.of(e), e);
        } catch (FeedException e) {
            close(file);
            throw e;
        } catch (BacklogException e) {
            close(file);
            throw new FeedException(e.getMessage(), e);
        }
    }

    private static void close(SlotFile file) {
        if (file != null) {
            file.close();
        }
    }

    private static FeedStart startOf(SlotFile file) {
        FeedPosition position = file.state().position();
        return position == null ? FeedStart.oldest() : FeedStart.after(position);
    }

    Path root() {
        return ShardDirectory.root(directory, shard);
    }

    int shardId() {
        return shard;
    }

    LongSupplier steadyMicros() {
        return steadyMicros;
    }

    /** How often it is looked whether the log continues elsewhere. */
    long lookMicros() {
        return LOOK_MICROS;
    }

    /** How often the slot tells the node that it is being read. */
    long touchMicros() {
        return TOUCH_MICROS;
    }

    @Override
    public String toString() {
        return "feed of " + root();
    }
}
