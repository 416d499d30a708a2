package io.tailrace.node.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which processor each shard's thread is pinned to: none, chosen by the node, or a list with one processor a shard.
 *
 * @param kind how the processors are chosen
 * @param list the processors in the order of the shards; empty unless {@code kind} is LIST
 */
public record Cores(Kind kind, List<Integer> list) {

    /** How a shard's processor is chosen. */
    public enum Kind {
        /** Threads run where the kernel puts them. */
        NONE,
        /** The node picks processors that it may use and that are not reserved. */
        AUTO,
        /** The operator has named them. */
        LIST
    }

    static final Cores NONE = new Cores(Kind.NONE, List.of());
    static final Cores AUTO = new Cores(Kind.AUTO, List.of());

    public Cores {
        list = List.copyOf(list);
    }

    /** Reads {@code none}, {@code auto} or {@code 1,3}; throws IllegalArgumentException for anything else. */
    static Cores parse(String text) {
        if (text.equalsIgnoreCase("none")) {
            return NONE;
        }
        if (text.equalsIgnoreCase("auto")) {
            return AUTO;
        }
        return parseList(text);
    }

    /** Reads {@code 1,3}. */
    static Cores parseList(String text) {
        List<Integer> list = new ArrayList<>();
        for (String item : text.split(",", -1)) {
            list.add(Integer.parseUnsignedInt(item.trim()));
        }
        if (list.stream().distinct().count() != list.size() || Collections.max(list) > 4095) {
            throw new IllegalArgumentException(text);
        }
        return new Cores(Kind.LIST, list);
    }

    @Override
    public String toString() {
        return switch (kind) {
            case NONE -> "none";
            case AUTO -> "auto";
            case LIST -> list.stream().map(String::valueOf).collect(Collectors.joining(","));
        };
    }
}
