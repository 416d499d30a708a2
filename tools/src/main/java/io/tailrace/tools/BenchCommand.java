package io.tailrace.tools;

import io.tailrace.tools.bench.BenchHtml;
import io.tailrace.tools.bench.BenchJson;
import io.tailrace.tools.bench.BenchOptions;
import io.tailrace.tools.bench.BenchResult;
import io.tailrace.tools.bench.BenchRun;
import io.tailrace.tools.bench.BenchText;
import io.tailrace.tools.output.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tailrace bench}: load for a Redis server, and what it costs the server, beside another one. */
@Command(
        name = "bench",
        description =
                "Loads a Redis server, or two in turn, and reports latency, throughput and processor time per request.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "  tailrace bench 127.0.0.1:6379 --vs 127.0.0.1:6380 --ops set,get --pipeline 1,16",
            "  tailrace bench 127.0.0.1:6379 --ops set --rate 20000 --requests 400000 --html report.html",
            "  tailrace bench 127.0.0.1:6379 --mix get=9,set=1 --order zipfian --keys 10m",
            "",
            "NAME: ping, set, get, setex, del, exists, append, incr, mset, hset, hget, sadd, sismember, spop, lpush, rpop,",
            "lrange100, zadd, zrank, zrange100, xadd. Those on collections are about one key with as many elements as --keys.",
            "",
            "Each value is the median of the rounds, and the least and the most of them; a ratio is of the first server to the",
            "other, in the same round. Exit code 0: it was measured; 1: it could not be, or a server replied with errors."
        })
final class BenchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options;

    @Option(names = "--json", paramLabel = "FILE", description = "writes all values of all rounds")
    private Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "writes a page with tables and plots")
    private Path html;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        String command = "tailrace bench "
                + String.join(" ", spec.commandLine().getParseResult().originalArgs());
        List<List<BenchResult>> results;
        try (Progress progress = Progress.onTerminal()) {
            BenchText text = new BenchText(out);
            results = new BenchRun(options.plans(), progress::at).measure(text::print);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        if (json != null) {
            BenchJson.write(results, command, Files.newBufferedWriter(json));
        }
        if (html != null) {
            Files.writeString(html, BenchHtml.of(results, command));
        }
        boolean hasErrors = results.stream().flatMap(List::stream).anyMatch(result -> result.errors() > 0);
        return hasErrors ? ExitCode.SOFTWARE : ExitCode.OK;
    }
}
