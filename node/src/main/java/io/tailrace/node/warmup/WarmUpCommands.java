package io.tailrace.node.warmup;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One of each command, on small and on large values, from text files beside this class. Stateless. */
public final class WarmUpCommands {
    private static final String OF_SHARD = "data-commands.txt";
    private static final String OF_NODE = "server-commands.txt";
    private static final char QUOTE = '\'';

    private WarmUpCommands() {}

    /** What a shard with no data can be asked, in this order, by their words. */
    public static List<List<String>> ofShard() {
        return read(OF_SHARD);
    }

    /** The others, which take a connection, or the node. */
    public static List<List<String>> ofNode() {
        return read(OF_NODE);
    }

    private static List<List<String>> read(String name) {
        try (InputStream in = WarmUpCommands.class.getResourceAsStream(name)) {
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + name, e);
        }
    }

    /** A command a line, of words that may be in quotes, which may go over lines; {@code #} begins a comment. */
    static List<List<String>> parse(String text) {
        List<List<String>> commands = new ArrayList<>();
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            char next = text.charAt(at);
            if (next == '\n' || next == ' ') {
                at++;
            } else if (next == '#' && words.isEmpty()) {
                at = text.indexOf('\n', at);
            } else {
                int from = next == QUOTE ? at + 1 : at;
                int end = next == QUOTE ? text.indexOf(QUOTE, from) : endOfWord(text, from);
                words.add(text.substring(from, end));
                at = next == QUOTE ? end + 1 : end;
            }
            if (next == '\n' && !words.isEmpty()) {
                commands.add(words);
                words = new ArrayList<>();
            }
        }
        return commands;
    }

    private static int endOfWord(String text, int from) {
        int end = from;
        while (text.charAt(end) != ' ' && text.charAt(end) != '\n') {
            end++;
        }
        return end;
    }
}
