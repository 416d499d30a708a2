package io.tailrace.tools;

import io.tailrace.tools.dump.DumpException;
import io.tailrace.tools.history.Histories;
import io.tailrace.tools.output.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tailrace history}: prints which histories a log went through, and where each began. */
@Command(
        name = "history",
        description = "Prints the histories that a running or stopped node's log went through, oldest first.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "DIR is a node's data directory, or that of one shard, one generation or one queue.",
            "",
            "  tailrace history tailrace-data",
            "  tailrace history tailrace-data --shard 0 --format json",
            "",
            "Exit code 0: done; 1: a file is damaged, or the list does not agree with the log; 2: wrong use."
        })
final class HistoryCommand implements Callable<Integer> {

    /** How it is written. */
    enum Format {
        TEXT,
        JSON
    }

    @Parameters(paramLabel = "DIR", description = "where the log is")
    private Path directory;

    @Option(names = "--shard", paramLabel = "N", description = "only this shard (default: each in turn)")
    private Integer shard;

    @Option(
            names = "--format",
            paramLabel = "text|json",
            description = "a line per history, or an object per history and line (default: text)")
    private Format format = Format.TEXT;

    @Override
    public Integer call() throws DumpException, IOException {
        try (Progress progress = Progress.onTerminal()) {
            Histories.print(directory, shard, format == Format.JSON, System.out, progress);
        }
        return ExitCode.OK;
    }
}
