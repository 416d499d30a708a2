package io.tailrace.node.report;

import io.tailrace.node.script.NodeScripts;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * What MEMORY STATS and MEMORY DOCTOR tell. Of Redis's figures those that this node has, by the same names and in the same order:
 * {@code total.allocated} is what {@code used_memory} is in INFO. Stateless.
 */
public final class MemoryReport {
    private static final long FEW_BYTES = 5 << 20;
    /** Buffers are looked at when they take as much as this, and more than the data. */
    private static final long MANY_BUFFER_BYTES = 64 << 20;
    /** Of the limit. */
    private static final double NEARLY_FULL = 0.9;

    private static final double PERCENT = 100;
    /** Besides those of databases. */
    private static final int NUMBERS = 19;

    private MemoryReport() {}

    /** MEMORY STATS: a map of names and numbers, most of them bytes. */
    public static void stats(List<ShardReport> shards, NodeScripts scripts, ReplyWriter reply) {
        long used = used(shards);
        long peak = sum(shards, shard -> shard.stats().totals().peakBytes());
        long data = sum(shards, ShardReport::dataBytes);
        long keys = sum(shards, ShardReport::keys);
        long resident = ProcessFacts.residentBytes();
        Map<Integer, Long> databases = overheads(shards);
        reply.map(NUMBERS + databases.size());
        number(reply, "peak.allocated", peak);
        number(reply, "total.allocated", used);
        number(reply, "startup.allocated", 0);
        number(reply, "replication.backlog", 0);
        number(reply, "clients.slaves", sum(shards, InfoSections::pendingToReplicas));
        number(reply, "clients.normal", sum(shards, shard -> shard.stats()
                .totals()
                .clientBytes()));
        number(reply, "cluster.links", 0);
        number(reply, "aof.buffer", 0);
        number(reply, "lua.caches", scripts.cache().bytes());
        number(reply, "functions.caches", scripts.libraries().bytes());
        databases.forEach((database, overhead) -> database(reply, database, overhead));
        number(reply, "overhead.total", Math.max(0, used - data));
        number(reply, "keys.count", keys);
        number(reply, "keys.bytes-per-key", keys == 0 ? 0 : used / keys);
        number(reply, "dataset.bytes", data);
        share(reply, "dataset.percentage", PERCENT * data, used);
        share(reply, "peak.percentage", PERCENT * used, peak);
        number(reply, "allocator.resident", resident);
        share(reply, "fragmentation", resident, used);
        number(reply, "fragmentation.bytes", resident - used);
    }

    /** Of each database that holds keys, in their order: what it takes besides keys and values. */
    private static Map<Integer, Long> overheads(List<ShardReport> shards) {
        Map<Integer, Long> overheads = new TreeMap<>();
        for (ShardReport shard : shards) {
            shard.keyspaces().forEach(each -> overheads.merge(each.database(), each.overheadBytes(), Long::sum));
        }
        return overheads;
    }

    /** Keys and deadlines are in one map here, and the slot of a key is nowhere. */
    private static void database(ReplyWriter reply, int database, long overhead) {
        reply.bulk("db." + database);
        reply.map(3);
        number(reply, "overhead.hashtable.main", overhead);
        number(reply, "overhead.hashtable.expires", 0);
        number(reply, "overhead.hashtable.slot-to-keys", 0);
    }

    private static void share(ReplyWriter reply, String name, double part, long whole) {
        reply.bulk(name);
        reply.doubleValue(whole == 0 ? 0 : part / whole);
    }

    private static long sum(List<ShardReport> shards, ToLongFunction<ShardReport> value) {
        return shards.stream().mapToLong(value).sum();
    }

    private static void number(ReplyWriter reply, String name, long value) {
        reply.bulk(name);
        reply.integer(value);
    }

    private static long used(List<ShardReport> shards) {
        return sum(shards, shard -> shard.memory().usedBytes());
    }

    /** @param limit of the memory that is used, 0 for none */
    public static String problems(List<ShardReport> shards, long limit) {
        return problems(used(shards), limit, NativeBuffer.liveBytes(), shards);
    }

    static String problems(long used, long limit, long buffers, List<ShardReport> shards) {
        List<String> problems = new ArrayList<>();
        if (limit > 0 && used > NEARLY_FULL * limit) {
            problems.add("Memory is nearly used up: " + used + " bytes of " + limit
                    + " (maxmemory). Keys are evicted or writes refused, as maxmemory-policy says, from there on.");
        }
        if (buffers > MANY_BUFFER_BYTES && buffers > used) {
            problems.add("Buffers take more than the data: " + buffers
                    + " bytes. Clients may be slow to read large replies;" + " CLIENT LIST shows which (omem).");
        }
        long moving = shards.stream()
                .filter(shard -> shard.memory().percentMoved() < 100)
                .count();
        if (moving > 0) {
            problems.add("The stores of " + moving
                    + " shards are being moved to larger maps, so that they take room twice" + " for a while.");
        }
        if (!problems.isEmpty()) {
            return "Found in this node's memory:\n\n * " + String.join("\n * ", problems) + "\n";
        }
        return used < FEW_BYTES
                ? "This node is empty or uses very little memory, so that there is nothing to find.\n"
                : "No problem was found in this node's memory.\n";
    }
}
