package io.tailrace.node.command;

import io.tailrace.node.command.CommandDoc.Argument;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The documentation of all commands, read once from {@code commands.txt} beside this class. Immutable: any thread.
 *
 * <p>A line at the margin names a command; the lines after it, indented by one, are a word and its values between tabs.
 * An {@code arg} line that is indented by more is a part of the one above that is indented by less.
 */
final class CommandDocs {
    private static final String RESOURCE = "commands.txt";
    private static final Map<String, CommandDoc> BY_NAME = read();

    private CommandDocs() {}

    /** An empty one for a command that has none. */
    static CommandDoc of(CommandSpec spec) {
        return BY_NAME.getOrDefault(spec.name(), CommandDoc.EMPTY);
    }

    /** Of the command, as Redis names them but without the {@code @}. */
    static Set<String> categories(CommandSpec spec) {
        return of(spec).categories.stream()
                .map(category -> category.substring(1))
                .collect(Collectors.toUnmodifiableSet());
    }

    static boolean has(CommandSpec spec) {
        return BY_NAME.containsKey(spec.name());
    }

    private static Map<String, CommandDoc> read() {
        Map<String, CommandDoc> docs = new LinkedHashMap<>();
        try (InputStream in = CommandDocs.class.getResourceAsStream(RESOURCE);
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            CommandDoc doc = CommandDoc.EMPTY;
            Deque<Argument> open = new ArrayDeque<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.charAt(0) == ' ') {
                    addLine(doc, open, line);
                } else {
                    open.clear();
                    doc = new CommandDoc();
                    docs.put(line, doc);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + RESOURCE, e);
        }
        return docs;
    }

    private static void addLine(CommandDoc doc, Deque<Argument> open, String line) {
        String[] fields = line.stripLeading().split("\t");
        List<String> values = Arrays.asList(fields).subList(1, fields.length);
        switch (fields[0]) {
            case "acl" -> doc.categories.addAll(values);
            case "tips" -> doc.tips.addAll(values);
            case "doc_flags" -> doc.flags.addAll(values);
            case "history" -> doc.history.add(values);
            case "keys" -> doc.keySpecs.add(keySpec(values));
            case "arg" -> addArgument(doc, open, line.indexOf('a'), values);
            default -> doc.texts.put(fields[0], values.get(0));
        }
    }

    private static KeySpec keySpec(List<String> values) {
        return new KeySpec(
                List.of(values.get(0).split(",")),
                KeySpec.Step.parse(values.get(1)),
                KeySpec.Step.parse(values.get(2)),
                values.size() > 3 ? values.get(3) : null);
    }

    private static void addArgument(CommandDoc doc, Deque<Argument> open, int depth, List<String> values) {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (String value : values.subList(2, values.size())) {
            int split = value.indexOf('=');
            attributes.put(value.substring(0, split), value.substring(split + 1));
        }
        Argument argument = new Argument(values.get(0), values.get(1), attributes, new ArrayList<>());
        while (open.size() >= depth) {
            open.pop();
        }
        List<Argument> siblings = open.isEmpty() ? doc.arguments : open.peek().parts();
        siblings.add(argument);
        open.push(argument);
    }
}
