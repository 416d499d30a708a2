package io.tailrace.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

class HelpTest {

    static Stream<CommandLine> commands() {
        return commands(Tailrace.commandLine());
    }

    private static Stream<CommandLine> commands(CommandLine of) {
        return of.getSubcommands().values().stream()
                .filter(each -> !each.getCommandSpec().usageMessage().hidden())
                .filter(each -> !each.getCommandName().equals("help"))
                .flatMap(each -> Stream.concat(Stream.of(each), commands(each)));
    }

    /** One that the command itself takes, as far as that can be told without running it. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("commands")
    void shouldShowAnExampleInItsHelp(CommandLine command) {
        String name = command.getCommandSpec().qualifiedName();
        String help = command.getUsageMessage(Ansi.OFF);
        List<String> examples = help.lines()
                .filter(line -> line.equals("  " + name) || line.startsWith("  " + name + " "))
                .map(line -> line.replaceFirst(" [|>].*", "").trim().replace("'", ""))
                .toList();
        assertTrue(!examples.isEmpty(), help);
        for (String example : examples) {
            List<String> words = List.of(example.split(" +"));
            Tailrace.commandLine().parseArgs(words.subList(1, words.size()).toArray(new String[0]));
        }
    }

    /** A description is a format: picocli complains on stderr of one with a lone percent sign. */
    @Test
    void shouldShowEveryHelpWithoutAComplaint() {
        PrintStream before = System.err;
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        try {
            commands().forEach(command -> command.getUsageMessage(Ansi.OFF));
        } finally {
            System.setErr(before);
        }
        assertEquals("", errors.toString(StandardCharsets.UTF_8));
    }
}
