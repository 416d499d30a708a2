package io.tailrace.tools;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * One line on a terminal about what takes long: from two seconds on, twice a second, and gone at the end. In a pipe or a file there
 * is none. One thread.
 */
public final class Progress implements AutoCloseable {
    private static final long FIRST_NANOS = 2_000_000_000L;
    private static final long EACH_NANOS = 500_000_000L;
    private static final int LOOK_EACH = 1 << 12;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintWriter err;
    private final boolean isShown;
    private long next = System.nanoTime() + FIRST_NANOS;
    private int calls;
    private boolean hasLine;

    private Progress(PrintWriter err, boolean isShown) {
        this.err = err;
        this.isShown = isShown;
    }

    /** On this process's stderr, if that is a terminal. */
    public static Progress onTerminal() {
        return new Progress(new PrintWriter(System.err, true, StandardCharsets.UTF_8), isTerminal("/proc/self/fd/2"));
    }

    /** For tests: to a writer that is taken for a terminal. */
    static Progress to(PrintWriter terminal) {
        return new Progress(terminal, true);
    }

    private static boolean isTerminal(String descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of(descriptor)).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Some of it is done: how far it is, in words, if anybody is to see it now. Cheap enough for each record. */
    public void step(Supplier<String> words) {
        if (isShown && (++calls & LOOK_EACH - 1) == 0) {
            look(words);
        }
    }

    /** The same for steps that are few and long. */
    public void look(Supplier<String> words) {
        long now = System.nanoTime();
        if (isShown && now - next >= 0) {
            next = now + EACH_NANOS;
            hasLine = true;
            err.print(CLEAR_LINE + words.get());
            err.flush();
        }
    }

    /** Takes the line away. */
    public void clear() {
        if (hasLine) {
            hasLine = false;
            err.print(CLEAR_LINE);
            err.flush();
        }
    }

    @Override
    public void close() {
        clear();
    }
}
