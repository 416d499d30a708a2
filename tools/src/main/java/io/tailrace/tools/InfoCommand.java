package io.tailrace.tools;

import io.tailrace.tools.info.DirectoryInfo;
import io.tailrace.tools.info.InfoJson;
import io.tailrace.tools.info.InfoText;
import io.tailrace.tools.output.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tailrace info}: what is in a data directory. */
@Command(
        name = "info",
        description = "Describes the data directory of a running or stopped node: role, histories, log, snapshots.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "  tailrace info tailrace-data",
            "",
            "Exit code 0: nothing is wrong as far as was looked; 1: something is. 'dump --verify' looks at every record."
        })
final class InfoCommand implements Callable<Integer> {

    /** How it is written. */
    enum Format {
        TEXT,
        JSON
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "the node's data directory")
    private Path directory;

    @Option(
            names = "--format",
            paramLabel = "text|json",
            description = "lines for people, or one object (default: text)")
    private Format format = Format.TEXT;

    @Override
    public Integer call() throws IOException {
        DirectoryInfo info;
        try (Progress progress = Progress.onTerminal()) {
            progress.at("looking at " + directory);
            info = DirectoryInfo.of(directory);
        }
        if (format == Format.JSON) {
            new InfoJson().print(info, spec.commandLine().getOut());
        } else {
            new InfoText(spec.commandLine().getOut()).print(info);
        }
        return info.isGood() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
