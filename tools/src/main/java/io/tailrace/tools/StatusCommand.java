package io.tailrace.tools;

import io.tailrace.tools.online.NodeAccess;
import io.tailrace.tools.status.StatusRun;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tailrace status}: how running nodes are, once. */
@Command(
        name = "status",
        description = "Shows the state of running nodes: roles, positions, rates, lag, snapshots, and problems.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "  tailrace status 10.0.0.1:6379 10.0.0.2:6379",
            "  tailrace status 6379 --password-file secret --format json",
            "",
            "Exit code 0: no warnings; 1: some, or a node that does not answer; 2: wrong use. 'tailrace top' shows the same live."
        })
final class StatusCommand implements Callable<Integer> {

    /** How it is written. */
    enum Format {
        TEXT,
        JSON
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "HOST:PORT", arity = "1..*", description = "nodes, or ports of this machine")
    private List<String> addresses;

    @Mixin
    private NodeAccess access = new NodeAccess(5);

    @Option(names = "--format", paramLabel = "text|json", description = "lines, or one object (default: text)")
    private Format format = Format.TEXT;

    @Override
    public Integer call() throws IOException, InterruptedException {
        boolean isFine = StatusRun.run(
                OnlineNodes.of(addresses, access, spec),
                access,
                format == Format.JSON,
                spec.commandLine().getOut());
        return isFine ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
