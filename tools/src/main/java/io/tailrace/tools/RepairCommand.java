package io.tailrace.tools;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.directory.NodeIdentity;
import io.tailrace.node.directory.OfflineDirectory;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.repair.RepairPlan;
import io.tailrace.node.repair.TornTail;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.tools.output.Progress;
import io.tailrace.tools.repair.IdentityReport;
import io.tailrace.tools.repair.RepairReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tailrace repair}: says what is wrong with a stopped node's files, and mends them when told to. */
@Command(
        name = "repair",
        description =
                "Finds damage in a stopped node's files and, only with --yes, truncates its log after the last good record.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "DIR is a node's data directory. What is cut is not deleted but put into a directory of the shard.",
            "If nothing says any more what the node was, --role sets it, without changing the logs.",
            "",
            "  tailrace repair tailrace-data",
            "  tailrace repair tailrace-data --role replica --primary 10.0.0.1:6379 --yes",
            "",
            "Exit code 0: nothing is damaged, or it was repaired; 1: something is damaged, and was left as it is."
        })
final class RepairCommand implements Callable<Integer> {

    /** What the node is to be. */
    enum Role {
        PRIMARY,
        REPLICA
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "the node's data directory")
    private Path directory;

    @Option(names = "--shard", paramLabel = "N", description = "only this shard (default: each in turn)")
    private Integer shard;

    @Option(
            names = "--role",
            paramLabel = "primary|replica",
            description = "only set the node's role, if node.properties does not have it any more")
    private Role role;

    @Option(names = "--primary", paramLabel = "HOST:PORT", description = "with --role replica: the primary to follow")
    private String primary;

    @Option(
            names = "--generation",
            paramLabel = "gen-N",
            description = "only make this generation of --shard the current one, if CURRENT does not name one")
    private String generation;

    @ArgGroup
    private Mode mode = new Mode();

    /** One or the other. */
    static final class Mode {
        @Option(names = "--yes", description = "do what is printed")
        private boolean isTold;

        @Option(names = "--dry-run", description = "change nothing, only print (the default)")
        private boolean isDryRun;
    }

    @Override
    public Integer call() throws IOException {
        HostPort followed = followed();
        require(generation == null || shard != null, "--generation is of one shard: --shard says which");
        require(generation == null || role == null, "--generation and --role are done one after the other");
        try (OfflineDirectory node = OfflineDirectory.open(directory)) {
            if (role != null) {
                return assign(node.identity(), followed);
            }
            return generation == null ? repair(node) : choose();
        }
    }

    private HostPort followed() {
        require(role != Role.REPLICA || primary != null, "--role replica needs --primary HOST:PORT");
        require(primary == null || role == Role.REPLICA, "--primary HOST:PORT goes with --role replica");
        try {
            return primary == null ? null : HostPort.parse(primary);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "--primary = '" + primary + "': must be HOST:PORT, such as 10.0.0.1:6379");
        }
    }

    private void require(boolean holds, String usage) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), usage);
        }
    }

    private int assign(NodeIdentity identity, HostPort followed) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        IdentityReport report = new IdentityReport(out, directory, identity);
        report.state();
        if (identity.obstacle() != null) {
            out.flush();
            return ExitCode.SOFTWARE;
        }
        if (mode.isTold) {
            identity.assign(followed, NewId.create(), NewId::create);
            report.done(followed);
        } else {
            report.offer(followed);
        }
        out.flush();
        return ExitCode.OK;
    }

    private int choose() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Path root = ShardDirectory.root(directory, shard);
        if (mode.isTold) {
            ShardDirectory.choose(root, generation);
            out.println("shard " + shard + ": " + generation + " is current now, others are named unused-gen-N");
        } else {
            out.println("shard " + shard + ": there is " + ShardDirectory.generations(root)
                    + "; nothing was changed: the same" + " with --yes makes " + generation + " current");
        }
        out.flush();
        return ExitCode.OK;
    }

    private int repair(OfflineDirectory node) throws IOException {
        NodeIdentity identity = node.identity();
        new IdentityReport(spec.commandLine().getOut(), directory, identity).state();
        boolean isSound = identity.refusal() == null;
        try (Progress progress = Progress.onTerminal()) {
            Map<Integer, RepairPlan> plans = new TreeMap<>();
            for (int id : wanted(node)) {
                RepairPlan plan = plan(node, id, progress);
                isSound &= plan != null;
                if (plan != null) {
                    plans.put(id, plan);
                }
            }
            List<TornTail> torn = torn(node, plans);
            for (Map.Entry<Integer, RepairPlan> each : plans.entrySet()) {
                isSound &= repair(each.getKey(), each.getValue(), progress);
            }
            for (TornTail tail : torn) {
                spec.commandLine().getOut().println(tail.text());
            }
            spec.commandLine().getOut().flush();
        }
        return isSound ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    /** What the next start cuts off logs that are good by themselves, as they are or for what is cut here. */
    private static List<TornTail> torn(OfflineDirectory node, Map<Integer, RepairPlan> plans) throws IOException {
        List<Path> queues = new ArrayList<>();
        for (int id : node.shards()) {
            boolean isKnown = plans.containsKey(id) && id == queues.size();
            if (!isKnown) {
                return List.of();
            }
            queues.add(plans.get(id).queue());
        }
        long[] ends = plans.values().stream()
                .mapToLong(plan -> plan.check().lastIndex())
                .toArray();
        // a log of which the oldest segments go is read only after them: a start tells
        boolean isReadWhole = plans.values().stream().allMatch(plan -> plan.remedy() != RepairPlan.Remedy.DROP_OLDEST);
        return queues.size() < 2 || !isReadWhole ? List.of() : TornTail.of(queues, ends);
    }

    private List<Integer> wanted(OfflineDirectory node) throws IOException {
        List<Integer> shards = new ArrayList<>(node.shards());
        if (shard == null) {
            return shards;
        }
        if (!shards.contains(shard)) {
            throw new IOException("there is no shard " + shard + " in " + directory + ", it has " + shards);
        }
        return List.of(shard);
    }

    /** Reads all of a shard; null when that can't be done. */
    private RepairPlan plan(OfflineDirectory node, int id, Progress progress) {
        progress.at("shard " + id + ": checking its files");
        try {
            return RepairPlan.of(node.shard(id));
        } catch (IOException e) {
            progress.clear();
            spec.commandLine().getOut().println("shard " + id + ": " + FileFailure.of(e));
            spec.commandLine().getOut().flush();
            return null;
        } finally {
            progress.clear();
        }
    }

    /** Whether the shard is sound now. */
    private boolean repair(int id, RepairPlan plan, Progress progress) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        RepairReport report = new RepairReport(out, id, plan);
        report.state();
        out.flush();
        if (plan.remedy() == RepairPlan.Remedy.GOOD) {
            return true;
        }
        if (!plan.isRebuildable()) {
            report.hopeless();
        } else if (mode.isTold) {
            Path aside = plan.aside();
            progress.at("shard " + id + ": cutting its log");
            plan.apply();
            progress.clear();
            report.done(aside);
        } else {
            report.offer(directory);
        }
        out.flush();
        return mode.isTold && plan.isRebuildable();
    }
}
