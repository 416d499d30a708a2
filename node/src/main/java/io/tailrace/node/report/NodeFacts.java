package io.tailrace.node.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a node reports about itself, by its INFO. Values that it does not tell are -1, or an empty text.
 *
 * @param problem why nothing is known, or null
 * @param nanos when it was asked
 */
public record NodeFacts(String node, String problem, Map<String, String> fields, long nanos) {
    private static final Pattern PLACE = Pattern.compile("replica[0-9]+_shard[0-9]+");
    private static final Pattern FEED = Pattern.compile("feed[0-9]+_shard[0-9]+");
    private static final List<String> FEED_STATES = List.of("reading", "away", "lapsed", "dropped");

    /** One shard. */
    public record Shard(
            int number,
            String history,
            long records,
            long index,
            long firstIndex,
            long segments,
            long logBytes,
            String chain,
            long lagP50,
            long lagP99) {}

    /** A replica as its primary sees it. */
    public record Replica(
            String address, String state, long offset, int syncPercent, long lagMicros, long secondsToFullSync) {}

    /** One that is away, whose place in the log is kept. */
    public record AwayReplica(String id, long heldSeconds) {}

    /** A reader of the change feed with a slot. */
    public record Feed(String slot, String state, long behindRecords) {
        /** Whether the log is not kept for it any more. */
        boolean isLost() {
            return state.equals("lapsed") || state.equals("dropped");
        }
    }

    /** By the lines of INFO's text that are fields. */
    public static NodeFacts of(String node, String info, long nanos) {
        return new NodeFacts(node, null, InfoText.fields(info), nanos);
    }

    /** Of a node that did not answer; {@code problem} says why, {@code nanos} is when. */
    public static NodeFacts unreachable(String node, String problem, long nanos) {
        return new NodeFacts(node, problem, Map.of(), nanos);
    }

    public boolean isKnown() {
        return problem == null;
    }

    public boolean isLoading() {
        return number("loading") == 1;
    }

    public String text(String field) {
        return fields.getOrDefault(field, "");
    }

    public long number(String field) {
        return number(fields, field);
    }

    private static long number(Map<String, String> from, String field) {
        try {
            return (long) Double.parseDouble(from.getOrDefault(field, "-1"));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** {@code a=1,b=2}. */
    static Map<String, String> parts(String text) {
        Map<String, String> parts = new LinkedHashMap<>();
        for (String part : text.split(",")) {
            int equal = part.indexOf('=');
            if (equal > 0) {
                parts.put(part.substring(0, equal), part.substring(equal + 1));
            }
        }
        return parts;
    }

    public boolean isReplica() {
        return text("role").equals("slave");
    }

    public String role() {
        if (!isKnown()) {
            return "unknown";
        }
        return isReplica() ? "replica" : "primary";
    }

    /** Whom it follows. */
    public String primary() {
        return isReplica() ? text("master_host") + ":" + text("master_port") : "";
    }

    public boolean isLinkUp() {
        return text("master_link_status").equals("up");
    }

    /** How far it is behind: a replica by its own measure, microseconds. */
    public long lagMicros() {
        return isReplica() ? number("replica_lag_micros") : -1;
    }

    /** Whether records have come to a replica in the last minute: its lag is else that of one that came long ago. */
    boolean isLagOfNow() {
        return fields.entrySet().stream()
                .filter(field -> field.getKey().startsWith("replica_lag_shard"))
                .anyMatch(field -> number(parts(field.getValue()), "records") > 0);
    }

    /** Percent of a full sync that it takes, or -1. */
    public long syncPercent() {
        return number("master_sync_in_progress") == 1 ? Math.max(0, number("master_sync_perc")) : -1;
    }

    public List<Shard> shards() {
        List<Shard> shards = new ArrayList<>();
        for (int i = 0; fields.containsKey("shard" + i); i++) {
            Map<String, String> parts = parts(text("shard" + i));
            Map<String, String> lag = parts(text("replica_lag_shard" + i));
            shards.add(new Shard(
                    i,
                    parts(text("history0_shard" + i)).getOrDefault("id", ""),
                    number(parts, "records"),
                    number(parts, "index"),
                    number(parts, "first_index"),
                    number(parts, "segments"),
                    number(parts, "bytes"),
                    parts.getOrDefault("chain", ""),
                    number(lag, "p50"),
                    number(lag, "p99")));
        }
        return shards;
    }

    /** Those that are attached. */
    public List<Replica> replicas() {
        List<Replica> replicas = new ArrayList<>();
        for (int i = 0; fields.containsKey("slave" + i); i++) {
            Map<String, String> parts = parts(text("slave" + i));
            long lag = -1;
            long toFullSync = Long.MAX_VALUE;
            for (int shard = 0; fields.containsKey("replica" + i + "_shard" + shard); shard++) {
                Map<String, String> place = parts(text("replica" + i + "_shard" + shard));
                lag = Math.max(lag, number(place, "lag_us"));
                long seconds = number(place, "time_to_full_sync_s");
                toFullSync = seconds < 0 ? toFullSync : Math.min(toFullSync, seconds);
            }
            replicas.add(new Replica(
                    parts.getOrDefault("ip", "?") + ":" + parts.getOrDefault("port", "?"),
                    parts.getOrDefault("state", "?"),
                    number(parts, "offset"),
                    (int) number(parts, "sync_perc"),
                    lag,
                    toFullSync == Long.MAX_VALUE ? -1 : toFullSync));
        }
        return replicas;
    }

    /** Those for which the log is kept though they are not attached. */
    public List<AwayReplica> awayReplicas() {
        Map<String, Long> held = new LinkedHashMap<>();
        for (Map.Entry<String, String> field : fields.entrySet()) {
            Map<String, String> place = PLACE.matcher(field.getKey()).matches() ? parts(field.getValue()) : Map.of();
            if (place.getOrDefault("state", "").equals("away")) {
                held.merge(place.getOrDefault("id", "?"), number(place, "held_s"), Math::max);
            }
        }
        List<AwayReplica> away = new ArrayList<>();
        held.forEach((id, seconds) -> away.add(new AwayReplica(id, seconds)));
        return away;
    }

    /** Slots, each as the shard tells of it where it is worst. */
    public List<Feed> feeds() {
        Map<String, Feed> feeds = new LinkedHashMap<>();
        for (Map.Entry<String, String> field : fields.entrySet()) {
            if (FEED.matcher(field.getKey()).matches()) {
                Map<String, String> place = parts(field.getValue());
                Feed feed = new Feed(
                        place.getOrDefault("name", "?"),
                        place.getOrDefault("state", "?"),
                        number(place, "behind_records"));
                feeds.merge(feed.slot(), feed, NodeFacts::worse);
            }
        }
        return List.copyOf(feeds.values());
    }

    private static Feed worse(Feed one, Feed other) {
        Feed worst = FEED_STATES.indexOf(other.state()) > FEED_STATES.indexOf(one.state()) ? other : one;
        boolean isKnown = one.behindRecords() >= 0 && other.behindRecords() >= 0;
        return new Feed(one.slot(), worst.state(), isKnown ? one.behindRecords() + other.behindRecords() : -1);
    }

    public long logBytes() {
        return shards().stream().mapToLong(Shard::logBytes).sum();
    }

    /** The least of its replicas' times until they need a full sync, seconds, or -1. */
    public long secondsToFullSync() {
        return replicas().stream()
                .mapToLong(Replica::secondsToFullSync)
                .filter(seconds -> seconds >= 0)
                .min()
                .orElse(-1);
    }
}
