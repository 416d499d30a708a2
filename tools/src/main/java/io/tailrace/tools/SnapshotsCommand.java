package io.tailrace.tools;

import io.tailrace.tools.output.Progress;
import io.tailrace.tools.restore.SnapshotList;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tailrace snapshots}: which snapshots there are, and whether they are good. */
@Command(
        name = "snapshots",
        description = "Lists the snapshots of a running or stopped node, or in a directory, and checks each of them.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "SOURCE is a node's data directory, one shard's, any directory with .tsnap files, or one such file.",
            "",
            "  tailrace snapshots tailrace-data",
            "  tailrace snapshots backup.tsnap --format json",
            "",
            "Exit code 0: all are valid; 1: one is damaged or unreadable, or there is none."
        })
final class SnapshotsCommand implements Callable<Integer> {

    /** How it is written. */
    enum Format {
        TEXT,
        JSON
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SOURCE", description = "where the snapshots are")
    private Path source;

    @Option(names = "--quick", description = "look at begin and end of each file only, not at what is between")
    private boolean isQuick;

    @Option(
            names = "--format",
            paramLabel = "text|json",
            description = "a line per file, or an object per file and line (default: text)")
    private Format format = Format.TEXT;

    @Override
    public Integer call() throws IOException {
        try (Progress progress = Progress.onTerminal()) {
            PrintWriter out = spec.commandLine().getOut();
            boolean isGood = SnapshotList.print(source, isQuick, format == Format.JSON, out, progress);
            return isGood ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }
}
