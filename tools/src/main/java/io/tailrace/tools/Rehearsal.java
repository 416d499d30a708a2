package io.tailrace.tools;

import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What nodes are asked while their classes are archived: one of each command, on small and on large values. The first time that code
 * runs, the JVM reads its classes and makes code for its lambdas, five milliseconds of a reactor for some; what is in the archive
 * it need not make. Not for people.
 */
final class Rehearsal implements AutoCloseable {
    private static final String COMMANDS = "rehearsal.txt";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final char QUOTE = '\'';

    private final RespClient client;

    /** @param port of a node on this machine */
    Rehearsal(int port) throws IOException {
        client = new RespClient(port, LIMIT);
    }

    /** Asks for each command once. */
    void commands() throws IOException {
        for (List<String> words : parse(text())) {
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

    private static String text() throws IOException {
        try (InputStream in = Rehearsal.class.getResourceAsStream(COMMANDS)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** A command a line, of words that may be in quotes, which may go over lines; {@code #} begins a comment. */
    static List<List<String>> parse(String text) {
        List<List<String>> commands = new ArrayList<>();
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            char next = text.charAt(at);
            if (next == '\n' || next == ' ') {
                at++;
            } else if (next == '#' && words.isEmpty()) {
                at = text.indexOf('\n', at);
            } else {
                int from = next == QUOTE ? at + 1 : at;
                int end = next == QUOTE ? text.indexOf(QUOTE, from) : endOfWord(text, from);
                words.add(text.substring(from, end));
                at = next == QUOTE ? end + 1 : end;
            }
            if (next == '\n' && !words.isEmpty()) {
                commands.add(words);
                words = new ArrayList<>();
            }
        }
        return commands;
    }

    private static int endOfWord(String text, int from) {
        int end = from;
        while (text.charAt(end) != ' ' && text.charAt(end) != '\n') {
            end++;
        }
        return end;
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
