package io.tailrace.tools.output;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One line on a terminal about what takes long, with the seconds it has taken: after two seconds, twice a second, and removed at the
 * end. Where stderr is no terminal there is none. One thread works and calls; another one, a daemon, prints.
 */
public final class Progress implements AutoCloseable {
    private static final long FIRST_MS = 2_000;
    private static final long EACH_MS = 500;
    private static final long NANOS_PER_MS = 1_000_000;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintWriter err;
    private final long eachMs;
    private final long startNanos = System.nanoTime();
    private final boolean isShown;
    private volatile String words;
    /** Whether the next step is to say how far it is. */
    private volatile boolean isDue = true;
    /** Both guarded by this object's lock. */
    private boolean hasLine;

    private boolean isClosed;

    private Progress(PrintWriter err, boolean isShown, long firstMs, long eachMs) {
        this.err = err;
        this.isShown = isShown;
        this.eachMs = eachMs;
        if (isShown) {
            Thread printer = new Thread(() -> printAfter(firstMs), "tailrace-progress");
            printer.setDaemon(true);
            printer.start();
        }
    }

    /** For a command that prints little: on this process's stderr, if that is a terminal. */
    public static Progress onTerminal() {
        return new Progress(stderr(), isTerminal(target("/proc/self/fd/2")), FIRST_MS, EACH_MS);
    }

    /** For a command whose output is long: the same, if that output goes to a file, and so not through a pipe to a terminal. */
    public static Progress besideOutput() {
        boolean isShown = isTerminal(target("/proc/self/fd/2")) && isFile(target("/proc/self/fd/1"));
        return new Progress(stderr(), isShown, FIRST_MS, EACH_MS);
    }

    /** Prints nothing. */
    public static Progress none() {
        return new Progress(null, false, FIRST_MS, EACH_MS);
    }

    /** For tests: to a writer that is taken for a terminal. */
    static Progress to(PrintWriter terminal, long firstMs, long eachMs) {
        return new Progress(terminal, true, firstMs, eachMs);
    }

    private static PrintWriter stderr() {
        return new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    }

    private static String target(String descriptor) {
        try {
            return Files.readSymbolicLink(Path.of(descriptor)).toString();
        } catch (IOException | UnsupportedOperationException e) {
            return "";
        }
    }

    private static boolean isTerminal(String target) {
        return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
    }

    private static boolean isFile(String target) {
        return target.startsWith("/") && !isTerminal(target);
    }

    /** A little more is done: how far it is. Cheap enough for each record. */
    public void step(Supplier<String> state) {
        if (isShown && isDue) {
            isDue = false;
            words = state.get();
        }
    }

    /** Something that takes long is about to be done: what, in words. */
    public void at(String state) {
        words = state;
    }

    private void printAfter(long firstMs) {
        long firstNanos = startNanos + firstMs * NANOS_PER_MS;
        try {
            while (print(firstNanos)) {
                isDue = true;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits, and prints what was said last unless it is too early for that; whether there is a next time. */
    private synchronized boolean print(long firstNanos) throws InterruptedException {
        long deadline = System.nanoTime() + eachMs * NANOS_PER_MS;
        for (long left = eachMs; left > 0 && !isClosed; left = (deadline - System.nanoTime()) / NANOS_PER_MS) {
            wait(left);
        }
        String state = words;
        long now = System.nanoTime();
        if (state != null && !isClosed && now - firstNanos >= 0) {
            hasLine = true;
            long seconds = (now - startNanos) / (1_000 * NANOS_PER_MS);
            err.print(CLEAR_LINE + state + ", " + seconds + " s");
            err.flush();
        }
        return !isClosed;
    }

    /** Lines that are printed to the same terminal take the place of the one about the progress. */
    public Consumer<String> clearedBefore(Consumer<String> lines) {
        return line -> {
            clear();
            lines.accept(line);
        };
    }

    /** Takes the line away, until there is something to say again. */
    public synchronized void clear() {
        words = null;
        if (hasLine) {
            hasLine = false;
            err.print(CLEAR_LINE);
            err.flush();
        }
    }

    @Override
    public synchronized void close() {
        clear();
        isClosed = true;
        notifyAll();
    }
}
