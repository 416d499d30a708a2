package io.tailrace.tools;

import io.tailrace.tools.dump.Dump;
import io.tailrace.tools.dump.DumpException;
import io.tailrace.tools.dump.DumpFormat;
import io.tailrace.tools.dump.DumpRequest;
import io.tailrace.tools.dump.LogPosition;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code tailrace dump}: prints or verifies the log of a running or stopped node. */
@Command(
        name = "dump",
        description = "Prints a shard's log of a running or stopped node, without disturbing it.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "DIR is a node's data directory, or that of one shard, one generation or one queue.",
            "A place in the log is an index (3:1200 or 12884903088) or a commit time (2026-01-31T12:00:00Z)."
        })
final class DumpCommand implements Callable<Integer> {

    private final OutputStream out;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "where the log is")
    private Path directory;

    @Option(names = "--shard", paramLabel = "N", description = "only this shard (default: each in turn)")
    private Integer shard;

    @Option(
            names = "--from",
            paramLabel = "PLACE",
            converter = PlaceConverter.class,
            description = "begin here (default: the oldest record)")
    private LogPosition from;

    @Option(
            names = "--to",
            paramLabel = "PLACE",
            converter = PlaceConverter.class,
            description = "end here, this place included")
    private LogPosition to;

    @Option(names = "--key", paramLabel = "GLOB", description = "only commands that touch such a key")
    private String keys;

    @Option(names = "--limit", paramLabel = "N", description = "at most so many records")
    private long limit = Long.MAX_VALUE;

    @Option(names = "--follow", description = "go on with what the node writes, until SIGINT or SIGTERM")
    private boolean isFollowing;

    @Option(
            names = "--format",
            paramLabel = "text|json|resp",
            description = "a line per command, an object per record, or requests for redis-cli --pipe (default: text)")
    private DumpFormat format = DumpFormat.TEXT;

    @Option(
            names = "--verify",
            description = "print no records: recompute the chain, check that nothing is missing, and sum up; "
                    + "exit code 1 at the first bad record")
    private boolean isVerifying;

    DumpCommand() {
        this(new FileOutputStream(FileDescriptor.out));
    }

    DumpCommand(OutputStream out) {
        this.out = out;
    }

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        if (isVerifying && keys != null) {
            throw new ParameterException(spec.commandLine(), "--verify reads all records, so it takes no --key");
        }
        if (limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit must be at least 1, not " + limit);
        }
        DumpRequest request =
                new DumpRequest(directory, shard, from, to, keys, format, limit, isFollowing, isVerifying);
        try {
            run(new Dump(request, out, notice -> Tailrace.complain(spec.commandLine(), notice)));
            return ExitCode.OK;
        } catch (DumpException e) {
            throw new CommandFailure(ExitCode.SOFTWARE, e.getMessage());
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.SOFTWARE, "can't write the output: " + e.getMessage());
        }
    }

    /** A signal is the ordinary end of following; a dump that it cuts short ends as the signal says. */
    private void run(Dump dump) throws DumpException, IOException, InterruptedException {
        if (!isFollowing) {
            dump.run();
            return;
        }
        try (OrderlyExit exit = new OrderlyExit()) {
            exit.cover(dump::stop);
            dump.run();
        }
    }

    /** Turns what is wrong with a place into picocli's terms. */
    static final class PlaceConverter implements ITypeConverter<LogPosition> {
        @Override
        public LogPosition convert(String text) {
            try {
                return LogPosition.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
