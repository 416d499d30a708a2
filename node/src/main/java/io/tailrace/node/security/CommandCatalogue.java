package io.tailrace.node.security;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Commands as rules of users name them: {@code get}, {@code client|kill}, or a category of them. Names that Redis 7.0 knows
 * and this node doesn't are names too, so that rules written for Redis are taken; there is nothing behind them. Immutable.
 */
public final class CommandCatalogue {
    /** In Redis's order. */
    public static final List<String> CATEGORIES = List.of(
            "keyspace",
            "read",
            "write",
            "set",
            "sortedset",
            "list",
            "hash",
            "string",
            "bitmap",
            "hyperloglog",
            "geo",
            "stream",
            "pubsub",
            "admin",
            "fast",
            "slow",
            "blocking",
            "dangerous",
            "connection",
            "transaction",
            "scripting");

    private static final String OTHERS = "other-commands.txt";

    private final Map<String, Set<String>> categoriesByName;
    private final Set<String> others = others();

    /** @param categoriesByName of each command and subcommand by its full name, without the {@code @} */
    public CommandCatalogue(Map<String, Set<String>> categoriesByName) {
        this.categoriesByName = new LinkedHashMap<>(categoriesByName);
    }

    private static Set<String> others() {
        try (InputStream in = CommandCatalogue.class.getResourceAsStream(OTHERS);
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            return reader.lines().collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + OTHERS, e);
        }
    }

    Set<String> all() {
        return categoriesByName.keySet();
    }

    boolean isKnown(String fullName) {
        return categoriesByName.containsKey(fullName) || others.contains(fullName);
    }

    /** Whether it has subcommands. */
    boolean isContainer(String name) {
        String begin = name + "|";
        return categoriesByName.keySet().stream().anyMatch(each -> each.startsWith(begin))
                || others.stream().anyMatch(each -> each.startsWith(begin));
    }

    /** The command with its subcommands; nothing for one that is only a name here. */
    Set<String> named(String fullName) {
        return categoriesByName.keySet().stream()
                .filter(name -> name.equals(fullName) || name.startsWith(fullName + "|"))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** What is in a category. */
    public Set<String> ofCategory(String category) {
        return categoriesByName.entrySet().stream()
                .filter(entry -> entry.getValue().contains(category))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
