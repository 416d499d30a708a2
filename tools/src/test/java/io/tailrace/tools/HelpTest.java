package io.tailrace.tools;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
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

    /** A description is a format: a lone percent sign in one would be complained of on stderr. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("commands")
    void shouldDescribeEveryOptionByAFormat(CommandLine command) {
        command.getCommandSpec().options().forEach(option -> Stream.of(option.description())
                .forEach(text -> assertDoesNotThrow(() -> String.format(text), text)));
    }
}
