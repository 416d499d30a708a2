package io.tailrace.node.log;

/** How a line of the log looks; both have the same fields in the same order. */
public enum LogFormat {
    /** {@code time=2026-01-31T12:00:00.000000Z level=info shard=0 msg="promoted"}: what Loki, Vector and others call logfmt. */
    TEXT,
    /** An object a line. */
    JSON
}
