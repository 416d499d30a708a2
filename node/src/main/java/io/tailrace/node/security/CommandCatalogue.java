package io.tailrace.node.security;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Commands as rules of users name them: {@code get}, {@code client|kill}, or a category of them. All that Redis 7.0 has are
 * known with their categories, so that rules written for Redis are taken and shown alike, and all that this node has. Immutable.
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

    private static final String RESOURCE = "redis-commands.txt";
    private static final Map<String, Set<String>> REDIS = read();

    private final Map<String, Set<String>> own;
    private final List<String> names;
    private final Map<String, Integer> places = new HashMap<>();
    private final Map<String, BitSet> categories = new HashMap<>();
    private final BitSet redis = new BitSet();

    /** @param own categories of each command and subcommand of this node by its full name, without the {@code @} */
    public CommandCatalogue(Map<String, Set<String>> own) {
        this.own = new LinkedHashMap<>(own);
        Map<String, Set<String>> all = new TreeMap<>(REDIS);
        all.putAll(own);
        names = List.copyOf(all.keySet());
        CATEGORIES.forEach(category -> categories.put(category, new BitSet()));
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            places.put(name, i);
            redis.set(i, REDIS.containsKey(name));
            for (String category : all.get(name)) {
                categories.get(category).set(i);
            }
        }
    }

    /** A line for each command: its name, a tab, and its categories with commas. */
    private static Map<String, Set<String>> read() {
        try (InputStream in = CommandCatalogue.class.getResourceAsStream(RESOURCE);
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            return reader.lines()
                    .map(line -> line.split("\t"))
                    .collect(Collectors.toUnmodifiableMap(fields -> fields[0], fields -> Set.of(fields[1].split(","))));
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + RESOURCE, e);
        }
    }

    /** How many names there are: each has a place below that. */
    int size() {
        return names.size();
    }

    /** Names are in the order of the alphabet, so a command comes before its subcommands. */
    String name(int place) {
        return names.get(place);
    }

    /** Of a full name in lower case, or -1. */
    int place(String fullName) {
        return places.getOrDefault(fullName, -1);
    }

    boolean isKnown(String fullName) {
        return places.containsKey(fullName);
    }

    /** Whether it has subcommands. */
    boolean isContainer(String name) {
        int next = place(name) + 1;
        return next > 0 && next < names.size() && names.get(next).startsWith(name + "|");
    }

    /** The command with its subcommands. */
    BitSet named(String fullName) {
        BitSet named = new BitSet();
        for (int i = place(fullName); i < names.size(); i++) {
            boolean isPart = names.get(i).equals(fullName) || names.get(i).startsWith(fullName + "|");
            if (!isPart) {
                break;
            }
            named.set(i);
        }
        return named;
    }

    /** What a rule on a category decides: the commands in it with all their subcommands, and subcommands in it. */
    BitSet decidedBy(String category) {
        BitSet decided = new BitSet();
        BitSet members = categories.get(category);
        for (int i = members.nextSetBit(0); i >= 0; i = members.nextSetBit(i + 1)) {
            decided.or(named(names.get(i)));
        }
        return decided;
    }

    /** The commands and subcommands of Redis 7.0 in a category. */
    BitSet redisCommands(String category) {
        BitSet members = (BitSet) categories.get(category).clone();
        members.and(redis);
        return members;
    }

    /** The names of this node's commands and subcommands in a category. */
    public Set<String> ofCategory(String category) {
        return own.entrySet().stream()
                .filter(entry -> entry.getValue().contains(category))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
