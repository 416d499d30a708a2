package io.tailrace.tools;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command {@code tailrace}. Exit codes: 0 done, 1 it failed (one line on stderr says why), 2 the command line or a
 * setting is wrong.
 */
@Command(
        name = "tailrace",
        description = "An off-heap, Redis-compatible key-value node that replicates from a durable log.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:it failed", "2:the command line or a setting is wrong"},
        footer = "%nSee 'tailrace COMMAND --help'.")
public final class Tailrace implements Runnable {

    @Spec
    private CommandSpec spec;

    private Tailrace() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return commandLine(new NodeCommand(), new DumpCommand());
    }

    static CommandLine commandLine(NodeCommand node) {
        return commandLine(node, new DumpCommand());
    }

    static CommandLine commandLine(NodeCommand node, DumpCommand dump) {
        return new CommandLine(new Tailrace())
                .addSubcommand(SettingOptions.addTo(CommandSpec.forAnnotatedObject(node)))
                .addSubcommand(dump)
                .addSubcommand(new InfoCommand())
                .addSubcommand(new SizeCommand())
                .addSubcommand(new StatusCommand())
                .addSubcommand(new TopCommand())
                .addSubcommand(new TraceCommand())
                .addSubcommand(new VerifyCommand())
                .addSubcommand(new HistoryCommand())
                .addSubcommand(new RepairCommand())
                .addSubcommand(new RestoreCommand())
                .addSubcommand(new SnapshotsCommand())
                .addSubcommand(new ExportCommand())
                .addSubcommand(new BenchCommand())
                .addSubcommand(SettingOptions.addTo(CommandSpec.forAnnotatedObject(new DoctorCommand())))
                .addSubcommand(new ImportCommand())
                .addSubcommand(new FeedCommand())
                .addSubcommand(new DemoCommand())
                .addSubcommand(new RehearseCommand())
                .addSubcommand(new DocumentsCommand())
                .addSubcommand(new HelpCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Failures::wrongUsage)
                .setExecutionExceptionHandler(Failures::failed)
                .setUsageHelpLongOptionsMaxWidth(40)
                .setUsageHelpWidth(110);
    }

    /** Without a subcommand there is nothing to do. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a COMMAND is missing");
    }

    /** One line on a command's stderr. */
    static void complain(CommandLine command, String message) {
        PrintWriter err = command.getErr();
        err.println(command.getCommandSpec().qualifiedName() + ": " + message);
        err.flush();
    }
}
