package io.tailrace.node.warmup;

import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.MachineClock;
import io.tailrace.node.report.NodeMetrics;
import io.tailrace.node.services.NodeServices;
import java.util.concurrent.TimeUnit;

/** Writes what INFO replies some times, which else the first who monitors the node has a reactor do slowly. Owned by its thread. */
final class InfoWarmUp implements Background.Work {
    private static final int TIMES = 5;
    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private NodeServices node;
    private NodeMetrics metrics;
    private int times;
    private volatile boolean isEnding;

    void begin(NodeServices of, NodeMetrics reports, Background background) {
        node = of;
        metrics = reports;
        background.start("info-warm-up", this);
    }

    @Override
    public long step() {
        if (metrics.warmUp(node, MachineClock.epochMicros())) {
            times++;
        }
        return isEnding || times == TIMES ? OVER : REST_NANOS;
    }

    /** Any thread. */
    void end() {
        isEnding = true;
    }
}
