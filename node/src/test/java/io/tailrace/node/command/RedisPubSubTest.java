package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.node.shard.RebuildException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What subscribers and publishers are sent, byte for byte as by a real Redis, also where they are on different shards. */
class RedisPubSubTest {
    /** Who sends what: S and T subscribe, P publishes. Commands between semicolons are sent at once. */
    private static final List<String> SCRIPT = List.of(
            "P PUBLISH news nobody",
            "S UNSUBSCRIBE",
            "S PUNSUBSCRIBE",
            "S UNSUBSCRIBE never",
            "S PUNSUBSCRIBE never*",
            "S SUBSCRIBE news sport",
            "S SUBSCRIBE news",
            "P PUBLISH news one",
            "P PUBLISH sport two",
            "P PUBLISH other three",
            "P PUBLISH NEWS four",
            "S PSUBSCRIBE n?ws *t h[ae]llo \\*",
            "P PUBLISH news five",
            "P PUBLISH sport six",
            "P PUBLISH hello seven",
            "P PUBLISH * eight",
            "T PSUBSCRIBE n?ws",
            "T SUBSCRIBE news",
            "P PUBLISH news nine",
            "P PUBSUB NUMPAT",
            "P PUBSUB NUMSUB",
            "P PUBSUB NUMSUB news sport never",
            "P PUBSUB CHANNELS s*",
            "P PUBSUB CHANNELS nothing",
            "P PUBSUB CHANNELS a b",
            "P PUBSUB NUMPAT a",
            "P PUBSUB",
            "P PUBSUB NOSUCH",
            "P PUBLISH",
            "P PUBLISH news",
            "P PUBLISH news a b",
            "P SUBSCRIBE",
            "P PSUBSCRIBE",
            "T PING",
            "T PING hello",
            "T PING a b",
            "T GET key",
            "T SET key value",
            "T PUBLISH news ten",
            "T CLIENT GETNAME",
            "T HELLO x",
            "T MULTI;EXEC",
            "T NOSUCH",
            "T GET",
            "T RESET",
            "T GET key",
            "P PUBLISH news eleven",
            "P PUBSUB NUMSUB news",
            "T MULTI;SUBSCRIBE a b;PING;UNSUBSCRIBE a;EXEC",
            "P PUBLISH b twelve",
            "T UNSUBSCRIBE b",
            "T GET key",
            "T MULTI;SUBSCRIBE a;DISCARD",
            "P PUBLISH a thirteen",
            "P MULTI;PUBSUB NUMPAT;PUBSUB NUMSUB sport;EXEC",
            "P PUBLISH news one;PUBLISH sport two;PUBLISH news three",
            "P MULTI;PUBLISH news one;PUBSUB NUMPAT;PUBLISH sport two;PUBLISH never three;EXEC;PING",
            "S UNSUBSCRIBE news sport never",
            "P PUBLISH news fourteen",
            "S PUNSUBSCRIBE",
            "P PUBLISH news fifteen",
            "S SUBSCRIBE one",
            "S UNSUBSCRIBE",
            "S GET key",
            "S SUBSCRIBE one;PSUBSCRIBE o*;UNSUBSCRIBE;PUNSUBSCRIBE;GET key",
            "P PUBSUB NUMPAT",
            "P PUBSUB CHANNELS",
            "S SUNSUBSCRIBE",
            "S SUNSUBSCRIBE never",
            "S SSUBSCRIBE a b;SSUBSCRIBE a",
            "S SUBSCRIBE a",
            "T SSUBSCRIBE b",
            "P SPUBLISH a one",
            "P PUBLISH a two",
            "P SPUBLISH b three",
            "P SPUBLISH never four",
            "P SPUBLISH a",
            "P SSUBSCRIBE",
            "P PUBSUB SHARDCHANNELS n*",
            "P PUBSUB SHARDCHANNELS a",
            "P PUBSUB SHARDCHANNELS a b",
            "P PUBSUB SHARDNUMSUB",
            "P PUBSUB SHARDNUMSUB a b never",
            "P PUBSUB NUMSUB a b",
            "P PUBSUB NUMPAT",
            "P PUBSUB HELP",
            "P COMMAND GETKEYS SPUBLISH a b",
            "T GET key",
            "T SUNSUBSCRIBE b",
            "T GET key",
            "S UNSUBSCRIBE",
            "S SUNSUBSCRIBE b",
            "S SUNSUBSCRIBE",
            "P MULTI;SSUBSCRIBE q;SPUBLISH q x;SUNSUBSCRIBE;EXEC",
            "P PUBSUB SHARDCHANNELS",
            "S SUBSCRIBE news",
            "P CLIENT KILL TYPE pubsub",
            "P PUBLISH news sixteen",
            "P PUBSUB CHANNELS");

    /** One side's connection of a client. */
    private interface Wire {
        void send(String... command) throws IOException;

        Reply next() throws IOException;
    }

    private record Theirs(Socket socket, InputStream in) implements Wire {
        @Override
        public void send(String... command) throws IOException {
            StringBuilder request = new StringBuilder("*" + command.length + "\r\n");
            for (String argument : command) {
                request.append("$" + argument.length() + "\r\n" + argument + "\r\n");
            }
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
        }

        @Override
        public Reply next() throws IOException {
            return Reply.read(in);
        }
    }

    private record Ours(SessionBench.Client client) implements Wire {
        @Override
        public void send(String... command) {
            client.send(command);
        }

        @Override
        public Reply next() {
            return client.next();
        }
    }

    private int marks;

    @ParameterizedTest
    @CsvSource({"1,2", "1,3", "2,2", "2,3"})
    void shouldSendWhatRedisSends(int shards, String protocol, @TempDir Path ours, @TempDir Path theirs)
            throws IOException, RebuildException {
        assumeTrue(RedisServer.isInstalled(), "skipped: no redis-server (Debian's redis-server)");
        try (SessionBench bench = new SessionBench(ours, shards);
                RedisServer redis = new RedisServer(theirs)) {
            Map<String, Wire> here = new HashMap<>();
            Map<String, Wire> there = new HashMap<>();
            for (String name : List.of("S", "P", "T")) {
                here.put(name, new Ours(bench.clientOfShard(name.equals("P") ? shards - 1 : 0)));
                Socket socket = redis.connect();
                there.put(name, new Theirs(socket, new BufferedInputStream(socket.getInputStream())));
            }
            for (Wire subscriber : List.of(here.get("S"), here.get("T"), there.get("S"), there.get("T"))) {
                subscriber.send("HELLO", protocol);
                subscriber.next();
            }
            for (String line : SCRIPT) {
                List<String> expected = run(there, line);
                List<String> actual = run(here, line);
                assertEquals(expected, actual, line + " with " + shards + " shards, RESP " + protocol);
                if (line.contains("CLIENT KILL")) {
                    here.remove("S");
                    there.remove("S");
                }
            }
            for (Wire wire : there.values()) {
                ((Theirs) wire).socket.close();
            }
        }
    }

    /**
     * All that all clients get when one sends a line of the script. A publisher's own message stands behind the reply here
     * and before it in Redis.
     */
    private List<String> run(Map<String, Wire> clients, String line) throws IOException {
        List<String> got = new ArrayList<>();
        String sender = line.substring(0, 1);
        for (String command : line.substring(2).split(";")) {
            clients.get(sender).send(command.split(" "));
        }
        drain(sender, clients.get(sender), got);
        if (line.contains(" PUBLISH ")) {
            got.sort(Comparator.comparing(reply -> !reply.contains(" gets >")));
        }
        for (String name : List.of("S", "P", "T")) {
            boolean isKilled = name.equals("S") && line.contains("CLIENT KILL");
            if (!name.equals(sender) && clients.containsKey(name) && !isKilled) {
                drain(name, clients.get(name), got);
            }
        }
        return got;
    }

    /** Asks for a PING's echo and takes all that comes before it. */
    private void drain(String name, Wire wire, List<String> got) throws IOException {
        String mark = "mark" + marks++;
        wire.send("PING", mark);
        for (Reply reply = wire.next(); !reply.toString().contains(mark); reply = wire.next()) {
            got.add(name + " gets " + reply);
        }
    }
}
