package io.tailrace.node.watch;

import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.Setting;
import java.util.concurrent.atomic.AtomicInteger;

/** What is noted of the whole node. Any thread. */
public final class Diagnostics {
    private final SlowLog slowLog = new SlowLog();
    private final LatencyEvents latency = new LatencyEvents();
    private final AclLog aclLog = new AclLog();
    private final AtomicInteger monitors = new AtomicInteger();

    public SlowLog slowLog() {
        return slowLog;
    }

    public LatencyEvents latency() {
        return latency;
    }

    public AclLog aclLog() {
        return aclLog;
    }

    /** Connections that are shown every command (MONITOR). */
    public AtomicInteger monitors() {
        return monitors;
    }

    /** Takes settings over. */
    public void config(NodeConfig config) {
        slowLog.limit(config.slowlogMaxLen());
        aclLog.limit(config.number(Setting.ACLLOG_MAX_LEN));
    }
}
