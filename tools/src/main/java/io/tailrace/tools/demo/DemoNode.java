package io.tailrace.tools.demo;

import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.util.Map;

/** One of the demo's two nodes, and what its INFO says. */
final class DemoNode implements AutoCloseable {
    private final String name;
    private final NodeProcess process;

    DemoNode(String name, NodeProcess process) {
        this.name = name;
        this.process = process;
    }

    String name() {
        return name;
    }

    NodeProcess process() {
        return process;
    }

    Status status() throws IOException {
        try (RespClient client = process.connect()) {
            return new Status(client.info("replication"));
        }
    }

    KeyspaceDigest digest() throws IOException {
        try (RespClient client = process.connect()) {
            return KeyspaceDigest.of(client);
        }
    }

    @Override
    public void close() {
        process.close();
    }

    /** INFO's replication section, with one shard. */
    record Status(Map<String, String> fields) {
        boolean isUp() {
            return "up".equals(fields.get("master_link_status"));
        }

        long offset() {
            return number("master_repl_offset");
        }

        long lagMicros() {
            return number("replica_lag_micros");
        }

        long fullSyncs() {
            return number("full_syncs");
        }

        long partialSyncs() {
            return number("partial_syncs");
        }

        /** The last record's index and chain: equal on two nodes exactly when their logs are. */
        String position() {
            return QueueIndex.toString(Long.parseLong(shardField("index"))) + ", chain " + shardField("chain");
        }

        private String shardField(String field) {
            for (String pair : fields.get("shard0").split(",")) {
                if (pair.startsWith(field + "=")) {
                    return pair.substring(field.length() + 1);
                }
            }
            throw new IllegalStateException("no " + field + " in shard0:" + fields.get("shard0"));
        }

        private long number(String field) {
            return Long.parseLong(fields.get(field));
        }
    }
}
