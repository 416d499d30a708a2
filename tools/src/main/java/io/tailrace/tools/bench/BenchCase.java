package io.tailrace.tools.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * One thing that is measured. Immutable.
 *
 * @param name of the commands
 * @param commands with their weights
 * @param pipeline how many each client asks for at once, in a closed loop
 * @param rate requests a second of an open loop, or 0 for a closed one
 */
record BenchCase(String name, List<Part> commands, int pipeline, double rate) {
    /**
     * @param fill the command that makes what this one wants, or null
     * @param refill the command that makes what this one takes away, or null
     */
    record Part(String command, String fill, String refill, int weight) {}

    /** One command of {@link Operations}, or a text with spaces or braces: a command of the user's. */
    static BenchCase of(String text, int pipeline, double rate) {
        return new BenchCase(text, List.of(part(text, 1)), pipeline, rate);
    }

    /** @throws IllegalArgumentException unless it is NAME=WEIGHT,NAME=WEIGHT... */
    static BenchCase mix(String text, int pipeline, double rate) {
        List<Part> parts =
                Arrays.stream(text.split(",")).map(BenchCase::weighted).toList();
        return new BenchCase(text, parts, pipeline, rate);
    }

    private static Part weighted(String text) {
        int equals = text.lastIndexOf('=');
        try {
            int weight = Integer.parseInt(text.substring(equals + 1));
            if (equals > 0 && weight > 0) {
                return part(text.substring(0, equals), weight);
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("'" + text + "' of the mix is not NAME=WEIGHT, such as get=9");
    }

    private static Part part(String text, int weight) {
        if (text.contains(" ") || text.contains("{")) {
            return new Part(text, null, null, weight);
        }
        Operations.Operation operation = Operations.named(text);
        return new Part(operation.command(), operation.fill(), operation.refill(), weight);
    }

    /** Commands that make what the others want, each once. */
    List<String> fills() {
        return commands.stream()
                .map(Part::fill)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    /** Commands that make what the others take away, each once. */
    List<String> refills() {
        return commands.stream()
                .map(Part::refill)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    String title() {
        return name + (rate > 0 ? " at " + Numbers.grouped(rate) + "/s" : " -P " + pipeline);
    }

    @Override
    public String toString() {
        return title() + ": " + commands.stream().map(Part::command).collect(Collectors.joining("; "));
    }
}
