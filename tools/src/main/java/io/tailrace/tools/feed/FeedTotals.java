package io.tailrace.tools.feed;

import io.tailrace.node.feed.Change;
import io.tailrace.node.feed.ChangeFeed;
import io.tailrace.node.feed.FeedEvent;
import io.tailrace.node.feed.FeedPosition;
import io.tailrace.node.feed.FeedStart;
import io.tailrace.node.platform.AtomicFile;
import io.tailrace.wire.memory.Memory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * An example of a consumer: counts the effects on keys by what stands before the first colon, exactly once each, over kills of itself
 * and of the node. It is so because what was counted and the position up to which it was are replaced together, in one file. One thread.
 *
 * <pre>
 *  0123..4567@3:1200/88345091a928bf01      the token of the last change that is counted
 *  session 1200
 *  user 88
 * </pre>
 */
public final class FeedTotals implements AutoCloseable {
    private final Path file;
    private final ChangeFeed feed;
    private final Map<String, Long> totals = new TreeMap<>();
    private boolean isDoubtful;

    /** Continues where the file says, or begins with the oldest record and a new file. */
    public FeedTotals(Path dataDirectory, int shard, Path file) throws IOException {
        this.file = file;
        FeedStart start = Files.exists(file) ? read() : FeedStart.oldest();
        feed = ChangeFeed.open(dataDirectory).shard(shard).from(start);
    }

    private FeedStart read() throws IOException {
        String[] lines = AtomicFile.read(file).split("\n");
        for (int i = 1; i < lines.length; i++) {
            int blank = lines[i].lastIndexOf(' ');
            totals.put(lines[i].substring(0, blank), Long.valueOf(lines[i].substring(blank + 1)));
        }
        return FeedStart.after(FeedPosition.parse(lines[0]));
    }

    /** Counts what there is, and keeps it; returns how many changes that were. */
    public int drain() throws IOException {
        int changes = 0;
        for (FeedEvent event = feed.poll(); event != FeedEvent.NOTHING; event = feed.poll()) {
            switch (event) {
                case CHANGE -> {
                    count(feed.change());
                    changes++;
                }
                // what is missing can't be counted any more, and what was rolled back can't be told apart
                case GAP -> isDoubtful = true;
                case HISTORY ->
                    isDoubtful |= feed.historyChange().common()
                            != feed.historyChange().readUpTo();
                case NOTHING -> throw new IllegalStateException();
            }
        }
        if (changes > 0) {
            write();
        }
        return changes;
    }

    private void count(Change change) {
        while (change.next()) {
            if (change.hasKey()) {
                String key = Memory.toAscii(change.keyAddress(), change.keyLength());
                totals.merge(key.substring(0, Math.max(0, key.indexOf(':'))), 1L, Long::sum);
            }
        }
    }

    private void write() throws IOException {
        StringBuilder text = new StringBuilder(feed.position().token()).append('\n');
        totals.forEach(
                (prefix, total) -> text.append(prefix).append(' ').append(total).append('\n'));
        AtomicFile.write(file, text.toString());
    }

    /** How often keys with a prefix were changed. */
    public long total(String prefix) {
        return totals.getOrDefault(prefix, 0L);
    }

    /** Whether changes were missed or rolled back, so that the totals are none of the data there is. */
    public boolean isDoubtful() {
        return isDoubtful;
    }

    @Override
    public void close() {
        feed.close();
    }
}
