package io.tailrace.tools;

import io.tailrace.node.backlog.BacklogException;
import io.tailrace.node.backlog.LogCheck;
import io.tailrace.node.directory.OfflineDirectory;
import io.tailrace.node.repair.RestorePlan;
import io.tailrace.tools.dump.LogPosition;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tailrace restore}: a stopped node's data as they were at one record or time. */
@Command(
        name = "restore",
        description = "Brings a stopped node's data back to what they were at one record or time.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "It takes a snapshot and the log from the snapshot's begin to the wanted record. The restored node is a primary and",
            "begins a new history there: replicas of the old one that are behind continue, those that are ahead rewind."
        })
final class RestoreCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "the node's data directory")
    private Path directory;

    @Option(
            names = "--snapshot",
            paramLabel = "FILE",
            required = true,
            description = "begin with this one; given once for each shard")
    private List<Path> snapshots;

    @ArgGroup
    private Point point = new Point();

    /** One or the other. */
    static final class Point {
        @Option(
                names = "--to-time",
                paramLabel = "T",
                description =
                        "up to the last record committed then, in ISO-8601 (2026-01-31T12:00:00Z) or seconds since 1970"
                                + " (default: to the snapshot's end)")
        private String time;

        @Option(
                names = "--to-index",
                paramLabel = "I",
                converter = DumpCommand.PlaceConverter.class,
                description = "up to and with this record (3:1200 or 12884903088)")
        private LogPosition index;
    }

    @Option(names = "--into", paramLabel = "NEWDIR", description = "make a new data directory, and leave DIR as it is")
    private Path into;

    @Option(names = "--yes", description = "without --into: change DIR itself; what is cut is kept in it")
    private boolean isTold;

    @Override
    public Integer call() throws CommandFailure {
        try (OfflineDirectory node = OfflineDirectory.open(directory)) {
            Map<Integer, Path> files = byShard(node);
            Map<Integer, RestorePlan> plans = new TreeMap<>();
            for (Map.Entry<Integer, Path> file : files.entrySet()) {
                plans.put(file.getKey(), RestorePlan.of(node.shard(file.getKey()), file.getValue(), limit(), wanted()));
            }
            return into == null ? restoreInPlace(node, plans) : restoreInto(plans);
        } catch (IOException | BacklogException | IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.SOFTWARE, e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private Map<Integer, Path> byShard(OfflineDirectory node) throws IOException {
        Map<Integer, Path> files = new TreeMap<>();
        for (Path file : snapshots) {
            Path before = files.put(RestorePlan.shardOf(file), file);
            if (before != null) {
                throw new IOException(before + " and " + file + " are snapshots of the same shard");
            }
        }
        if (!List.copyOf(files.keySet()).equals(node.shards())) {
            throw new IOException(
                    directory + " has shards " + node.shards() + ", the snapshots are of " + files.keySet());
        }
        if (files.size() > 1 && point.index != null) {
            throw new IOException("an index is one of a shard: take --to-time for several");
        }
        return files;
    }

    private long wanted() {
        return point.index == null ? QueueIndex.NONE : point.index.value();
    }

    private LogCheck.Limit limit() {
        if (point.time != null) {
            long micros = micros(point.time);
            return (index, commitMicros) -> commitMicros > micros;
        }
        if (point.index == null) {
            return null;
        }
        if (point.index.isTime()) {
            throw new IllegalArgumentException("--to-index takes an index; there is --to-time");
        }
        long last = point.index.value();
        return (index, commitMicros) -> index > last;
    }

    private static long micros(String text) {
        if (text.matches("[0-9]{1,11}(\\.[0-9]{1,6})?")) {
            return new java.math.BigDecimal(text).movePointRight(6).longValueExact();
        }
        LogPosition position = LogPosition.parse(text);
        if (!position.isTime()) {
            throw new IllegalArgumentException(
                    "--to-time = '" + text + "': must be like 2026-01-31T12:00:00Z, or seconds since 1970");
        }
        return position.value();
    }

    private int restoreInPlace(OfflineDirectory node, Map<Integer, RestorePlan> plans) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        for (Map.Entry<Integer, RestorePlan> plan : plans.entrySet()) {
            Path aside = plan.getValue().aside();
            out.println("shard " + plan.getKey() + ": " + where(plan.getValue())
                    + (aside == null ? "" : "; what is behind goes to " + aside));
        }
        if (!isTold) {
            out.println("nothing was changed: --yes does this to " + directory + ", --into NEWDIR makes a copy");
            out.flush();
            return ExitCode.SOFTWARE;
        }
        String history = NewId.create();
        node.identity().assign(null, history, NewId::create);
        for (RestorePlan plan : plans.values()) {
            plan.applyInPlace();
        }
        done(out, directory, history);
        return ExitCode.OK;
    }

    private int restoreInto(Map<Integer, RestorePlan> plans) throws IOException {
        if (Files.exists(into) && !isEmpty(into)) {
            throw new IOException(into + " is there already, and not empty");
        }
        PrintWriter out = spec.commandLine().getOut();
        Files.createDirectories(into);
        for (Map.Entry<Integer, RestorePlan> plan : plans.entrySet()) {
            plan.getValue().applyInto(into);
            out.println("shard " + plan.getKey() + ": " + where(plan.getValue()));
        }
        String history = NewId.create();
        OfflineDirectory.create(into, NewId.create(), history);
        done(out, into, history);
        return ExitCode.OK;
    }

    private static boolean isEmpty(Path path) throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            return entries.findFirst().isEmpty();
        }
    }

    private static String where(RestorePlan plan) {
        return "as of record " + QueueIndex.toString(plan.lastIndex()) + ", committed "
                + Instant.EPOCH.plus(plan.lastMicros(), ChronoUnit.MICROS);
    }

    private static void done(PrintWriter out, Path restored, String history) {
        out.println(restored + " is restored: a primary, which begins history " + history + " when it starts");
        out.flush();
    }
}
