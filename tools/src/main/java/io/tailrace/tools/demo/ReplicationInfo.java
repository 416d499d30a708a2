package io.tailrace.tools.demo;

import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A node's INFO replication, as it was when it was asked.
 *
 * @param fields as the node named them
 */
public record ReplicationInfo(Map<String, String> fields) {

    /** Asks a node. */
    public static ReplicationInfo of(RespClient client) throws IOException {
        return new ReplicationInfo(client.info("replication"));
    }

    public boolean isPrimary() {
        return "master".equals(fields.get("role"));
    }

    /** Whether every shard of a replica streams. */
    public boolean isUp() {
        return "up".equals(fields.get("master_link_status"));
    }

    /** Records so far, summed over the shards. */
    public long offset() {
        return number("master_repl_offset");
    }

    public long lagMicros() {
        return number("replica_lag_micros");
    }

    public long fullSyncs() {
        return number("full_syncs");
    }

    public long partialSyncs() {
        return number("partial_syncs");
    }

    /** A field that is a number; 0 when it is missing. */
    public long number(String field) {
        return Long.parseLong(fields.getOrDefault(field, "0"));
    }

    /** Every shard's last index and chain: equal on two nodes exactly when their logs are. */
    public String positions() {
        List<String> positions = new ArrayList<>();
        for (int shard = 0; fields.containsKey("shard" + shard); shard++) {
            positions.add(QueueIndex.toString(index(shard)) + ", chain " + shardField(shard, "chain"));
        }
        return String.join("; ", positions);
    }

    /** The index of a shard's last record. */
    public long index(int shard) {
        return Long.parseLong(shardField(shard, "index"));
    }

    /** A field of the line about a shard. */
    public String shardField(int shard, String field) {
        for (String pair : fields.get("shard" + shard).split(",")) {
            if (pair.startsWith(field + "=")) {
                return pair.substring(field.length() + 1);
            }
        }
        throw new IllegalArgumentException("no " + field + " in " + fields.get("shard" + shard));
    }
}
