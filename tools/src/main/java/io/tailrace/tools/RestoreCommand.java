package io.tailrace.tools;

import io.tailrace.node.directory.NodeIdentity;
import io.tailrace.node.directory.OfflineDirectory;
import io.tailrace.node.repair.RestoreCut;
import io.tailrace.node.repair.RestorePlan;
import io.tailrace.node.repair.RestorePoint;
import io.tailrace.node.repair.RestoreSource;
import io.tailrace.node.shard.RebuildException;
import io.tailrace.tools.dump.LogPosition;
import io.tailrace.tools.dump.TimeExpression;
import io.tailrace.tools.output.Progress;
import io.tailrace.tools.restore.Restoration;
import io.tailrace.tools.restore.RestoreWish;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tailrace restore}: a node's data as they were at one record or time, or divided among another number of shards. */
@Command(
        name = "restore",
        description = "Restores a node's data as of one record or time.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "It uses a snapshot and the log from the snapshot's start to the wanted record. The restored node is a primary and",
            "begins a new history there: replicas of the old one that are behind continue, those that are ahead rewind.",
            "With --into the node on DIR may run, and DIR need only be readable.",
            "",
            "  tailrace restore tailrace-data --to-time 2026-01-31T12:00:00Z --into restored",
            "  tailrace restore tailrace-data --shards 4 --into four",
            "  tailrace restore tailrace-data --snapshot backup.tsnap --to-time -10min --yes",
            "",
            "Exit code 0: done, or printed what would be done; 1: it can't be done; 2: wrong use."
        })
final class RestoreCommand implements Callable<Integer> {
    private static final int MAX_SHARDS = 64;
    private static final int MICRO_DIGITS = 6;
    private static final Pattern OF_SHARD = Pattern.compile("([0-9]{1,5})@(.+)");

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

    @ArgGroup
    private Point point = new Point();

    /** One or the other. */
    static final class Point {
        @Option(
                names = "--to-time",
                paramLabel = "T",
                description =
                        "up to the last record committed then: ISO-8601 (2026-01-31T12:00:00Z), seconds since 1970, or"
                                + " -10min (default: to the snapshot's end, without --snapshot to the last record)")
        private String time;

        @Option(
                names = "--to-index",
                paramLabel = "I",
                description =
                        "up to and with this record (3:1200 or 12884903088); of several shards 1@3:1200, and the others to its time")
        private String index;
    }

    @Option(names = "--into", paramLabel = "NEWDIR", description = "make a new data directory, and leave DIR as it is")
    private Path into;

    @Option(names = "--shards", paramLabel = "N", description = "with --into: divide the data among N shards")
    private Integer shards;

    @Option(names = "--yes", description = "without --into: change DIR itself; what is cut is kept in it")
    private boolean isTold;

    @Override
    public Integer call() throws IOException, RebuildException {
        require(shards == null || into != null, "--shards makes a new data directory: --into NEWDIR says where");
        require(
                shards == null || shards >= 1 && shards <= MAX_SHARDS,
                "--shards = '" + shards + "': must be a number from 1 to " + MAX_SHARDS);
        RestoreWish wanted = point();
        require(into == null || !isTold, "--yes changes DIR itself, --into leaves it as it is: use one");
        List<Integer> ids = shardsOf(directory);
        require(
                point.index == null || ids.size() == 1 || wanted.shard() != null,
                "an index is one of a shard: --to-index SHARD@INDEX says which, and takes the others to its time");
        require(wanted.shard() == null || ids.contains(wanted.shard()), "there is no shard " + wanted.shard());
        Map<Integer, Path> files = byShard(ids);
        try (Progress progress = Progress.onTerminal()) {
            return into == null ? restoreInPlace(files, wanted, progress) : restoreInto(files, wanted, progress);
        }
    }

    private void require(boolean holds, String problem) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), problem);
        }
    }

    private static List<Integer> shardsOf(Path directory) throws IOException {
        if (!java.nio.file.Files.isDirectory(directory)) {
            throw new IOException("there is no directory " + directory);
        }
        List<Integer> shards = OfflineDirectory.shards(directory);
        if (shards.isEmpty()) {
            throw new IOException(directory + " is not the data directory of a node: there is no shard-N in it");
        }
        return shards;
    }

    private Map<Integer, Path> byShard(List<Integer> ids) throws IOException {
        Map<Integer, Path> files = new TreeMap<>();
        for (Path file : snapshots) {
            Path before = files.put(RestorePlan.shardOf(file), file);
            require(before == null, before + " and " + file + " are snapshots of the same shard");
        }
        if (!files.isEmpty() && !List.copyOf(files.keySet()).equals(ids)) {
            throw new IOException(directory + " has shards " + ids + ", the snapshots are of " + files.keySet());
        }
        return files;
    }

    private RestoreWish point() {
        if (point.time != null) {
            return RestoreWish.ofAll(RestorePoint.time(micros(point.time)));
        }
        if (point.index == null) {
            return RestoreWish.ofAll(snapshots.isEmpty() ? RestorePoint.logEnd() : RestorePoint.snapshotEnd());
        }
        Matcher named = OF_SHARD.matcher(point.index);
        boolean isNamed = named.matches();
        LogPosition index = LogPosition.index(isNamed ? named.group(2) : point.index);
        require(
                index != null,
                "--to-index = '" + point.index
                        + "': must be an index such as 3:1200 or 12884903088, or one of a shard, 1@3:1200");
        return new RestoreWish(RestorePoint.index(index.value()), isNamed ? Integer.valueOf(named.group(1)) : null);
    }

    private long micros(String text) {
        if (text.matches("[0-9]{1,11}(\\.[0-9]{1,6})?")) {
            return new BigDecimal(text).movePointRight(MICRO_DIGITS).longValueExact();
        }
        Long micros = TimeExpression.micros(text, ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
        require(
                micros != null,
                "--to-time = '" + text
                        + "': must be like 2026-01-31T12:00:00Z, 2026-01-31 12:00, -10min, or seconds since" + " 1970");
        return micros;
    }

    private int restoreInto(Map<Integer, Path> files, RestoreWish wanted, Progress progress)
            throws IOException, RebuildException {
        PrintWriter out = spec.commandLine().getOut();
        String history = new Restoration(directory, into, wanted, NewId::create, out, progress).run(files, shards);
        progress.clear();
        done(out, into, history);
        return ExitCode.OK;
    }

    private int restoreInPlace(Map<Integer, Path> files, RestoreWish wanted, Progress progress) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (OfflineDirectory node = OfflineDirectory.open(directory)) {
            NodeIdentity identity = node.identity();
            if (identity.obstacle() != null) {
                throw new IOException(identity.obstacle());
            }
            List<RestoreSource> sources = new ArrayList<>();
            for (int id : node.shards()) {
                progress.at("shard " + id + ": checking the needed files");
                RestorePoint of = Restoration.pointOf(directory, wanted, id);
                sources.add(RestoreSource.of(id, node.shard(id), files.get(id), of));
            }
            RestoreCut cut = RestoreCut.of(sources);
            List<RestorePlan> plans = new ArrayList<>();
            for (int i = 0; i < sources.size(); i++) {
                RestoreSource source = sources.get(i);
                plans.add(RestorePlan.of(source.directory(), source.base(), cut.point(i)));
            }
            progress.clear();
            for (int i = 0; i < plans.size(); i++) {
                Path aside = plans.get(i).aside();
                out.println("shard " + node.shards().get(i) + ": " + Restoration.where(plans.get(i), cut.remark(i))
                        + (aside == null ? "" : "; what comes after it goes to " + aside));
            }
            if (!isTold) {
                out.println("nothing was changed: --yes does this to " + directory + ", --into NEWDIR makes a copy");
                out.flush();
                return ExitCode.OK;
            }
            String history = NewId.create();
            identity.restoring();
            identity.assign(null, history, NewId::create);
            progress.at("cutting the logs");
            for (RestorePlan plan : plans) {
                plan.applyInPlace();
            }
            identity.restored();
            progress.clear();
            done(out, directory, history);
            return ExitCode.OK;
        }
    }

    private static void done(PrintWriter out, Path restored, String history) {
        out.println(restored + " is restored: a primary, which begins history " + history + " when it starts");
        out.flush();
    }
}
