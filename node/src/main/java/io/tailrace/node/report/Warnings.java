package io.tailrace.node.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What is wrong with nodes, in words that say what to do. Stateless. */
public final class Warnings {
    private static final long LAG_MICROS = 1_000_000;
    private static final long NEAR_FULL_SYNC_SECONDS = 600;
    private static final long FORCE_SECONDS = 5;
    private static final double NEARLY_FULL = 0.9;

    private Warnings() {}

    /** Of one node. */
    public static List<String> of(NodeFacts node) {
        List<String> warnings = new ArrayList<>();
        if (!node.isKnown()) {
            warnings.add("not reachable: " + node.problem());
            return warnings;
        }
        if (node.isLoading()) {
            warnings.add("loading its data, " + node.text("loading_loaded_perc") + " percent");
        }
        link(node, warnings);
        replicas(node, warnings);
        disk(node, warnings);
        memory(node, warnings);
        feeds(node, warnings);
        return warnings;
    }

    private static void link(NodeFacts node, List<String> warnings) {
        if (!node.isReplica()) {
            return;
        }
        if (node.syncPercent() >= 0) {
            warnings.add("takes a full sync from " + node.primary() + ", " + node.syncPercent() + " percent");
        } else if (!node.isLinkUp()) {
            long seconds = node.number("master_link_down_since_seconds");
            warnings.add(
                    "does not follow " + node.primary() + (seconds < 0 ? "" : " for " + seconds + " s") + reason(node));
        } else if (node.lagMicros() > LAG_MICROS && node.isLagOfNow()) {
            warnings.add("is " + Units.micros(node.lagMicros()) + " behind " + node.primary()
                    + ": look for a busy machine or network");
        }
    }

    private static String reason(NodeFacts node) {
        for (String field : List.of("sync_refused_reason", "sync_consent", "master_link_problem")) {
            if (!node.text(field).isEmpty()) {
                return ": " + node.text(field);
            }
        }
        return ": look whether that runs and can be reached";
    }

    private static void replicas(NodeFacts node, List<String> warnings) {
        for (NodeFacts.Replica replica : node.replicas()) {
            boolean isNear = replica.secondsToFullSync() >= 0 && replica.secondsToFullSync() < NEAR_FULL_SYNC_SECONDS;
            if (isNear) {
                warnings.add("the replica " + replica.address() + " needs a full sync after "
                        + replica.secondsToFullSync() + " s away: raise backlog-size");
            }
        }
        if (node.number("refused_replicas") > 0) {
            warnings.add(node.number("refused_replicas") + " replicas are refused: INFO replication says why");
        }
        if (!node.text("backlog_pressure").isEmpty()) {
            warnings.add("the log: " + node.text("backlog_pressure"));
        }
    }

    private static void disk(NodeFacts node, List<String> warnings) {
        if (node.text("rdb_last_bgsave_status").equals("err")) {
            warnings.add("the last snapshot failed: the node's log says why");
        }
        if (node.text("aof_last_write_status").equals("err")) {
            warnings.add("the log takes no writes: look at the disk");
        }
        if (node.number("log_fsync_pending_seconds") > FORCE_SECONDS) {
            warnings.add("the disk has not taken the log for " + node.number("log_fsync_pending_seconds")
                    + " s, which a power loss would cost: look at the disk");
        }
        if (!node.text("log_fsync_error").isEmpty()) {
            warnings.add("the disk fails, and writes are refused until it does not: " + node.text("log_fsync_error"));
        }
        if (node.number("lost_writes") > 0) {
            warnings.add(node.number("lost_writes")
                    + " records of writes were rolled back: the lost-writes file has them, for redis-cli --pipe");
        }
    }

    private static void feeds(NodeFacts node, List<String> warnings) {
        for (NodeFacts.Feed feed : node.feeds()) {
            if (feed.isLost()) {
                String cause =
                        feed.state().equals("dropped") ? "the disk was full" : "its reader has been away too long";
                warnings.add("the log is no longer retained for the feed slot " + feed.slot() + ", because " + cause
                        + ": start its reader, which reports records that are gone, or drop the slot");
            }
        }
    }

    private static void memory(NodeFacts node, List<String> warnings) {
        long most = node.number("maxmemory");
        long used = node.number("used_memory");
        if (most > 0 && used > NEARLY_FULL * most) {
            warnings.add("memory is " + 100 * used / most + " percent full: raise max-memory, or let keys be evicted");
        }
        long mostClients = node.number("maxclients");
        if (mostClients > 0 && node.number("connected_clients") > NEARLY_FULL * mostClients) {
            warnings.add(node.number("connected_clients") + " of " + mostClients
                    + " clients are connected: raise max-clients, or check CLIENT LIST for connections left open");
        }
    }

    /** What only shows when all are seen together. */
    public static List<String> ofAll(List<NodeFacts> nodes) {
        List<String> warnings = new ArrayList<>();
        List<NodeFacts> known = nodes.stream().filter(NodeFacts::isKnown).toList();
        Map<String, List<NodeFacts>> byHistory = known.stream()
                .filter(node -> !node.isReplica())
                .collect(Collectors.groupingBy(node -> node.text("master_replid")));
        List<String> primaries = known.stream()
                .filter(node -> !node.isReplica())
                .map(NodeFacts::node)
                .toList();
        if (primaries.size() > 1) {
            boolean isShared = byHistory.values().stream().anyMatch(list -> list.size() > 1);
            warnings.add(String.join(" and ", primaries) + " are primaries"
                    + (isShared ? " of one history: one of them must follow the other" : " of different histories"));
        }
        if (primaries.isEmpty() && !known.isEmpty()) {
            warnings.add("none of them is a primary");
        }
        return warnings;
    }
}
