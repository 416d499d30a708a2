package io.tailrace.tools;

import io.tailrace.tools.online.NodeAccess;
import io.tailrace.tools.status.TopScreen;
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

/** {@code tailrace top}: how running nodes are, live. */
@Command(
        name = "top",
        description =
                "Shows running nodes live: what 'status' says, with lag and rates over time. q ends it, j and k scroll.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "  tailrace top 10.0.0.1:6379 10.0.0.2:6379",
            "",
            "Exit code 0: it was ended; 1: there is no terminal; 2: wrong use."
        })
final class TopCommand implements Callable<Integer> {
    private static final double MIN_SECONDS = 0.1;
    private static final double MAX_SECONDS = 3_600;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "HOST:PORT", arity = "1..*", description = "nodes, or ports of this machine")
    private List<String> addresses;

    @Mixin
    private NodeAccess access = new NodeAccess(5);

    @Option(names = "--interval", paramLabel = "SECONDS", description = "seconds between updates (default: 1)")
    private double seconds = 1;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!(seconds >= MIN_SECONDS && seconds <= MAX_SECONDS)) {
            throw new ParameterException(spec.commandLine(), "--interval must be from 0.1 to 3600, not " + seconds);
        }
        TopScreen.run(OnlineNodes.of(addresses, access, spec), access, Math.round(1_000 * seconds));
        return ExitCode.OK;
    }
}
