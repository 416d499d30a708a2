package io.tailrace.node.reactor;

import io.tailrace.node.command.CommandFlag;
import io.tailrace.node.command.CommandSpec;
import io.tailrace.node.command.ShownArguments;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.pubsub.Subscriptions;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.wire.resp.Arguments;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The connections of one reactor that are shown every command (MONITOR), and what they are shown. Owned by the reactor's thread.
 * A line goes to all reactors, each of which gives it to its own after the command under way. Where no client monitors, a command costs
 * one look at how many do.
 */
final class Monitors {
    private final ShardThreads threads;
    private final Subscriptions subscriptions;
    private final AtomicInteger count;
    private final CycleClock clock;
    private final Set<Connection> connections = new LinkedHashSet<>();
    private List<Monitors> ofShards = List.of();

    /** @param count of the node, kept up to date */
    Monitors(ShardThreads threads, Subscriptions subscriptions, AtomicInteger count, CycleClock clock) {
        this.threads = threads;
        this.subscriptions = subscriptions;
        this.count = count;
        this.clock = clock;
    }

    /** Tells which there are, by their shards, before any is used. */
    void connect(List<Monitors> all) {
        ofShards = all;
    }

    void add(Connection connection) {
        if (connections.add(connection)) {
            count.incrementAndGet();
        }
    }

    void remove(Connection connection) {
        if (connections.remove(connection)) {
            count.decrementAndGet();
        }
    }

    boolean includes(Connection connection) {
        return connections.contains(connection);
    }

    /** Whether anybody looks. */
    boolean isOn() {
        return count.get() > 0;
    }

    /** Shows a command of a client in the database that it has selected. */
    void show(ClientInfo client, CommandSpec spec, Arguments arguments) {
        show(client.database(), client.address(), spec, arguments);
    }

    /** Shows a command; not an operator's, as it could tell too much. What runs a script is shown before what that calls. */
    void show(int database, String by, CommandSpec spec, Arguments arguments) {
        boolean isScript = spec.has(CommandFlag.RUNS_SCRIPT);
        if (spec.has(CommandFlag.ADMIN) || spec.has(CommandFlag.SKIP_MONITOR) && !isScript) {
            return;
        }
        String line = line(clock.freshMicros(), database, by, ShownArguments.of(spec, arguments));
        for (int shard = 0; shard < threads.count(); shard++) {
            Monitors there = ofShards.get(shard);
            threads.on(shard, () -> there.give(line));
        }
    }

    private void give(String line) {
        if (!connections.isEmpty()) {
            List<Connection> now = List.copyOf(connections);
            subscriptions.later(() -> now.stream()
                    .filter(connections::contains)
                    .forEach(connection -> connection.message(reply -> reply.simple(line))));
        }
    }

    private static String line(long micros, int database, String by, List<String> arguments) {
        StringBuilder line = new StringBuilder(
                String.format(Locale.ROOT, "%d.%06d [%d %s]", micros / 1_000_000, micros % 1_000_000, database, by));
        for (String argument : arguments) {
            line.append(" \"");
            argument.chars().forEach(letter -> append(line, (char) letter));
            line.append('"');
        }
        return line.toString();
    }

    private static void append(StringBuilder line, char letter) {
        switch (letter) {
            case '\\', '"' -> line.append('\\').append(letter);
            case '\n' -> line.append("\\n");
            case '\r' -> line.append("\\r");
            case '\t' -> line.append("\\t");
            case 7 -> line.append("\\a");
            case '\b' -> line.append("\\b");
            default -> {
                if (letter >= ' ' && letter <= '~') {
                    line.append(letter);
                } else {
                    line.append(String.format(Locale.ROOT, "\\x%02x", (int) letter));
                }
            }
        }
    }
}
