package io.tailrace.tools.bench;

import io.tailrace.node.platform.FileFailure;
import io.tailrace.tools.online.NodeAccess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the command line of {@code tailrace bench} says of the measurement. */
public final class BenchOptions {
    private static final long CLOSED_REQUESTS = 500_000;
    private static final long CLOSED_REQUESTS_UNPIPELINED = 100_000;
    private static final int OPEN_SECONDS = 10;

    @Parameters(paramLabel = "HOST:PORT", arity = "0..1", description = "the server (default: 127.0.0.1:6379)")
    private String target = "127.0.0.1:6379";

    @Option(names = "--vs", paramLabel = "HOST:PORT", description = "another server to compare with, measured in turn")
    private String other;

    @Option(
            names = "--ops",
            paramLabel = "NAME,..",
            split = ",",
            description = "each is measured separately (default: set,get); see below")
    private List<String> operations = List.of("set", "get");

    @Option(names = "--mix", paramLabel = "NAME=WEIGHT,..", description = "these together, in place of --ops")
    private String mix;

    @Option(
            names = "--command",
            paramLabel = "TEXT",
            description =
                    "a command of your own, with {key}, {n} (a key's number), {r} (another), {u} (a new one) and {value} in it")
    private String command;

    @Option(names = "--clients", paramLabel = "N", description = "connections (default: 50)")
    private int clients = 50;

    @Option(
            names = "--pipeline",
            paramLabel = "N,..",
            split = ",",
            description = "requests that a client sends at once, in a closed loop (default: 1,16)")
    private List<Integer> pipelines = List.of(1, 16);

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "an open loop: this many requests a second are due, and times count from then")
    private double rate;

    @Option(names = "--keys", paramLabel = "N", description = "keys, or elements of a collection (default: 100k)")
    private String keys = "100k";

    @Option(
            names = "--order",
            paramLabel = "uniform|zipfian|sequential",
            description = "which are asked for (default: uniform)")
    private KeyOrder.Kind order = KeyOrder.Kind.UNIFORM;

    @Option(names = "--value-size", paramLabel = "N|N-M", description = "bytes, or from to (default: 100)")
    private String valueSize = "100";

    @Option(names = "--rounds", paramLabel = "N", description = "(default: 5)")
    private int rounds = 5;

    @Option(
            names = "--requests",
            paramLabel = "N",
            description = "of a round (default: 500k, 100k with one at a time, 10 s of an open loop)")
    private String requests;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description = "requests before the first round of each case (default: 3 rounds)")
    private String warmUp;

    @Option(names = "--no-fill", description = "doesn't write the data that the commands need")
    private boolean isUnfilled;

    @Option(names = "--pid", paramLabel = "PID", description = "of the server (default: what its INFO says)")
    private long pid;

    @Option(names = "--vs-pid", paramLabel = "PID", description = "of the other server")
    private long otherPid;

    @Option(names = "--replica", paramLabel = "HOST:PORT", description = "of the server: measures its lag too")
    private String replica;

    @Option(names = "--vs-replica", paramLabel = "HOST:PORT", description = "of the other server")
    private String otherReplica;

    @Option(names = "--user", paramLabel = "NAME", description = "of both servers")
    private String user;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "file with the password of both (or put it into TAILRACE_PASSWORD)")
    private Path passwordFile;

    @Option(names = "--seed", paramLabel = "N", description = "of random choices (default: 1)")
    private long seed = 1;

    /** @throws IllegalArgumentException says what is wrong, and what is allowed */
    public List<BenchPlan> plans() {
        check(clients, 1, 20_000, "--clients");
        check(rounds, 1, 1_000, "--rounds");
        pipelines.forEach(pipeline -> check(pipeline, 1, 10_000, "--pipeline"));
        if (rate < 0 || rate > 100e6) {
            throw new IllegalArgumentException("--rate " + rate + " is not from 1 to 100,000,000 requests a second");
        }
        List<BenchTarget> targets = new ArrayList<>(List.of(server(target)));
        List<BenchTarget> replicas = new ArrayList<>();
        replicas.add(replica == null ? null : server(replica));
        if (other != null) {
            targets.add(server(other));
            replicas.add(otherReplica == null ? null : server(otherReplica));
        }
        BenchPlan.Keys what = keys();
        return pipelines().stream()
                .flatMap(pipeline -> cases(pipeline).stream())
                .map(each -> new BenchPlan(
                        targets,
                        List.of(pid, otherPid),
                        replicas,
                        each,
                        clients,
                        what,
                        rounds,
                        requests(each),
                        warmUp == null ? 3 * requests(each) : number(warmUp, "--warm-up"),
                        !isUnfilled))
                .toList();
    }

    private List<Integer> pipelines() {
        return rate > 0 ? List.of(1) : pipelines;
    }

    private List<BenchCase> cases(int pipeline) {
        if (command != null) {
            return List.of(BenchCase.of(command, pipeline, rate));
        }
        return mix != null
                ? List.of(BenchCase.mix(mix, pipeline, rate))
                : operations.stream()
                        .map(name -> BenchCase.of(name, pipeline, rate))
                        .toList();
    }

    private long requests(BenchCase of) {
        if (requests != null) {
            return Math.max(1, number(requests, "--requests"));
        }
        if (of.rate() > 0) {
            return Math.max(1, (long) (OPEN_SECONDS * of.rate()));
        }
        return of.pipeline() == 1 ? CLOSED_REQUESTS_UNPIPELINED : CLOSED_REQUESTS;
    }

    private BenchPlan.Keys keys() {
        String[] lengths = valueSize.split("-", -1);
        long least = number(lengths[0], "--value-size");
        long most = lengths.length == 2 ? number(lengths[1], "--value-size") : least;
        if (lengths.length > 2 || most < least || most > 64 << 20) {
            throw new IllegalArgumentException(
                    "--value-size " + valueSize + " is neither a number nor FROM-TO, of at most 64m");
        }
        long count = number(keys, "--keys");
        if (count < 1 || count > 100_000_000_000L) {
            throw new IllegalArgumentException("--keys " + keys + " is not from 1 to 100,000m");
        }
        return new BenchPlan.Keys(order, count, (int) least, (int) most, seed);
    }

    private BenchTarget server(String text) {
        try {
            byte[] password = NodeAccess.password(passwordFile);
            return BenchTarget.parse(
                    text, user, password == null ? null : new String(password, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new IllegalArgumentException("--password-file: " + FileFailure.of(e), e);
        }
    }

    private static void check(int value, int least, int most, String name) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " " + value + " is not from " + least + " to " + most);
        }
    }

    /** A count, in which k and m stand for thousands and millions. */
    private static long number(String text, String name) {
        String lower = text.toLowerCase(Locale.ROOT);
        long unit = lower.endsWith("k") ? 1_000 : lower.endsWith("m") ? 1_000_000 : 1;
        try {
            long value = Long.parseLong(unit == 1 ? lower : lower.substring(0, lower.length() - 1));
            if (value >= 0 && value <= Long.MAX_VALUE / unit) {
                return value * unit;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(name + " " + text + " is not a number such as 100, 500k or 10m");
    }
}
