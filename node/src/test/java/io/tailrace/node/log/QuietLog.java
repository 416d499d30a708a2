package io.tailrace.node.log;

/** The log in this module's tests: warnings, by whatever stream System.err is at the time. */
public final class QuietLog extends LogProvider {
    @Override
    public void initialize() {
        ProcessLog.level(LogLevel.WARNING);
        ProcessLog.direct((bytes, length) -> System.err.write(bytes, 0, length));
    }
}
