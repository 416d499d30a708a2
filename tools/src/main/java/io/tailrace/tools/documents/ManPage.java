package io.tailrace.tools.documents;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A command's help as a page for man(1). Stateless. */
public final class ManPage {
    private ManPage() {}

    /** The file's name: {@code tailrace-dump.1}. */
    public static String name(CommandSpec command) {
        return command.qualifiedName("-") + ".1";
    }

    /** Its text, in roff. */
    public static String of(CommandSpec command, String version) {
        List<String> lines = new ArrayList<>();
        String name = command.qualifiedName("-");
        lines.add(".TH " + name.toUpperCase(java.util.Locale.ROOT).replace("-", "\\-") + " 1 \"\" \"" + escape(version)
                + "\" \"Tailrace\"");
        lines.add(".SH NAME");
        lines.add(escape(name) + " \\- "
                + escape(String.join(" ", command.usageMessage().description())));
        lines.add(".SH SYNOPSIS");
        lines.add(".B " + escape(command.qualifiedName()));
        lines.add(escape(synopsis(command)));
        lines.add(".SH DESCRIPTION");
        lines.add(escape(String.join(" ", command.usageMessage().description())));
        parameters(command, lines);
        options(command, lines);
        commands(command, lines);
        footer(command, lines);
        seeAlso(command, lines);
        return String.join("\n", lines) + "\n";
    }

    private static String synopsis(CommandSpec command) {
        String heading = command.qualifiedName();
        CommandLine.Help help = new CommandLine.Help(command, CommandLine.Help.defaultColorScheme(Ansi.OFF));
        String text = help.synopsis(0).replaceAll("\\s+", " ").trim();
        return text.startsWith(heading) ? text.substring(heading.length()).trim() : text;
    }

    private static void parameters(CommandSpec command, List<String> lines) {
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            if (!parameter.hidden()) {
                lines.add(".TP");
                lines.add(".I " + escape(parameter.paramLabel()));
                lines.add(description(parameter));
            }
        }
    }

    private static void options(CommandSpec command, List<String> lines) {
        List<OptionSpec> shown =
                command.options().stream().filter(option -> !option.hidden()).toList();
        if (!shown.isEmpty()) {
            lines.add(".SH OPTIONS");
        }
        for (OptionSpec option : shown) {
            lines.add(".TP");
            String names = String.join(
                    "\\fR, \\fB",
                    Arrays.stream(option.names()).map(ManPage::escape).toList());
            String label = option.arity().max() == 0 ? "" : "=\\fI" + escape(option.paramLabel()) + "\\fR";
            lines.add("\\fB" + names + "\\fR" + label);
            lines.add(description(option));
        }
    }

    private static String description(ArgSpec argument) {
        return escape(String.join(" ", argument.description()));
    }

    private static void commands(CommandSpec command, List<String> lines) {
        if (command.subcommands().isEmpty()) {
            return;
        }
        lines.add(".SH COMMANDS");
        for (Map.Entry<String, CommandLine> each : command.subcommands().entrySet()) {
            CommandSpec sub = each.getValue().getCommandSpec();
            if (!sub.usageMessage().hidden()) {
                lines.add(".TP");
                lines.add(".B " + escape(each.getKey()));
                lines.add(escape(String.join(" ", sub.usageMessage().description())));
            }
        }
    }

    private static void footer(CommandSpec command, List<String> lines) {
        if (command.usageMessage().footer().length > 0) {
            lines.add(".SH NOTES AND EXAMPLES");
            lines.add(".nf");
            for (String line : command.usageMessage().footer()) {
                lines.add(escape(line.replace("%n", "")));
            }
            lines.add(".fi");
        }
        Map<String, String> codes = command.usageMessage().exitCodeList();
        if (!codes.isEmpty()) {
            lines.add(".SH EXIT STATUS");
            codes.forEach((code, meaning) -> {
                lines.add(".TP");
                lines.add(".B " + code);
                lines.add(escape(meaning));
            });
        }
    }

    private static void seeAlso(CommandSpec command, List<String> lines) {
        if (command.parent() != null) {
            lines.add(".SH SEE ALSO");
            lines.add(".BR " + escape(command.parent().qualifiedName("-")) + " (1)");
        }
    }

    /** A backslash, a dash that is no hyphen, and a dot or quote that would begin a request. */
    private static String escape(String text) {
        String escaped = text.replace("\\", "\\e").replace("-", "\\-");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
