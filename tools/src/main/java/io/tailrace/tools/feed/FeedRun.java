package io.tailrace.tools.feed;

import io.tailrace.node.directory.OfflineDirectory;
import io.tailrace.node.feed.ChangeFeed;
import io.tailrace.node.feed.FeedEvent;
import io.tailrace.node.feed.FeedException;
import io.tailrace.node.feed.FeedSource;
import io.tailrace.node.feed.FeedStart;
import io.tailrace.tools.output.ByteOutput;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One run of {@code tailrace feed}, in the thread that calls {@link #run}; {@link #stop} is for any other. */
public final class FeedRun {
    private static final int AT_ONCE = 1_024;

    /**
     * What is wanted.
     *
     * @param shard the only one, or null for all
     * @param start where each begins, or null for where its slot is
     * @param slot or null
     * @param limit changes
     * @param isFollowing whether it continues when there is nothing more
     */
    public record Request(
            Path directory, Integer shard, FeedStart start, String slot, long limit, boolean isFollowing) {}

    private final Request request;
    private final ByteOutput out;
    private final FeedFormat format;
    private final boolean isSpinning;
    private final RunEnd end = new RunEnd();
    private final LogChange change = new LogChange();
    private long left;

    /** What is written. */
    public enum Output {
        /** A line per effect. */
        TEXT,
        /** An object per change and line. */
        JSON,
        /** How late changes come, in the end; the reader does not sleep between them. */
        LATENCY
    }

    /** @param out is not closed here */
    public FeedRun(Request request, OutputStream out, Output output) {
        this.request = request;
        this.out = new ByteOutput(out);
        isSpinning = output == Output.LATENCY;
        format = switch (output) {
            case TEXT -> new TextFeed(this.out);
            case JSON -> new JsonFeed(this.out);
            case LATENCY -> new LatencyFeed(this.out);
        };
        left = request.limit();
    }

    /** The shards that there are, or the one that is wanted. */
    public static List<Integer> shards(Path directory, Integer only) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new FeedException("there is no directory " + directory);
        }
        List<Integer> shards = OfflineDirectory.shards(directory);
        if (shards.isEmpty()) {
            throw new FeedException(directory + " is not the data directory of a node: there is no shard-N in it");
        }
        if (only != null && !shards.contains(only)) {
            throw new FeedException("there is no shard " + only + " in " + directory + ", it has " + shards);
        }
        return only == null ? shards : List.of(only);
    }

    /** Writes changes until the limit, the end, {@link #stop}, or until the output's reader has had enough. */
    public void run() throws IOException, InterruptedException {
        List<ChangeFeed> feeds = new ArrayList<>();
        List<Integer> shards = shards(request.directory(), request.shard());
        try {
            for (int shard : shards) {
                FeedSource source = ChangeFeed.open(request.directory()).shard(shard);
                source = request.slot() == null ? source : source.slot(request.slot());
                feeds.add(request.start() == null ? source.resume() : source.from(request.start()));
            }
            write(feeds, shards);
        } catch (ByteOutput.ClosedByReaderException e) {
            // what the reader wanted it has; what it did not take is not confirmed
        } finally {
            feeds.forEach(ChangeFeed::close);
            end.reach();
        }
    }

    private void write(List<ChangeFeed> feeds, List<Integer> shards) throws IOException, InterruptedException {
        boolean isOver = false;
        while (!isOver) {
            boolean hasMoved = false;
            for (int i = 0; i < feeds.size(); i++) {
                hasMoved |= write(feeds.get(i), shards.get(i));
            }
            if (hasMoved) {
                out.flush();
                confirm(feeds);
            }
            isOver = left == 0 || !hasMoved && !request.isFollowing() || isStopped(hasMoved);
        }
        for (int i = 0; i < feeds.size() && !request.isFollowing(); i++) {
            if (feeds.get(i).heldBack() != QueueIndex.NONE) {
                format.heldBack(shards.get(i), feeds.get(i).heldBack());
            }
        }
        format.end();
        out.flush();
    }

    private boolean isStopped(boolean hasMoved) throws InterruptedException {
        if (isSpinning) {
            Thread.onSpinWait();
            return end.isAsked();
        }
        return end.awaitAsked(hasMoved ? 0 : 1);
    }

    /** What is written and flushed need not come again. */
    private void confirm(List<ChangeFeed> feeds) {
        if (request.slot() != null) {
            feeds.forEach(ChangeFeed::confirm);
        }
    }

    private boolean write(ChangeFeed feed, int shard) throws IOException {
        int events = 0;
        for (; events < AT_ONCE && left > 0; events++) {
            FeedEvent event = feed.poll();
            switch (event) {
                case NOTHING -> {
                    return events > 0;
                }
                case CHANGE -> {
                    format.change(
                            change.wrap(feed.change()),
                            isSpinning ? null : feed.position().token());
                    left--;
                }
                case GAP -> format.gap(shard, feed.gap());
                case HISTORY -> format.history(shard, feed.historyChange());
            }
        }
        return events > 0;
    }

    /** Ends the run soon, and waits a little until it has written what it had. */
    public void stop() {
        end.stop();
    }
}
