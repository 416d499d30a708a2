package io.tailrace.tools.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/** Carries out a plan: fills, warms up, and then all servers by turns, in the other order each round. For one thread. */
public final class BenchRun {
    private static final Path PROC = Path.of("/proc");
    private static final int FILL_PIPELINE = 64;
    private static final double MICROS_PER_SECOND = 1e6;

    private final List<BenchPlan> plans;
    private final Consumer<String> progress;
    private final List<ServerProcess> processes = new ArrayList<>();
    private final List<String> servers = new ArrayList<>();

    /** @param progress is told what is done now */
    public BenchRun(List<BenchPlan> plans, Consumer<String> progress) {
        this.plans = plans;
        this.progress = progress;
    }

    /**
     * Measures one case after the other.
     *
     * @param onCase is given the results of each as soon as there are any, by target
     * @return all of them
     */
    public List<List<BenchResult>> measure(Consumer<List<BenchResult>> onCase) throws IOException {
        BenchPlan plan = plans.get(0);
        for (int i = 0; i < plan.targets().size(); i++) {
            BenchTarget target = plan.targets().get(i);
            servers.add(describe(target.info("server")));
            processes.add(ServerProcess.of(PROC, target, plan.pids().get(i)));
        }
        List<List<BenchResult>> results = new ArrayList<>();
        for (BenchPlan each : plans) {
            results.add(measure(each));
            onCase.accept(results.get(results.size() - 1));
        }
        return results;
    }

    private static String describe(Map<String, String> server) {
        String own = server.get("tailrace_version");
        return own == null
                ? "redis " + server.getOrDefault("redis_version", "?")
                : "tailrace " + own + ", Java " + server.get("java_version");
    }

    private List<BenchResult> measure(BenchPlan plan) throws IOException {
        for (BenchTarget target : plan.targets()) {
            prepare(plan, target);
        }
        List<List<BenchResult.Round>> rounds = new ArrayList<>();
        List<Histogram> lags = new ArrayList<>();
        for (int i = 0; i < plan.targets().size(); i++) {
            rounds.add(new ArrayList<>());
            lags.add(plan.replicas().get(i) == null ? null : LagProbe.newHistogram());
        }
        for (int round = 0; round < plan.rounds(); round++) {
            for (int turn = 0; turn < plan.targets().size(); turn++) {
                int i = round % 2 == 0 ? turn : plan.targets().size() - 1 - turn;
                refill(plan, plan.targets().get(i), round, plan.requests());
                progress.accept(plan.what().title() + ", round " + (round + 1) + " of " + plan.rounds() + ", "
                        + plan.targets().get(i));
                rounds.get(i).add(round(plan, i, round, lags.get(i)));
            }
        }
        List<BenchResult> results = new ArrayList<>();
        for (int i = 0; i < plan.targets().size(); i++) {
            results.add(
                    new BenchResult(plan.what(), plan.targets().get(i), servers.get(i), rounds.get(i), lags.get(i)));
        }
        return results;
    }

    private void prepare(BenchPlan plan, BenchTarget target) throws IOException {
        if (plan.isFilled()) {
            for (String command : plan.what().fills()) {
                fill(plan, target, command, plan.fill(command), plan.keys().count());
            }
        }
        if (plan.warmUp() > 0) {
            progress.accept("warming up " + target + ": " + plan.what().title());
            refill(plan, target, -1, plan.warmUp());
            run(plan, target, -1, plan.warmUp());
        }
    }

    private void refill(BenchPlan plan, BenchTarget target, int round, long requests) throws IOException {
        if (plan.isFilled()) {
            for (String command : plan.what().refills()) {
                long count = command.contains("{key}") ? plan.keys().count() : requests;
                fill(plan, target, command, plan.refill(command, round), count);
            }
        }
    }

    private void fill(BenchPlan plan, BenchTarget target, String command, Workload with, long count)
            throws IOException {
        progress.accept("filling " + target + ": " + command);
        try (LoadLoop loop = new LoadLoop(target, with, plan.clients(), FILL_PIPELINE)) {
            loop.closed(count);
        }
    }

    private static LoadLoop.Run run(BenchPlan plan, BenchTarget target, int round, long requests) throws IOException {
        BenchCase of = plan.what();
        try (LoadLoop loop = new LoadLoop(target, plan.workload(round), plan.clients(), of.pipeline())) {
            return of.rate() > 0 ? loop.open(requests, of.rate()) : loop.closed(requests);
        } catch (UncheckedIOException e) {
            throw new IOException(target + ": " + e.getCause().getMessage(), e.getCause());
        } catch (IllegalStateException e) {
            throw new IOException(target + ": " + e.getMessage(), e);
        }
    }

    private BenchResult.Round round(BenchPlan plan, int i, int round, Histogram lag) throws IOException {
        BenchTarget target = plan.targets().get(i);
        LagProbe probe =
                lag == null ? null : LagProbe.start(target, plan.replicas().get(i), lag);
        try {
            return round(plan, target, processes.get(i), round);
        } finally {
            if (probe != null) {
                probe.close();
            }
        }
    }

    private static BenchResult.Round round(BenchPlan plan, BenchTarget target, ServerProcess process, int round)
            throws IOException {
        ServerProcess.Used before = process == null ? null : process.used();
        LoadLoop.Run run = run(plan, target, round, plan.requests());
        if (process == null) {
            return new BenchResult.Round(run, Double.NaN, Double.NaN);
        }
        ServerProcess.Used after = process.used();
        double each = MICROS_PER_SECOND / run.requests();
        double thread = after.threadNanos().isEmpty() ? Double.NaN : before.busiestSeconds(after) * each;
        return new BenchResult.Round(run, (after.seconds() - before.seconds()) * each, thread);
    }
}
