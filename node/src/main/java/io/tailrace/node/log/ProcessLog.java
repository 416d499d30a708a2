package io.tailrace.node.log;

import io.tailrace.node.platform.MachineClock;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.event.Level;

/**
 * The one log of this process. Until {@link #open} and after {@link #close} who logs writes to stderr itself, as in a command that
 * runs for a moment; between them a thread of its own does, and nobody waits for it. Any thread may call any method.
 */
public final class ProcessLog {

    private static volatile LogLevel level = LogLevel.NOTICE;
    private static volatile LogFormat format = LogFormat.TEXT;
    private static volatile LogWriter writer;
    private static LogOutput direct = new StandardError();

    /**
     * A file for the log.
     *
     * @param path null for stderr
     * @param mostBytes at which it is moved aside, 0 for never
     * @param kept how many of those there are
     */
    public record Target(Path path, long mostBytes, int kept) {}

    private ProcessLog() {}

    /** From now on lines of this level are shown. */
    public static void level(LogLevel shown) {
        level = shown;
    }

    /**
     * From now on a thread writes the log.
     *
     * @throws IOException when the file can't be opened; then all stays as it is
     */
    public static synchronized void open(LogFormat wanted, Target target) throws IOException {
        LogOutput output = target.path() == null
                ? direct
                : new LogFile(target.path(), target.mostBytes(), target.kept(), MachineClock::steadyMicros);
        LogWriter next = new LogWriter(LogWriter.LINES, output, direct, new Complaints(target.path()));
        format = wanted;
        writer = next;
        next.start();
    }

    /** Writes what is left. When that can't be done, because nobody reads what the process prints, all later lines are dropped. */
    public static synchronized void close() {
        if (writer != null && writer.close()) {
            writer = null;
        }
    }

    /** How many lines were dropped since the log was opened, as its output did not take them. */
    public static long droppedLines() {
        LogWriter current = writer;
        return current == null ? 0 : current.dropped();
    }

    /** What takes the place of stderr: a test's. */
    static synchronized void direct(LogOutput output) {
        direct = output;
    }

    static boolean shows(Level asked) {
        return level.shows(asked);
    }

    static void log(Level of, String pattern, Object[] arguments, Throwable problem) {
        LogWriter current = writer;
        if (current == null) {
            logDirectly(of, pattern, arguments, problem);
            return;
        }
        LogLine line = current.take();
        if (line != null) {
            try {
                LineFormat.line(line, format, MachineClock.epochMicros(), of, pattern, arguments, problem);
            } finally {
                current.give(line);
            }
        }
    }

    private static synchronized void logDirectly(Level of, String pattern, Object[] arguments, Throwable problem) {
        LogLine line = new LogLine();
        LineFormat.line(line, format, MachineClock.epochMicros(), of, pattern, arguments, problem);
        try {
            direct.write(line.bytes(), line.length());
        } catch (IOException e) {
            // nobody is left to be told
            return;
        }
    }

    /** What the log has to say of itself. */
    private record Complaints(Path path) implements LogWriter.DroppedText {
        @Override
        public void dropped(LogLine line, long count) {
            String text =
                    "dropped={}: that many lines of the log are missing here: its output did not take them in time";
            LineFormat.line(line, format, MachineClock.epochMicros(), Level.WARN, text, new Object[] {count}, null);
        }

        @Override
        public void failed(LogLine line, IOException cause) {
            String text = "the log can't be written to {}, and its lines are lost until it can: {}";
            Object[] arguments = {path == null ? "stderr" : path, cause.getMessage()};
            LineFormat.line(line, format, MachineClock.epochMicros(), Level.ERROR, text, arguments, null);
        }
    }
}
