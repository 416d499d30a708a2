package io.tailrace.tools;

import io.tailrace.tools.dump.Dump;
import io.tailrace.tools.dump.DumpException;
import io.tailrace.tools.dump.DumpFormat;
import io.tailrace.tools.dump.DumpRequest;
import io.tailrace.tools.dump.DumpRequest.Flag;
import io.tailrace.tools.dump.DumpRequest.Purpose;
import io.tailrace.tools.dump.LogPosition;
import io.tailrace.tools.dump.SnapshotDump;
import io.tailrace.tools.dump.TimeExpression;
import io.tailrace.tools.output.Progress;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tailrace dump}: prints, checks or counts the log of a running or stopped node, or prints a snapshot. */
@Command(
        name = "dump",
        description = "Prints the log of a running or stopped node, without disturbing it, and checks it on the way.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "SOURCE is a node's data directory, or that of one shard, one generation or one queue, or a segment's file (.cq4)",
            "or a snapshot (.tsnap).",
            "A PLACE is " + LogPosition.FORMS + ".",
            "",
            "  tailrace dump tailrace-data --since 10m --key 'user:*'",
            "  tailrace dump tailrace-data --last 100 --follow",
            "  tailrace dump tailrace-data --stats",
            "",
            "Exit code 0: no damage; 1: damaged or unreadable; 2: wrong use."
        })
final class DumpCommand implements Callable<Integer> {
    private final OutputStream out;
    private final LongSupplier nowMicros;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SOURCE", arity = "0..1", description = "where the log is, or one file")
    private Path source;

    @Option(names = "--snapshot", paramLabel = "FILE", description = "print the entries of this snapshot")
    private Path snapshot;

    @Option(names = "--shard", paramLabel = "N", description = "only this shard (default: each in turn)")
    private Integer shard;

    @Option(names = "--from", paramLabel = "PLACE", description = "begin here (default: the oldest record)")
    private String from;

    @Option(names = "--to", paramLabel = "PLACE", description = "end here, inclusive")
    private String to;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "begin at this time, or this long ago: 90s, 10m, 2h, 3d")
    private String since;

    @Option(names = "--until", paramLabel = "TIME", description = "end at this time, or this long ago, inclusive")
    private String until;

    @Option(names = "--key", paramLabel = "GLOB", description = "only commands on matching keys")
    private String keys;

    @Option(
            names = "--value",
            paramLabel = "GLOB",
            description = "only commands with a matching argument after the key")
    private String values;

    @Option(names = "--command", paramLabel = "NAME,..", description = "only these commands")
    private String commands;

    @Option(
            names = "--history",
            paramLabel = "ID",
            description = "only records of the history whose id starts with this")
    private String history;

    @Option(names = "--limit", paramLabel = "N", description = "at most N records")
    private long limit = Long.MAX_VALUE;

    @Option(
            names = {"--tail", "--last"},
            paramLabel = "N",
            description = "only the last N matching records of each log")
    private long tail = Long.MAX_VALUE;

    @Option(names = "--newest-first", description = "newest records first")
    private boolean isNewestFirst;

    @Option(names = "--follow", description = "continue with what the node writes, until SIGINT or SIGTERM")
    private boolean isFollowing;

    @Option(
            names = "--format",
            paramLabel = "text|json|resp",
            description = "a line per command, an object per record, or requests for redis-cli --pipe (default: text)")
    private DumpFormat format = DumpFormat.TEXT;

    @Option(names = "--payload", paramLabel = "hex", description = "print the bytes of each record's payload instead")
    private Payload payload;

    @Option(names = "--offsets", description = "with each record's offset in its file and its length")
    private boolean hasOffsets;

    @Option(names = "--max-arg", paramLabel = "BYTES", description = "truncate longer arguments")
    private int longest = Integer.MAX_VALUE;

    @Option(names = "--stats", description = "print statistics instead of records: commands, keys, rates")
    private boolean isCounting;

    @Option(names = "--verify", description = "verify every record and print a summary instead")
    private boolean isVerifying;

    @Option(names = "--ignore-damage", description = "mark damaged records, and continue")
    private boolean isIgnoringDamage;

    /** How the bytes are written. */
    enum Payload {
        HEX
    }

    DumpCommand() {
        this(new FileOutputStream(FileDescriptor.out), () -> ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
    }

    DumpCommand(OutputStream out, LongSupplier nowMicros) {
        this.out = out;
        this.nowMicros = nowMicros;
    }

    @Override
    public Integer call() throws DumpException, IOException, InterruptedException, CommandFailure {
        DumpRequest request = request();
        boolean isShort = request.purpose() != Purpose.PRINT;
        try (Progress progress = isShort ? Progress.onTerminal() : Progress.besideOutput()) {
            if (isSnapshot()) {
                SnapshotDump.run(request, out, progress);
                return ExitCode.OK;
            }
            Dump dump = new Dump(request, out, notice -> Tailrace.complain(spec.commandLine(), notice), progress);
            return run(dump) ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }

    /** A signal is the ordinary end of following; a dump that it cuts short ends as the signal says. */
    private boolean run(Dump dump) throws DumpException, IOException, InterruptedException {
        if (!isFollowing) {
            return dump.run();
        }
        try (OrderlyExit exit = new OrderlyExit()) {
            exit.cover(dump::stop);
            return dump.run();
        }
    }

    private DumpRequest request() {
        checkSource();
        checkUse();
        LogPosition begin = since == null ? place("--from", from) : time("--since", since);
        LogPosition end = until == null ? place("--to", to) : time("--until", until);
        require(
                begin == null || end == null || begin.isTime() != end.isTime() || begin.value() <= end.value(),
                "the range is empty: it begins at " + begin + ", and ends at " + end);
        DumpRequest.Selection selection = new DumpRequest.Selection(keys, commands(), values, history);
        DumpRequest.Style style = new DumpRequest.Style(format, hasOffsets, payload == Payload.HEX, longest);
        Purpose purpose = isVerifying ? Purpose.VERIFY : isCounting ? Purpose.STATS : Purpose.PRINT;
        return new DumpRequest(
                snapshot == null ? source : snapshot,
                shard,
                new DumpRequest.Range(begin, end, limit, tail),
                selection,
                style,
                purpose,
                flags());
    }

    private Set<Flag> flags() {
        Set<Flag> flags = EnumSet.noneOf(Flag.class);
        if (isFollowing) {
            flags.add(Flag.FOLLOW);
        }
        if (isNewestFirst) {
            flags.add(Flag.NEWEST_FIRST);
        }
        if (isIgnoringDamage) {
            flags.add(Flag.IGNORE_DAMAGE);
        }
        return flags;
    }

    private void checkSource() {
        require(source != null || snapshot != null, "Missing required parameter: 'SOURCE'");
        require(source == null || snapshot == null, "use a SOURCE or --snapshot, not both");
        boolean isSnapshot = isSnapshot();
        require(
                !isSnapshot || !hasRange() && history == null && tail == Long.MAX_VALUE,
                "a snapshot has no order: it takes neither --from, --to, --since, --until, --last nor --history");
        require(
                !isSnapshot
                        || !isVerifying
                                && !isCounting
                                && !isFollowing
                                && !isNewestFirst
                                && payload == null
                                && !hasOffsets,
                "a snapshot takes --key, --value, --command, --limit, --format and --max-arg; it is always checked");
    }

    /** By its name, or because it is said. */
    private boolean isSnapshot() {
        return snapshot != null || source.toString().endsWith(".tsnap");
    }

    private boolean hasRange() {
        return from != null || to != null || since != null || until != null;
    }

    private void checkUse() {
        boolean isFiltering = keys != null || values != null || commands != null || history != null;
        require(
                !isVerifying || !isFiltering,
                "--verify reads all records, so it takes no --key, --value, --command or --history");
        require(!isVerifying || !isCounting, "--verify and --stats are two things: one after the other");
        require(limit >= 1, "--limit must be at least 1, not " + limit);
        require(tail >= 1, "--last must be at least 1, not " + tail);
        require(longest >= 1, "--max-arg must be at least 1, not " + longest);
        require(!isVerifying || tail == Long.MAX_VALUE && !isNewestFirst, "--verify reads from the front");
        require(!isNewestFirst || !isFollowing, "--newest-first has no end to follow");
        require(from == null || since == null, "--from and --since both set the start: use one");
        require(to == null || until == null, "--to and --until both set the end: use one");
        boolean isResp = format == DumpFormat.RESP;
        require(
                !isResp || payload == null && !hasOffsets && longest == Integer.MAX_VALUE,
                "--format resp is replayed, so it takes no --payload, --offsets or --max-arg");
        require(!isResp || !isNewestFirst, "--format resp is replayed, so it takes no --newest-first");
        require(!isResp || !isCounting && !isVerifying, "--stats and --verify are text or json");
    }

    private String commands() {
        try {
            if (commands != null) {
                DumpRequest.Selection.check(commands);
            }
            return commands;
        } catch (IllegalArgumentException e) {
            throw wrong("--command", commands, e.getMessage());
        }
    }

    private LogPosition place(String option, String text) {
        try {
            return text == null ? null : LogPosition.parse(text, nowMicros.getAsLong());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "Invalid value for option '" + option + "': " + e.getMessage());
        }
    }

    /** A time, or a span that counts back from now, with or without a sign. */
    private LogPosition time(String option, String text) {
        Long span = TimeExpression.span(text);
        Long micros = span == null
                ? TimeExpression.micros(text, nowMicros.getAsLong())
                : Long.valueOf(nowMicros.getAsLong() - span);
        if (micros == null) {
            throw wrong(
                    option, text, "must be so long ago (90s, 10m, 2h, 3d) or a time (" + TimeExpression.FORMS + ")");
        }
        return new LogPosition(true, micros);
    }

    private ParameterException wrong(String option, String value, String problem) {
        return new ParameterException(spec.commandLine(), option + " = '" + value + "': " + problem);
    }

    private void require(boolean holds, String problem) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), problem);
        }
    }
}
