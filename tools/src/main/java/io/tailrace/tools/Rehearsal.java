package io.tailrace.tools;

import io.tailrace.node.warmup.WarmUpCommands;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * What nodes are asked while their classes are archived: one of each command, on small and on large values. The first time that code
 * runs, the JVM reads its classes and makes code for its lambdas, five milliseconds of a reactor for some; what is in the archive
 * it need not make. Not for people.
 */
final class Rehearsal implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final RespClient client;

    /** @param port of a node on this machine */
    Rehearsal(int port) throws IOException {
        client = new RespClient(port, LIMIT);
    }

    /** Asks for each command once. */
    void commands() throws IOException {
        client.call("CONFIG", "RESETSTAT");
        ask(WarmUpCommands.ofShard());
        ask(WarmUpCommands.ofNode());
    }

    private void ask(List<List<String>> commands) throws IOException {
        for (List<String> words : commands) {
            try {
                client.call(words.toArray());
            } catch (IOException e) {
                throw new IOException(String.join(" ", words) + ": " + e.getMessage(), e);
            }
        }
    }

    /** Writes a snapshot. */
    void snapshot() throws IOException {
        client.call("BGSAVE");
        await("rdb_bgsave_in_progress", "0", "persistence");
    }

    /** Waits until the node is connected to its primary and has its data. */
    void followed() throws IOException {
        await("master_link_status", "up", "replication");
    }

    /** Drops large values, and all that is left, in each of the ways. */
    void drop() throws IOException {
        client.call("DEL", "large:hash");
        client.call("UNLINK", "large:list");
        client.call("SET", "large:set", "a string");
        client.call("PEXPIRE", "large:zset", 1);
        client.call("FLUSHALL");
    }

    /** What spreads over the shards of a node that has several. */
    void spread() throws IOException {
        client.call("MSET", "a", 1, "b", 2, "c", 3, "d", 4);
        client.call("MGET", "a", "b", "c", "d");
        client.call("MULTI");
        client.call("INCR", "a");
        client.call("INCR", "b");
        client.call("INCR", "d");
        client.call("EXEC");
        client.call("EVAL", "redis.call('SET', KEYS[1], 1) return redis.call('INCR', KEYS[2])", 3, "a", "b", "d");
        for (int i = 0; i < 20; i++) {
            client.call("SADD", "set" + i, i);
            client.call("SINTER", "set" + i, "set" + (i / 2));
        }
        client.call("SCAN", 0);
        client.call("DEL", "a", "b", "c", "d");
        client.call("INFO");
        client.call("FLUSHALL");
    }

    /** Makes it a primary. */
    void promote() throws IOException {
        client.call("REPLICAOF", "NO", "ONE");
    }

    private void await(String field, String value, String section) throws IOException {
        Await.until(
                field + " to be " + value,
                LIMIT,
                () -> value.equals(client.info(section).get(field)));
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
