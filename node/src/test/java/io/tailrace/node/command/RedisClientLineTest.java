package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tailrace.node.shard.RebuildException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client's line in CLIENT LIST, after whatever it did, beside a real Redis's. */
class RedisClientLineTest {
    private static final List<String> FIELDS = List.of(
            "flags db sub psub ssub multi qbuf argv-mem multi-mem obl oll events cmd user redir resp".split(" "));

    /** A client's commands; those after a bar are another's. */
    private static final List<String> TABLE = List.of(
            "PING",
            "SELECT 3",
            "NOSUCH",
            "GET",
            "get a b",
            "CONFIG NOSUCH",
            "CLIENT",
            "CLIENT NO-EVICT x",
            "CLIENT NO-EVICT ON",
            "AUTH x y",
            "HELLO 9",
            "HELLO 3",
            "MULTI;SET a 1;GET a",
            "MULTI;NOSUCH",
            "MULTI;GET",
            "MULTI;SUBSCRIBE c;EXEC",
            "SUBSCRIBE a;GET x",
            "PSUBSCRIBE a*;SSUBSCRIBE b",
            "CLIENT TRACKING ON",
            "HELLO 3;CLIENT TRACKING ON BCAST PREFIX a",
            "EVAL return(redis.call('get','x')) 0",
            "WATCH k m",
            "WATCH k m|SET m 1",
            "WATCH k m;MULTI;SET a 1|SET k 1",
            "WATCH gone;UNWATCH|SET gone 1",
            "WATCH k;MULTI;SET a 1;DISCARD|SET k 2",
            "WATCH k;CLIENT TRACKING ON;CLIENT NO-EVICT ON|DEL k",
            "WATCH absent|FLUSHALL");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shouldTellOfClientsWhatRedisTells(int shards) throws IOException, RebuildException {
        Map<String, String> different = new TreeMap<>();
        try (SideBySide both = new SideBySide(directory, shards, Map.of())) {
            SideBySide.Client other = both.connect(1);
            for (String row : TABLE) {
                String[] parts = row.split("\\|");
                SideBySide.Client client = both.connect(0);
                run(client, "CLIENT SETNAME the-one;" + parts[0]);
                if (parts.length > 1) {
                    run(other, parts[1]);
                }
                Map<String, String> theirs = line(other.theirs("CLIENT LIST"));
                Map<String, String> ours = line(other.ours("CLIENT LIST"));
                if (!theirs.equals(ours)) {
                    different.put(row, ours + " instead of " + theirs);
                }
                other.theirs("CLIENT KILL TYPE normal SKIPME yes");
                other.theirs("CLIENT KILL TYPE pubsub SKIPME yes");
                other.ours("CLIENT KILL TYPE normal SKIPME yes");
                other.ours("CLIENT KILL TYPE pubsub SKIPME yes");
            }
        }
        assertEquals(Map.of(), different);
    }

    private static void run(SideBySide.Client client, String commands) throws IOException {
        for (String command : commands.split(";")) {
            client.theirs(command);
            client.ours(command);
        }
    }

    private static Map<String, String> line(List<Reply> replies) {
        String line = replies.get(0)
                .body()
                .lines()
                .filter(each -> each.contains(" name=the-one "))
                .findFirst()
                .orElseThrow();
        Map<String, String> fields = new LinkedHashMap<>();
        for (String field : line.split(" ")) {
            String[] pair = field.split("=", 2);
            if (FIELDS.contains(pair[0])) {
                fields.put(pair[0], pair[1]);
            }
        }
        return fields;
    }
}
