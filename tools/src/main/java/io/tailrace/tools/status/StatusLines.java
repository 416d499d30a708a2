package io.tailrace.tools.status;

import io.tailrace.node.report.NodeFacts;
import io.tailrace.node.report.Trend;
import io.tailrace.node.report.Units;
import io.tailrace.node.report.Warnings;
import io.tailrace.wire.record.QueueIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Nodes as lines of text, no longer than a width: a block for each node, then its shards and replicas, and at the end what is wrong.
 * Stateless.
 */
final class StatusLines {
    private static final String COLUMNS = "%-21s %-8s %-8s %9s %7s %7s %7s";
    private static final int HISTORY = 8;
    private static final int MIN_WIDTH = 40;

    private final int width;
    private final boolean isPlain;

    /** @param isPlain with ASCII only */
    StatusLines(int width, boolean isPlain) {
        this.width = Math.max(MIN_WIDTH, width);
        this.isPlain = isPlain;
    }

    /** What is seen at one moment. */
    List<String> once(List<NodeFacts> nodes, List<Trend> trends) {
        return lines(nodes, trends, false, Integer.MAX_VALUE);
    }

    /** With what was seen before; where there are few rows, warnings come before the details of nodes. */
    List<String> live(List<NodeFacts> nodes, List<Trend> trends, int rows) {
        return lines(nodes, trends, true, rows);
    }

    private List<String> lines(List<NodeFacts> nodes, List<Trend> trends, boolean isLive, int rows) {
        List<String> blocks = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            node(nodes.get(i), trends.get(i), isLive, blocks);
        }
        List<String> warnings = warnings(nodes);
        List<String> lines = new ArrayList<>();
        boolean isTight = warnings.size() + blocks.size() + 2 > rows;
        if (isTight) {
            lines.addAll(warnings);
        }
        lines.add(cut(
                String.format(Locale.ROOT, COLUMNS, "NODE", "ROLE", "HISTORY", "RECORDS/S", "LAG", "LOG", "MEMORY")));
        lines.addAll(blocks);
        if (!isTight) {
            lines.addAll(warnings);
        }
        return lines;
    }

    private List<String> warnings(List<NodeFacts> nodes) {
        List<String> texts = new ArrayList<>(Warnings.ofAll(nodes));
        for (NodeFacts node : nodes) {
            Warnings.of(node).forEach(warning -> texts.add(node.node() + " " + warning));
        }
        List<String> lines = new ArrayList<>();
        texts.forEach(text -> wrap("! " + text, lines));
        if (lines.isEmpty()) {
            lines.add("no warnings");
        }
        return lines;
    }

    private void node(NodeFacts node, Trend trend, boolean isLive, List<String> lines) {
        if (!node.isKnown()) {
            lines.add(cut(String.format(Locale.ROOT, "%-21s %-8s", node.node(), "DOWN")));
            return;
        }
        lines.add(cut(String.format(
                Locale.ROOT,
                COLUMNS,
                node.node(),
                node.role(),
                history(node.text("master_replid")),
                Units.count(trend.rate()),
                Units.micros(trend.lag()),
                Units.bytes(node.logBytes()),
                Units.bytes(node.number("used_memory")))));
        if (isLive) {
            lines.add(cut("  lag " + trend.lagLine(sparks(), isPlain) + " rate " + trend.rateLine(sparks(), isPlain)));
        }
        lines.add(cut("  " + facts(node)));
        for (NodeFacts.Shard shard : node.shards()) {
            lines.add(cut("  shard " + shard.number() + ofSeveral(node, shard, trend) + ": at "
                    + QueueIndex.toString(shard.index()) + ", log from "
                    + QueueIndex.toString(shard.firstIndex()) + ", " + Units.bytes(shard.logBytes()) + " in "
                    + shard.segments() + (shard.segments() == 1 ? " segment" : " segments")
                    + (shard.lagP99() < 0
                            ? ""
                            : ", lag p50 " + Units.micros(shard.lagP50()) + " p99 " + Units.micros(shard.lagP99()))));
        }
        for (NodeFacts.Replica replica : node.replicas()) {
            lines.add(cut("  replica " + replica.address() + " " + replica.state()
                    + (replica.syncPercent() >= 0 ? " full sync " + replica.syncPercent() + "%" : "")
                    + (replica.lagMicros() >= 0 ? ", lag " + Units.micros(replica.lagMicros()) : "")
                    + (replica.secondsToFullSync() >= 0
                            ? ", may be away for " + Units.seconds(replica.secondsToFullSync())
                            : "")));
        }
        for (NodeFacts.AwayReplica replica : node.awayReplicas()) {
            lines.add(cut("  replica with node_id " + history(replica.id())
                    + " is away, the log is retained for it for another " + Units.seconds(replica.heldSeconds())));
        }
        for (NodeFacts.Feed feed : node.feeds()) {
            lines.add(cut("  feed slot " + feed.slot() + " " + feed.state()
                    + (feed.behindRecords() < 0 ? "" : ", " + Units.count(feed.behindRecords()) + " records behind")));
        }
    }

    /** What is in the node's own line where it has one shard. */
    private static String ofSeveral(NodeFacts node, NodeFacts.Shard shard, Trend trend) {
        return node.shards().size() == 1
                ? ""
                : " " + history(shard.history()) + " " + Units.count(trend.rate(shard.number())) + " records/s";
    }

    private static String history(String id) {
        return id.substring(0, Math.min(HISTORY, id.length()));
    }

    private int sparks() {
        return Math.max(8, Math.min(60, (width - 14) / 2));
    }

    private static String facts(NodeFacts node) {
        List<String> facts = new ArrayList<>();
        facts.add(Units.count(Math.max(0, node.number("instantaneous_ops_per_sec"))) + " commands/s");
        if (node.number("connected_clients") >= 0) {
            facts.add(node.number("connected_clients") + " clients");
        }
        if (node.isReplica()) {
            facts.add((node.isLinkUp() ? "follows " : "does not follow ") + node.primary());
        }
        if (node.syncPercent() >= 0) {
            facts.add("full sync " + node.syncPercent() + "%");
        }
        if (node.number("rdb_bgsave_in_progress") == 1) {
            long percent = node.number("rdb_current_bgsave_perc");
            facts.add("snapshot " + (percent < 0 ? "" : percent + "% ") + "for "
                    + Units.seconds(node.number("rdb_current_bgsave_time_sec")));
        }
        if (node.number("reactor_longest_cycle_us") >= 0) {
            facts.add("longest cycle " + Units.micros(node.number("reactor_longest_cycle_us")));
        }
        return String.join(", ", facts);
    }

    private String cut(String line) {
        return line.length() <= width ? line.stripTrailing() : line.substring(0, width);
    }

    private void wrap(String text, List<String> lines) {
        String rest = text;
        while (rest.length() > width) {
            int space = rest.lastIndexOf(' ', width);
            int end = space <= 4 ? width : space;
            lines.add(rest.substring(0, end));
            rest = "  " + rest.substring(end).stripLeading();
        }
        lines.add(rest);
    }
}
