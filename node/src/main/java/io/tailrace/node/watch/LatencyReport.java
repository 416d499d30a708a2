package io.tailrace.node.watch;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What LATENCY DOCTOR says, in Redis's words, with the advice that makes sense here. Stateless. */
public final class LatencyReport {
    private static final String DISABLED =
            "I'm sorry, Dave, I can't do that. Latency monitoring is disabled in this Redis instance. You may use "
                    + "\"CONFIG SET latency-monitor-threshold <milliseconds>.\" in order to enable it. If we weren't in a "
                    + "deep space mission I'd suggest to take a look at https://redis.io/topics/latency-monitor.\n";
    private static final String NOTHING =
            "Dave, no latency spike was observed during the lifetime of this Redis instance, not in the slightest bit. "
                    + "I honestly think you ought to sit down calmly, take a stress pill, and think things over.\n";
    private static final String NO_ADVICE =
            "\nWhile there are latency events logged, I'm not able to suggest any easy fix. Please use the Redis "
                    + "community to get some help, providing this report in your help request.\n";
    private static final String ENABLE_SLOW_LOG =
            "- There are latency issues with potentially slow commands you are using. Try to enable the Slow Log Redis "
                    + "feature using the command 'CONFIG SET slowlog-log-slower-than %d'. If the Slow log is disabled "
                    + "Redis is not able to log slow commands execution for you.\n";
    private static final String TUNE_SLOW_LOG =
            "- Your current Slow Log configuration only logs events that are slower than your configured latency "
                    + "monitor threshold. Please use 'CONFIG SET slowlog-log-slower-than %d'.\n";
    private static final String READ_SLOW_LOG =
            "- Check your Slow Log to understand what are the commands you are running which are too slow to execute. "
                    + "Please check https://redis.io/commands/slowlog for more information.\n";
    private static final String SYSTEM =
            "- The system is slow to execute code paths not containing system calls. This usually means the system "
                    + "does not provide CPU time to run for long periods: see `cores` and `idle` in the node's README, "
                    + "lower the system's load, and look for a noisy neighbour.\n";
    private static final String LARGE_OBJECTS =
            "- Deleting, expiring or evicting (because of maxmemory policy) large objects is a blocking operation. If "
                    + "you have very large objects that are often deleted, expired, or evicted, try to fragment those "
                    + "objects into multiple smaller objects.\n";
    private static final String MASS_EVICTION =
            "- Sudden changes to the 'maxmemory' setting via 'CONFIG SET', or allocation of large objects via sets or "
                    + "sorted sets intersections, STORE option of SORT, may create sudden memory pressure forcing the "
                    + "server to block trying to evict keys. \n";

    private LatencyReport() {}

    /**
     * @param thresholdMs of {@code latency-monitor-threshold}
     * @param slowerThan of {@code slowlog-log-slower-than}, microseconds
     * @param keepsSlow whether the slow log keeps anything
     */
    public static String of(
            List<LatencyEvents.Series> all, long thresholdMs, long slowerThan, boolean keepsSlow, long nowSeconds) {
        if (all.isEmpty() && thresholdMs == 0) {
            return DISABLED;
        }
        if (all.isEmpty()) {
            return NOTHING;
        }
        StringBuilder text = new StringBuilder("Dave, I have observed latency spikes in this Redis instance. You don't "
                + "mind talking about it, do you Dave?\n\n");
        Set<String> advice = new LinkedHashSet<>();
        int number = 1;
        for (LatencyEvents.Series series : all) {
            text.append(number++).append(". ").append(line(series, nowSeconds)).append('\n');
            advise(series.event(), advice, slowLogAdvice(thresholdMs, slowerThan, keepsSlow));
        }
        if (advice.isEmpty()) {
            return text.append(NO_ADVICE).toString();
        }
        text.append("\nI have a few advices for you:\n\n");
        advice.forEach(text::append);
        return text.toString();
    }

    private static String slowLogAdvice(long thresholdMs, long slowerThan, boolean keepsSlow) {
        if (slowerThan < 0 || !keepsSlow) {
            return String.format(Locale.ROOT, ENABLE_SLOW_LOG, thresholdMs * 1_000);
        }
        return slowerThan / 1_000 > thresholdMs ? String.format(Locale.ROOT, TUNE_SLOW_LOG, thresholdMs * 1_000) : "";
    }

    private static void advise(String event, Set<String> advice, String slowLogAdvice) {
        switch (event) {
            case LatencyEvents.COMMAND -> {
                advice.add(slowLogAdvice);
                advice.add(READ_SLOW_LOG);
                advice.add(LARGE_OBJECTS);
            }
            case LatencyEvents.FAST_COMMAND -> advice.add(SYSTEM);
            case LatencyEvents.EXPIRE_CYCLE -> advice.add(LARGE_OBJECTS);
            case LatencyEvents.EVICTION_CYCLE -> advice.add(MASS_EVICTION);
            default -> {}
        }
    }

    private static String line(LatencyEvents.Series series, long nowSeconds) {
        List<LatencyEvents.Sample> samples = series.samples();
        long average = samples.stream().mapToLong(LatencyEvents.Sample::tookMs).sum() / samples.size();
        long deviation = samples.stream()
                        .mapToLong(sample -> Math.abs(average - sample.tookMs()))
                        .sum()
                / samples.size();
        long oldest =
                samples.stream().mapToLong(LatencyEvents.Sample::seconds).min().orElse(nowSeconds);
        double period = (double) Math.max(1, nowSeconds - oldest) / samples.size();
        return String.format(
                Locale.ROOT,
                "%s: %d latency spikes (average %dms, mean deviation %dms, period %.2f sec). Worst all time event %dms.",
                series.event(),
                samples.size(),
                average,
                deviation,
                period,
                series.most());
    }
}
