package io.tailrace.tools;

import io.tailrace.node.backlog.BacklogException;
import io.tailrace.node.config.EditDistance;
import io.tailrace.node.feed.FeedException;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.tools.dump.DumpException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into one line and an exit code. */
final class Failures {

    private Failures() {}

    /** The command line is wrong: exit code 2. */
    static int wrongUsage(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        Tailrace.complain(
                command,
                problem(e) + suggestion(e) + "; see '"
                        + command.getCommandSpec().qualifiedName() + " --help'");
        return CommandLine.ExitCode.USAGE;
    }

    private static String problem(ParameterException e) {
        boolean isCommand = e instanceof UnmatchedArgumentException unmatched
                && !unmatched.isUnknownOption()
                && !e.getCommandLine().getSubcommands().isEmpty();
        return isCommand
                ? "there is no command '"
                        + ((UnmatchedArgumentException) e).getUnmatched().get(0) + "'"
                : e.getMessage().lines().collect(Collectors.joining(" "));
    }

    /** What a file or a log has in the way is one line; anything unexpected is a fault of ours and shows its trace. */
    static int failed(Exception e, CommandLine command, ParseResult parsed) {
        if (e instanceof CommandFailure failure) {
            Tailrace.complain(command, failure.getMessage());
            return failure.exitCode();
        }
        boolean isExpected = e instanceof IOException
                || e instanceof UncheckedIOException
                || e instanceof BacklogException
                || e instanceof FeedException
                || e instanceof DumpException;
        if (isExpected) {
            Tailrace.complain(command, FileFailure.of(e));
        } else {
            e.printStackTrace(command.getErr());
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** The known option or command that looks like the first unknown word; picocli's own search finds none for a misspelt flag. */
    private static String suggestion(ParameterException e) {
        if (!(e instanceof UnmatchedArgumentException unmatched)) {
            return "";
        }
        CommandLine command = e.getCommandLine();
        List<String> known = new ArrayList<>();
        if (unmatched.isUnknownOption()) {
            known.addAll(command.getCommandSpec().optionsMap().keySet());
        } else {
            command.getSubcommands().forEach((name, sub) -> {
                if (!sub.getCommandSpec().usageMessage().hidden()) {
                    known.add(name);
                }
            });
        }
        return EditDistance.suggestion(unmatched.getUnmatched().get(0).replaceFirst("=.*", ""), known)
                .replaceFirst("; ", ", ");
    }
}
