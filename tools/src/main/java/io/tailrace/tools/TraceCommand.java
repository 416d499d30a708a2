package io.tailrace.tools;

import io.tailrace.tools.online.NodeAccess;
import io.tailrace.tools.status.CycleTrace;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tailrace trace}: the slowest duty cycles of a running node. */
@Command(
        name = "trace",
        description = {
            "Shows the slowest duty cycles of a running node's shards, and what they did: nothing else is done on a shard while one lasts.",
            "A node notes those of a millisecond and more, the 32 slowest of each shard; one older than ten minutes gives way to any other."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "  tailrace trace 6379",
            "  tailrace trace 10.0.0.1:6379 --seconds 60 --count 10",
            "",
            "Exit code 0: it was shown; 1: the node does not answer; 2: wrong use."
        })
final class TraceCommand implements Callable<Integer> {
    private static final int MAX_SECONDS = 86_400;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "HOST:PORT", description = "the node, or a port of this machine")
    private String address;

    @Mixin
    private NodeAccess access = new NodeAccess(5);

    @Option(
            names = "--seconds",
            paramLabel = "SECONDS",
            description = "wait so long, and show only what begins meanwhile (default: show what the node has noted)")
    private int seconds;

    @Option(names = "--count", paramLabel = "COUNT", description = "show so many (default: 20)")
    private int count = 20;

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        require("--seconds", seconds, 0, MAX_SECONDS);
        require("--count", count, 1, Integer.MAX_VALUE);
        try {
            CycleTrace.show(
                    OnlineNodes.of(List.of(address), access, spec).get(0),
                    access,
                    seconds,
                    count,
                    spec.commandLine().getOut());
            return ExitCode.OK;
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.SOFTWARE, e.getMessage());
        }
    }

    private void require(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new ParameterException(
                    spec.commandLine(), option + " must be from " + least + " to " + most + ", not " + value);
        }
    }
}
