package io.tailrace.tools;

import io.tailrace.node.config.EditDistance;
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
                e.getMessage().lines().collect(Collectors.joining(" ")) + suggestion(e) + "; see '"
                        + command.getCommandSpec().qualifiedName() + " --help'");
        return CommandLine.ExitCode.USAGE;
    }

    /** A {@link CommandFailure} says all there is to say; anything else is a fault of ours and shows its trace. */
    static int failed(Exception e, CommandLine command, ParseResult parsed) {
        if (e instanceof CommandFailure failure) {
            Tailrace.complain(command, failure.getMessage());
            return failure.exitCode();
        }
        e.printStackTrace(command.getErr());
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** The known option that looks most like the first unknown one; picocli's own search finds none for a misspelt flag. */
    private static String suggestion(ParameterException e) {
        if (!(e instanceof UnmatchedArgumentException unmatched) || !unmatched.isUnknownOption()) {
            return "";
        }
        String unknown = unmatched.getUnmatched().get(0).replaceFirst("=.*", "");
        return ", did you mean '"
                + EditDistance.nearest(
                        unknown,
                        e.getCommandLine().getCommandSpec().optionsMap().keySet())
                + "'?";
    }
}
