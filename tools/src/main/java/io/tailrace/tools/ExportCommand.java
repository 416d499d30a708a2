package io.tailrace.tools;

import io.tailrace.node.repair.RestorePoint;
import io.tailrace.tools.dump.DumpException;
import io.tailrace.tools.dump.TimeExpression;
import io.tailrace.tools.export.Export;
import io.tailrace.tools.output.Progress;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tailrace export}: the data of a running or stopped node as commands. */
@Command(
        name = "export",
        description = {
            "Writes the data of a running or stopped node as Redis commands, or as an RDB file of Redis, without disturbing it."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "It takes a snapshot and the log after it, and checks both. The receiver should be empty.",
            "",
            "  tailrace export tailrace-data | redis-cli -p 6380 --pipe",
            "  tailrace export tailrace-data --to-time -10min >before-the-mistake.resp",
            "  tailrace export tailrace-data --format rdb >dump.rdb",
            "",
            "Exit code 0: done; 1: the files are damaged or don't reach that point; 2: wrong use."
        })
final class ExportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "the node's data directory")
    private Path directory;

    @Option(
            names = "--snapshot",
            paramLabel = "FILE",
            description =
                    "begin with this one, once for each shard (default: the newest in DIR from which the point is reached)")
    private List<Path> snapshots = List.of();

    @Option(
            names = "--to-time",
            paramLabel = "T",
            description = "as of the last record committed then (default: the last one there is)")
    private String time;

    @Option(
            names = "--format",
            paramLabel = "resp|rdb",
            defaultValue = "resp",
            description = "commands, or an RDB file that Redis 7.0 and later load (default: resp)")
    private Format format;

    /** What is written. */
    enum Format {
        RESP,
        RDB
    }

    @Override
    public Integer call() throws IOException, DumpException {
        RestorePoint point = RestorePoint.logEnd();
        if (time != null) {
            Long micros = TimeExpression.micros(time, ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
            if (micros == null) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--to-time = '" + time + "': must be like 2026-01-31T12:00:00Z, 2026-01-31 12:00 or -10min");
            }
            point = RestorePoint.time(micros);
        }
        try (Progress progress = Progress.besideOutput()) {
            Export export =
                    new Export(directory, point, notice -> Tailrace.complain(spec.commandLine(), notice), progress);
            OutputStream out = new FileOutputStream(FileDescriptor.out);
            if (format == Format.RDB) {
                export.runRdb(snapshots, new Version().getVersion()[0], out);
            } else {
                export.run(snapshots, out);
            }
        }
        return ExitCode.OK;
    }
}
