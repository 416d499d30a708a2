package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.node.config.Setting;
import io.tailrace.node.shard.RebuildException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SLOWLOG, LATENCY and MONITOR, as a real Redis shows them but for times and addresses. */
class RedisWatchingTest {
    private static final List<String> COMMANDS = List.of(
            "SET {a} b",
            "GET {a}",
            "set {a} \"quoted\\\"\u0000\u0007\b\t\u00ff",
            "MGET {a} {a}2",
            "CONFIG SET masterauth x timeout 0",
            "CONFIG SET masteruser x",
            "CONFIG SET masteruser ",
            "HELLO 2 AUTH default x SETNAME y",
            "AUTH x",
            "AUTH default x",
            "ACL SETUSER bob on >x",
            "ACL DELUSER bob",
            "CLIENT SETNAME me",
            "CLIENT GETNAME",
            "ECHO " + "x".repeat(200),
            "DEL" + " {k}".repeat(40),
            "NOSUCH",
            "GET",
            "MULTI",
            "SET {a} 1",
            "GET {a}",
            "CONFIG GET daemonize",
            "EXEC",
            "MULTI",
            "GET {a}",
            "DISCARD",
            "MULTI",
            "GET",
            "EXEC",
            "WATCH {a}",
            "UNWATCH",
            "BLPOP {q} 0.01",
            "EXPIRE {a} 100",
            "PING",
            "INFO server",
            "SELECT 3",
            "GET {a}",
            "RESET");

    @TempDir
    private Path directory;

    private SideBySide both;

    private SideBySide start(int shards) throws IOException, RebuildException {
        assumeTrue(RedisServer.isInstalled(), "skipped: no redis-server (Debian's redis-server)");
        both = new SideBySide(
                directory, shards, Map.of(Setting.ENABLE_DEBUG_COMMAND, "yes"), "--enable-debug-command", "yes");
        long start = System.nanoTime();
        both.bench.workMicros = () -> (System.nanoTime() - start) / 1_000;
        return both;
    }

    @AfterEach
    void stop() throws IOException {
        if (both != null) {
            both.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void shouldNoteSlowCommandsAsRedisDoes(int shards) throws IOException, RebuildException {
        SideBySide.Client client = start(shards).connect(shards - 1);
        client.compare("", "SLOWLOG GET", "SLOWLOG LEN", "SLOWLOG RESET", "SLOWLOG HELP", "SLOWLOG", "SLOWLOG NOSUCH");
        client.compare("", "SLOWLOG GET x", "SLOWLOG GET -2", "SLOWLOG GET 1 2");
        client.compare("", "CONFIG SET slowlog-log-slower-than 0");
        for (String command : COMMANDS) {
            client.theirs(command);
            client.ours(command);
        }
        compareSlow(client, "SLOWLOG GET -1");
        compareSlow(client, "SLOWLOG GET");
        compareSlow(client, "SLOWLOG GET 3");
        client.compare("", "CONFIG SET slowlog-max-len 2", "SLOWLOG LEN");
        compareSlow(client, "SLOWLOG GET -1");
        client.compare("", "CONFIG SET slowlog-log-slower-than -1", "SLOWLOG RESET", "GET {a}", "SLOWLOG LEN");
        client.compare("", "CONFIG SET slowlog-log-slower-than 10000000", "GET {a}", "SLOWLOG LEN");
        client.compare("", "CONFIG SET slowlog-log-slower-than x", "CONFIG SET slowlog-max-len -1");
    }

    private static void compareSlow(SideBySide.Client client, String command) throws IOException {
        assertEquals(
                slow(client.theirs(command).get(0)), slow(client.ours(command).get(0)), command);
    }

    /** Without ids, times and addresses. */
    private static String slow(Reply reply) {
        List<String> lines = new ArrayList<>();
        for (Reply entry : reply.elements()) {
            assertEquals(6, entry.elements().size());
            lines.add(entry.elements().get(3) + " by " + entry.elements().get(5));
        }
        return String.join("\n", lines);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void shouldShowCommandsAsRedisDoes(int shards) throws IOException, RebuildException {
        SideBySide.Client client = start(shards).connect(shards - 1);
        SideBySide.Client monitor = both.connect(0);
        monitor.compare("", "MONITOR a", "MONITOR");
        for (String command : COMMANDS) {
            client.theirs(command);
            client.ours(command);
        }
        client.compare("in a MULTI", "MULTI", "MONITOR", "EXEC");
        client.compare("the end", "ECHO theend");
        String theirs = lines(monitor::nextTheirs);
        assertEquals(theirs, lines(monitor.ours::next));
        monitor.compare("no more", "RESET", "PING");
        client.compare("no more", "PING");
        monitor.compare("no more", "PING");
    }

    private interface NextReply {
        Reply get() throws IOException;
    }

    private static String lines(NextReply next) throws IOException {
        List<String> lines = new ArrayList<>();
        while (lines.isEmpty() || !lines.get(lines.size() - 1).contains("theend")) {
            lines.add(next.get().toString().replaceFirst("^\\+\\d+\\.\\d{6} \\[(\\d+) 127\\.0\\.0\\.1:\\d+\\]", "$1"));
        }
        return String.join("\n", lines);
    }

    @Test
    void shouldTellOfEventsThatTakeLong() throws IOException, RebuildException {
        SideBySide.Client client = start(1).connect(0);
        client.compare(
                "",
                "LATENCY",
                "LATENCY NOSUCH",
                "LATENCY HELP",
                "LATENCY LATEST",
                "LATENCY HISTORY command",
                "LATENCY GRAPH command",
                "LATENCY RESET",
                "LATENCY DOCTOR",
                "LATENCY HISTOGRAM nosuch",
                "CONFIG SET latency-monitor-threshold -1",
                "CONFIG SET latency-monitor-threshold 20",
                "LATENCY DOCTOR",
                "DEBUG SLEEP 0.05");
        assertEquals(shape(client.theirs("LATENCY LATEST")), shape(client.ours("LATENCY LATEST")));
        assertEquals(shape(client.theirs("LATENCY HISTORY command")), shape(client.ours("LATENCY HISTORY command")));
        assertEquals(
                client.theirs("LATENCY GRAPH command").toString().replaceAll("\\d+", "N"),
                client.ours("LATENCY GRAPH command").toString().replaceAll("\\d+", "N"));
        client.compare("", "LATENCY RESET command", "LATENCY RESET", "LATENCY LATEST");
    }

    private static String shape(List<Reply> replies) {
        return replies.toString().replaceAll("\\d+", "N");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void shouldCountHowLongCommandsTake(int shards) throws IOException, RebuildException {
        SideBySide.Client client = start(shards).connect(0);
        client.compare(
                "", "SET {a} 1", "SET {b} 1", "GET {a}", "CONFIG GET daemonize", "MGET {a} {b}", "CONFIG RESETSTAT");
        client.compare("", "SET {a} 1", "SET {b} 1", "GET {a}", "CONFIG GET daemonize", "MGET {a} {b}");
        for (String names : List.of("set get mget", "config", "set", "nosuch del")) {
            assertEquals(
                    calls(client.theirs("LATENCY HISTOGRAM " + names).get(0)),
                    calls(client.ours("LATENCY HISTOGRAM " + names).get(0)),
                    names);
        }
        String info = client.ours("INFO latencystats").toString();
        assertTrue(info.contains("latency_percentiles_usec_set:p50="), info);
        for (String percentile : List.of("12.25", "0.0000001", "1e1", "a", "-1", "100.5", "100")) {
            String request = "CONFIG SET latency-tracking-info-percentiles " + percentile;
            char theirs = client.theirs(request).get(0).line().charAt(0);
            assertEquals(theirs, client.ours(request).get(0).line().charAt(0), percentile);
            if (theirs == '+') {
                client.compare(percentile, "CONFIG GET latency-tracking-info-percentiles");
            }
        }
        client.compare("", "SET {a} 1");
        info = client.ours("INFO latencystats").toString();
        assertTrue(info.contains("latency_percentiles_usec_set:p100="), info);
        client.compare("", "CONFIG SET latency-tracking no", "CONFIG RESETSTAT", "GET a", "LATENCY HISTOGRAM get");
    }

    /** Names and numbers of calls. */
    private static String calls(Reply reply) {
        List<String> calls = new ArrayList<>();
        for (int i = 0; i + 1 < reply.elements().size(); i += 2) {
            List<Reply> of = reply.elements().get(i + 1).elements();
            calls.add(reply.elements().get(i) + " " + of.get(0) + " " + of.get(1) + " " + of.get(2));
        }
        // Redis has subcommands in the order of a table that is another at each start
        Collections.sort(calls);
        return String.join("\n", calls);
    }
}
