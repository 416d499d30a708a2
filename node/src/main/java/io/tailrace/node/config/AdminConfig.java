package io.tailrace.node.config;

import java.util.Map;
import java.util.Optional;

/** Where a node serves HTTP: its page for browsers, and metrics. Immutable. */
public final class AdminConfig {
    private final Map<Setting, Object> values;

    AdminConfig(Map<Setting, Object> values) {
        this.values = values;
    }

    /** Or 0 for none. */
    public int port() {
        return port(Setting.ADMIN_PORT);
    }

    private int port(Setting setting) {
        Optional<?> port = (Optional<?>) values.get(setting);
        return port.map(number -> (int) (long) number).orElse(0);
    }

    /** Of metrics alone, for anybody, or 0 for none. */
    public int metricsPort() {
        return port(Setting.METRICS_PORT);
    }

    public String bind() {
        String own = (String) values.get(Setting.ADMIN_BIND);
        return own.isEmpty() ? (String) values.get(Setting.BIND) : own;
    }
}
