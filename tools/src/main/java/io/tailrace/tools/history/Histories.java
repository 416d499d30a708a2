package io.tailrace.tools.history;

import io.tailrace.tools.dump.DumpException;
import io.tailrace.tools.dump.LogLocation;
import io.tailrace.tools.output.Progress;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;

/** What {@code tailrace history} prints. Stateless. */
public final class Histories {
    private Histories() {}

    /**
     * Prints the histories of each shard in a directory.
     *
     * @param shard the only one wanted, or null
     * @throws DumpException when there is no log in the directory
     * @throws io.tailrace.node.backlog.BacklogException when a log and its list of histories don't say the same
     */
    public static void print(Path directory, Integer shard, boolean isJson, PrintStream out, Progress progress)
            throws DumpException, IOException {
        for (LogLocation log : LogLocation.find(directory, shard)) {
            progress.at("reading " + log);
            Lineage lineage = Lineage.read(log);
            progress.clear();
            if (isJson) {
                new LineageJson().print(lineage, out);
            } else {
                new LineageText().print(lineage, out);
            }
        }
    }
}
