package io.tailrace.node.backlog;

import net.openhft.chronicle.core.time.TimeProvider;

/** The queue's clock: stands at the current segment until the backlog moves it. */
final class SegmentClock implements TimeProvider {
    private final RollFaults faults;
    private volatile int segment;

    SegmentClock(RollFaults faults) {
        this.faults = faults;
    }

    void segment(int segment) {
        this.segment = segment;
    }

    @Override
    public long currentTimeMillis() {
        faults.clockRead();
        return segment * 1_000L;
    }

    @Override
    public long currentTimeMicros() {
        return segment * 1_000_000L;
    }

    @Override
    public long currentTimeNanos() {
        return segment * 1_000_000_000L;
    }
}
