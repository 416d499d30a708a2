package io.tailrace.tools.feed;

import io.tailrace.node.feed.FeedGap;
import io.tailrace.node.feed.HistoryChange;
import io.tailrace.node.platform.MachineClock;
import io.tailrace.tools.output.ByteOutput;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Writes nothing but how long after their commit changes have come. A record's commit time is that of the turn of the shard's thread in
 * which it was logged, so what of the turn came before the write counts, too. One thread.
 */
final class LatencyFeed implements FeedFormat {
    /** By then what reads them is compiled. */
    private static final int NOT_COUNTED = 20_000;

    private static final double[] PERCENTILES = {50, 90, 99, 99.9};

    private final ByteOutput out;
    private final Histogram micros = new Histogram(TimeUnit.MINUTES.toMicros(10), 3);
    private long changes;

    LatencyFeed(ByteOutput out) {
        this.out = out;
    }

    @Override
    public void change(ChangeView change, String token) {
        long late = MachineClock.epochMicros() - change.commitMicros();
        if (++changes > NOT_COUNTED) {
            micros.recordValue(Math.max(0, Math.min(late, micros.getHighestTrackableValue())));
        }
    }

    @Override
    public void heldBack(int shard, long index) {
        // is told where changes are written
    }

    @Override
    public void gap(int shard, FeedGap gap) throws IOException {
        out.text("shard " + shard + ": records are missing\n");
    }

    @Override
    public void history(int shard, HistoryChange change) throws IOException {
        out.text("shard " + shard + ": another history\n");
    }

    @Override
    public void end() throws IOException {
        if (micros.getTotalCount() == 0) {
            out.text(changes + " changes, and the first " + NOT_COUNTED + " do not count: nothing to report\n");
            return;
        }
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "%,d changes after the first %,d; commit to reader, us:",
                micros.getTotalCount(),
                NOT_COUNTED));
        for (double percentile : PERCENTILES) {
            line.append(String.format(
                    Locale.ROOT,
                    " p%s %,d",
                    percentile == (long) percentile ? Long.toString((long) percentile) : Double.toString(percentile),
                    micros.getValueAtPercentile(percentile)));
        }
        out.text(line.append(String.format(Locale.ROOT, " max %,d\n", micros.getMaxValue()))
                .toString());
    }
}
