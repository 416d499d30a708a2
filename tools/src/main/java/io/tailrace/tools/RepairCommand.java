package io.tailrace.tools;

import io.tailrace.node.backlog.BacklogException;
import io.tailrace.node.directory.OfflineDirectory;
import io.tailrace.node.repair.RepairPlan;
import io.tailrace.tools.repair.RepairReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tailrace repair}: says what is wrong with a stopped node's files, and cuts its log when told to. */
@Command(
        name = "repair",
        description =
                "Finds damage in a stopped node's files and, only with --yes, cuts its log at the last good record.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "DIR is a node's data directory. What is cut is not deleted but put into a directory of the shard.",
            "Exit code 0: nothing is damaged, or it was repaired; 1: something is damaged, and was left as it is."
        })
final class RepairCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "the node's data directory")
    private Path directory;

    @Option(names = "--shard", paramLabel = "N", description = "only this shard (default: each in turn)")
    private Integer shard;

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
    public Integer call() throws CommandFailure {
        try (OfflineDirectory node = OfflineDirectory.open(directory)) {
            boolean isSound = true;
            for (int id : wanted(node)) {
                isSound &= repair(node, id);
            }
            return isSound ? ExitCode.OK : ExitCode.SOFTWARE;
        } catch (IOException | BacklogException e) {
            throw new CommandFailure(ExitCode.SOFTWARE, e.getMessage() == null ? e.toString() : e.getMessage());
        }
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

    /** Whether the shard is sound now. */
    private boolean repair(OfflineDirectory node, int id) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        RepairPlan plan = RepairPlan.of(node.shard(id));
        RepairReport report = new RepairReport(out, id, plan);
        report.state();
        out.flush();
        if (plan.verdict() == RepairPlan.Verdict.GOOD) {
            return true;
        }
        if (!plan.isRebuildable()) {
            report.hopeless();
        } else if (mode.isTold) {
            Path aside = plan.aside();
            plan.apply();
            report.done(aside);
        } else {
            report.offer(directory);
        }
        out.flush();
        return mode.isTold && plan.isRebuildable();
    }
}
