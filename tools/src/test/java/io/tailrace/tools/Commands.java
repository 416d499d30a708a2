package io.tailrace.tools;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Commands of {@code tailrace} run in this process, for tests of other packages. */
public final class Commands {
    private Commands() {}

    /** @param said gets what it prints to stdout and stderr */
    public static int run(StringWriter said, String... arguments) {
        return Tailrace.commandLine()
                .setOut(new PrintWriter(said))
                .setErr(new PrintWriter(said))
                .execute(arguments);
    }
}
