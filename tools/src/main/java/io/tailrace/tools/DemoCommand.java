package io.tailrace.tools;

import io.tailrace.tools.demo.AwaitException;
import io.tailrace.tools.demo.Demo;
import io.tailrace.tools.demo.DemoException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tailrace demo}: two nodes, two crashes, and whether anything was lost. */
@Command(
        name = "demo",
        description = "Starts a primary and a replica, writes, kills each under load, starts it again and compares.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "  tailrace demo",
            "  tailrace demo --writes 1000000",
            "",
            "Runs in a temporary directory on free ports for about 20 seconds, and leaves nothing behind.",
            "Exit code 1 when anything differs."
        })
final class DemoCommand implements Callable<Integer> {
    private static final int MAX_WRITES = 10_000_000;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--writes",
            paramLabel = "N",
            defaultValue = "100000",
            description = "writes before the first kill, about (default: ${DEFAULT-VALUE})")
    private int writes;

    @Override
    public Integer call() throws CommandFailure {
        if (writes < 1_000 || writes > MAX_WRITES) {
            throw new ParameterException(
                    spec.commandLine(), "--writes must be from 1000 to " + MAX_WRITES + ", not " + writes);
        }
        try (Demo demo = new Demo(spec.commandLine().getOut(), writes)) {
            Runtime.getRuntime().addShutdownHook(new Thread(demo::close, "demo-cleanup"));
            demo.run();
            return ExitCode.OK;
        } catch (DemoException | AwaitException | IOException e) {
            throw new CommandFailure(ExitCode.SOFTWARE, e.getMessage());
        }
    }
}
