package io.tailrace.node.report;

import io.tailrace.node.config.Percentiles;
import io.tailrace.node.services.ClientSession;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.watch.CommandHistogram;
import io.tailrace.wire.resp.Arguments;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** INFO: which sections, in Redis's order. Stateless. */
public final class InfoCommand {
    /** It is not among the sections that are shown by default. */
    private static final Set<String> LATENCY_STATS = Set.of("latencystats", "all", "everything");

    private InfoCommand() {}

    /** Replies the sections that the arguments name, or the usual ones. */
    public static void run(ClientSession session, Arguments arguments) {
        Set<String> wanted = new HashSet<>();
        for (int i = 1; i < arguments.count(); i++) {
            wanted.add(arguments.ascii(i).toLowerCase(Locale.ROOT));
        }
        NodeServices node = session.node();
        long nowMicros = session.nowMicros();
        boolean hasTimes = wanted.stream().anyMatch(LATENCY_STATS::contains);
        session.gatherText(
                services -> new Part(
                        ShardReport.of(services),
                        hasTimes ? services.commandTimes() : Map.of(),
                        services.shard().tracking().keys(),
                        services.shard().tracking().items(),
                        services.shard().tracking().prefixes(),
                        services.trackingClients()),
                parts -> text(wanted, node, parts, nowMicros, hasTimes ? times(parts) : null));
    }

    /** The sections that are shown by default from what shards have published: what only a shard's thread can tell is 0. Any thread. */
    static String published(NodeServices node, List<ShardReport> shards, long nowMicros) {
        List<Part> parts = shards.stream()
                .map(report -> new Part(report, Map.of(), 0, 0, 0, 0))
                .toList();
        return text(Set.of(), node, parts, nowMicros, null);
    }

    /** Of one shard. */
    private record Part(
            ShardReport report,
            Map<String, CommandHistogram> times,
            long trackedKeys,
            long trackedItems,
            int prefixes,
            int trackingClients) {}

    private static InfoSections.Tracked tracked(List<Part> parts) {
        return new InfoSections.Tracked(
                parts.stream().mapToInt(Part::trackingClients).sum(),
                parts.stream().mapToLong(Part::trackedKeys).sum(),
                parts.stream().mapToLong(Part::trackedItems).sum(),
                // every shard knows all of them
                parts.get(0).prefixes);
    }

    private static Map<String, CommandHistogram> times(List<Part> parts) {
        Map<String, CommandHistogram> times = new TreeMap<>();
        parts.forEach(part -> part.times.forEach((name, each) -> times.merge(name, each, CommandHistogram::plus)));
        return times;
    }

    private static void latencyStats(Map<String, CommandHistogram> times, Percentiles percentiles, InfoText text) {
        text.section("Latencystats");
        times.forEach((name, histogram) -> text.field(
                "latency_percentiles_usec_" + name,
                percentiles.values().stream()
                        .map(percentile -> String.format(
                                Locale.ROOT,
                                "p%s=%.3f",
                                Percentiles.text(percentile),
                                histogram.atPercentile(percentile)))
                        .collect(Collectors.joining(","))));
    }

    /** @param times null for none */
    private static String text(
            Set<String> wanted,
            NodeServices node,
            List<Part> parts,
            long nowMicros,
            Map<String, CommandHistogram> times) {
        InfoText text = new InfoText();
        List<ShardReport> shards = parts.stream().map(Part::report).toList();
        InfoSections sections = new InfoSections(node, shards, nowMicros, text, tracked(parts));
        section("server", wanted, sections::server);
        section("clients", wanted, sections::clients);
        section("memory", wanted, sections::memory);
        section("persistence", wanted, () -> new InfoPersistence(node, shards, nowMicros, text).write());
        section("stats", wanted, () -> {
            sections.stats();
            InfoCycles.longest(shards, text);
        });
        section("replication", wanted, () -> new InfoReplication(node, shards, text).write());
        section("cpu", wanted, sections::cpu);
        section("modules", wanted, sections::modules);
        if (wanted.contains("commandstats") || isAll(wanted)) {
            sections.commandStats();
        }
        section("errorstats", wanted, sections::errorStats);
        if (times != null) {
            latencyStats(times, node.settings().current().latencyPercentiles(), text);
        }
        if (wanted.contains("reactor")) {
            InfoCycles.write(shards, text);
        }
        if (wanted.contains("slowcycles")) {
            InfoCycles.slowest(shards, text);
        }
        section("cluster", wanted, sections::cluster);
        section("keyspace", wanted, sections::keyspace);
        return text.toString();
    }

    private static void section(String name, Set<String> wanted, Runnable write) {
        if (wanted.contains(name) || isDefault(wanted) || isAll(wanted)) {
            write.run();
        }
    }

    private static boolean isDefault(Set<String> wanted) {
        return wanted.isEmpty() || wanted.contains("default");
    }

    private static boolean isAll(Set<String> wanted) {
        return wanted.contains("all") || wanted.contains("everything");
    }
}
