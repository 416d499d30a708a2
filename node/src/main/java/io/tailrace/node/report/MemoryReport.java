package io.tailrace.node.report;

import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.List;

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

    private MemoryReport() {}

    /** MEMORY STATS: a map of names and numbers, most of them bytes. */
    public static void stats(List<ShardReport> shards, ReplyWriter reply) {
        long used = used(shards);
        long data = shards.stream().mapToLong(ShardReport::dataBytes).sum();
        long keys = shards.stream().mapToLong(ShardReport::keys).sum();
        long resident = ProcessFacts.residentBytes();
        reply.map(9);
        number(reply, "total.allocated", used);
        number(reply, "overhead.total", used - data);
        number(reply, "keys.count", keys);
        number(reply, "keys.bytes-per-key", keys == 0 ? 0 : used / keys);
        number(reply, "dataset.bytes", data);
        reply.bulk("dataset.percentage");
        reply.doubleValue(used == 0 ? 0 : PERCENT * data / used);
        number(reply, "allocator.resident", resident);
        reply.bulk("fragmentation");
        reply.doubleValue(used == 0 ? 0 : (double) resident / used);
        number(reply, "fragmentation.bytes", resident - used);
    }

    private static void number(ReplyWriter reply, String name, long value) {
        reply.bulk(name);
        reply.integer(value);
    }

    private static long used(List<ShardReport> shards) {
        return shards.stream().mapToLong(shard -> shard.memory().usedBytes()).sum();
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
