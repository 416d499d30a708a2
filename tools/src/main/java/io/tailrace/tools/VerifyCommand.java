package io.tailrace.tools;

import io.tailrace.node.config.HostPort;
import io.tailrace.tools.online.NodeAccess;
import io.tailrace.tools.output.Progress;
import io.tailrace.tools.verify.Verification;
import io.tailrace.tools.verify.VerifyReport;
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

/** {@code tailrace verify}: whether running nodes hold the same. */
@Command(
        name = "verify",
        description = "Compares running nodes, under load too: their logs up to a record that all have, and every key.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "It asks a little at a time, and keeps nothing on the nodes. The user needs the rights of @admin. What is on a",
            "node's disk is checked by 'tailrace dump DIR --verify' and 'tailrace snapshots DIR'.",
            "",
            "  tailrace verify 10.0.0.1:6379 10.0.0.2:6379",
            "  tailrace verify 6379 6380 --password-file secret --format json",
            "",
            "Exit code 0: nothing differs; 1: something does, or a node can't be asked; 2: wrong use."
        })
final class VerifyCommand implements Callable<Integer> {

    /** How it is written. */
    enum Format {
        TEXT,
        JSON
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "HOST:PORT", arity = "2..*", description = "nodes, or ports of this machine")
    private List<String> addresses;

    @Mixin
    private NodeAccess access = new NodeAccess(120);

    @Option(names = "--limit", paramLabel = "N", description = "name at most N keys that differ (default: 100)")
    private long limit = 100;

    @Option(names = "--format", paramLabel = "text|json", description = "lines, or one object (default: text)")
    private Format format = Format.TEXT;

    @Override
    public Integer call() throws IOException {
        List<HostPort> nodes = OnlineNodes.of(addresses, access, spec);
        VerifyReport report = new VerifyReport(spec.commandLine().getOut(), format == Format.JSON, limit);
        try (Progress progress = Progress.onTerminal()) {
            Verification.run(nodes, access, report, progress);
        }
        report.end();
        return report.isSame() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
