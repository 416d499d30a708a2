package io.tailrace.node.log;

import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;

/** What SLF4J hands to those who log. Of libraries only errors are shown. */
final class NodeLogger extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1L;
    private static final String OURS = "io.tailrace";

    private final boolean isOurs;

    NodeLogger(String name) {
        this.name = name;
        isOurs = name.startsWith(OURS);
    }

    private boolean shows(Level level) {
        return (isOurs || level == Level.ERROR) && ProcessLog.shows(level);
    }

    @Override
    public boolean isTraceEnabled() {
        return shows(Level.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
        return shows(Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
        return shows(Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return shows(Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
        return shows(Level.ERROR);
    }

    @Override
    protected String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level, Marker marker, String pattern, Object[] arguments, Throwable problem) {
        ProcessLog.log(level, pattern, arguments, problem);
    }
}
