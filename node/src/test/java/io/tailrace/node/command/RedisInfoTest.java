package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.shard.RebuildException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** INFO beside a real Redis: what it counts of the same commands, and which fields and sections there are. */
class RedisInfoTest {
    /** Fields of what this node has not: jemalloc, a C compiler. */
    private static final Set<String> WITHOUT_MEANING = new TreeSet<>(Arrays.asList(("atomicvar_api gcc_version"
                    + " allocator_allocated allocator_active allocator_resident allocator_frag_ratio"
                    + " allocator_frag_bytes allocator_rss_ratio allocator_rss_bytes rss_overhead_ratio"
                    + " rss_overhead_bytes")
            .split(" ")));

    @TempDir
    private Path directory;

    private SideBySide both;
    private SideBySide.Client client;

    private void start(int shards) throws IOException, RebuildException {
        both = new SideBySide(directory, shards, Map.of());
        client = both.connect(0);
    }

    @BeforeEach
    void start() throws IOException, RebuildException {
        start(1);
    }

    @AfterEach
    void stop() throws IOException {
        both.close();
    }

    @Test
    void shouldHaveEveryFieldThatHasAMeaningHereWhereRedisHasIt() throws IOException {
        client.compare("reset", "CONFIG RESETSTAT");
        client.theirs("CONFIG SET appendonly yes");
        List<String> theirs = lines(client.theirs("INFO everything"));
        theirs.removeAll(WITHOUT_MEANING);
        List<String> ours = lines(client.ours("INFO everything"));
        // those of this node's own stand between them
        ours.retainAll(theirs);

        assertEquals(theirs, ours);
    }

    /** Titles of sections, and names of fields. */
    private static List<String> lines(List<Reply> replies) {
        List<String> lines = new ArrayList<>();
        replies.get(0)
                .body()
                .lines()
                .filter(line -> !line.isEmpty())
                .map(line -> line.replaceFirst(":.*", ""))
                .filter(line ->
                        !line.startsWith("errorstat_") && !line.matches("(cmdstat|latency_percentiles_usec)_.*"))
                .forEach(lines::add);
        return lines;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INFO",
                "INFO all",
                "INFO everything",
                "INFO default",
                "INFO cpu",
                "INFO Cpu KEYSPACE",
                "INFO commandstats modules",
                "INFO all modules",
                "INFO default commandstats",
                "INFO errorstats",
                "INFO nosuch",
                "INFO nosuch server"
            })
    void shouldHaveTheSectionsThatAreAskedFor(String command) throws IOException {
        List<String> theirs = sections(client.theirs(command));
        theirs.remove("# Latencystats");
        List<String> ours = sections(client.ours(command));
        ours.remove("# Latencystats");

        assertEquals(theirs, ours);
    }

    @Test
    void shouldCountCommandsAndErrorsAsRedis() throws IOException {
        client.compare("reset", "CONFIG RESETSTAT");
        String[] commands = {
            "SET a 1",
            "GET a",
            "get a",
            "GET",
            "GET nosuch",
            "INCR a",
            "LPUSH a x",
            "HSET h f v",
            "HGET h f",
            "NOSUCH x",
            "SET a b c d",
            "EVALX",
            "CONFIG GET port",
            "CONFIG SET nosuch 1",
            "CONFIG NOSUCH",
            "CLIENT GETNAME",
            "CLIENT SETNAME a\u00a0b",
            "MULTI",
            "GET a",
            "INCR h",
            "CLIENT GETNAME",
            "EXEC",
            "MULTI",
            "GET",
            "EXEC",
            "EXEC",
            "MULTI",
            "SET x 1",
            "DISCARD",
            "MGET a h nosuch",
            "DEL a nosuch",
            "PING",
            "EXISTS h h",
            "OBJECT ENCODING h",
            "AUTH x y",
            "ZADD"
        };
        for (String command : commands) {
            client.theirs(command);
            client.ours(command);
        }

        assertEquals(counts(client.theirs("INFO commandstats")), counts(client.ours("INFO commandstats")));
        assertEquals(fields(client.theirs("INFO errorstats")), fields(client.ours("INFO errorstats")));
        compareFields("total_error_replies", "total_commands_processed", "rejected_connections");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void shouldCountWhatScriptsCallAsRedis(int shards) throws IOException, RebuildException {
        both.close();
        directory = directory.resolve("shards");
        start(shards);
        client.compare("reset", "CONFIG RESETSTAT");
        String[] commands = {
            "HSET h f v",
            "EVAL return(redis.call('INCR',KEYS[1])) 1 h",
            "EVALSHA 0000000000000000000000000000000000000000 0",
            "EVAL return(redis.pcall('GET',KEYS[1])) 1 h",
            "EVAL redis.pcall('STRLEN',KEYS[1]) 1 h",
            "EVAL redis.pcall('HLEN',KEYS[1]) 1 h",
            "EVAL redis.pcall('HGET',KEYS[1]) 1 h",
            "EVAL redis.pcall('NOSUCH') 0",
            "EVAL redis.call('NOSUCH') 0",
            "EVAL return(redis.error_reply('MINE')) 0",
            "EVAL return({err='MINE2'}) 0",
            "EVAL error('x') 0",
            "EVAL error({err='MINE3'}) 0",
            "EVAL redis.call('BLPOP',KEYS[1]) 1 h",
            "EVAL_RO redis.call('SET',KEYS[1],1) 1 h",
            "EVAL redis.pcall('CONFIG','GET','x') 0",
            "MULTI",
            "EVAL return(redis.call('INCR',KEYS[1])) 1 h",
            "EVAL return(redis.pcall('HGET',KEYS[1])) 1 h",
            "EVAL return(redis.error_reply('MINE')) 0",
            "EVALSHA 0000000000000000000000000000000000000000 0",
            "EXEC",
            "EVAL nonsense(( 0"
        };
        for (String command : commands) {
            client.theirs(command);
            client.ours(command);
        }

        assertEquals(counts(client.theirs("INFO commandstats")), counts(client.ours("INFO commandstats")));
        assertEquals(fields(client.theirs("INFO errorstats")), fields(client.ours("INFO errorstats")));
        compareFields("total_error_replies");
    }

    @Test
    void shouldCountHitsAndMissesAsRedis() throws IOException {
        String[] commands = {
            "GET s",
            "GET none",
            "GET h",
            "MGET s none h",
            "EXISTS s none s",
            "TYPE s",
            "TTL s",
            "TTL none",
            "OBJECT ENCODING s",
            "OBJECT ENCODING none",
            "STRLEN s",
            "GETRANGE s 0 1",
            "SET s 2",
            "SET s 2 GET",
            "SET none 2 GET",
            "SET s 2 NX",
            "SETNX s 3",
            "GETSET s 2",
            "GETDEL s",
            "GETEX s",
            "GETEX s EX 100",
            "GETEX none",
            "APPEND s x",
            "INCR none",
            "EXPIRE s 10",
            "PERSIST s",
            "DEL s",
            "TOUCH s none",
            "RENAME s t",
            "COPY s t",
            "COPY none t",
            "HGET h f",
            "HGET none f",
            "HGETALL h",
            "HSET h g 1",
            "HLEN none",
            "LRANGE l 0 -1",
            "LPOP l",
            "LMOVE l m LEFT LEFT",
            "LLEN l",
            "SMEMBERS set",
            "SADD set x",
            "SUNION set none",
            "SINTER set other",
            "SINTER none other",
            "SUNIONSTORE d set none",
            "SDIFFSTORE d set other",
            "SINTERCARD 2 set other",
            "ZSCORE z a",
            "ZADD z 1 b",
            "ZUNIONSTORE d 2 z none",
            "ZINTERSTORE d 1 z",
            "ZUNION 2 z none",
            "ZRANGESTORE d z 0 -1",
            "ZRANGE z 0 -1",
            "SORT l",
            "SORT l STORE d",
            "SORT l BY w_* GET #",
            "SORT none",
            "BITCOUNT s",
            "BITOP NOT d s",
            "BITOP OR d s none",
            "SETBIT s 1 1",
            "GETBIT s 1",
            "PFADD p x",
            "PFCOUNT p none",
            "PFMERGE d p none",
            "GEOPOS z a",
            "LCS s none",
            "SCAN 0",
            "KEYS *",
            "RANDOMKEY",
            "MEMORY USAGE s",
            "LINSERT l BEFORE 1 0",
            "LPOS l 1",
            "HRANDFIELD h",
            "SRANDMEMBER set",
            "SPOP set",
            "SMOVE set other a",
            "ZMSCORE z a b",
            "BLPOP l 1",
            "LMPOP 2 none l LEFT"
        };
        String[] given = {
            "SET s 1",
            "HSET h f 1",
            "RPUSH l 1 2 3",
            "SADD set a b 1",
            "SADD other b c",
            "ZADD z 1 a 2 c",
            "PFADD p a b"
        };
        Map<String, String> different = new TreeMap<>();
        for (String command : commands) {
            client.compare("given", "FLUSHALL");
            client.compare("given", given);
            client.compare("reset", "CONFIG RESETSTAT");
            client.theirs(command);
            client.ours(command);
            Map<String, String> theirs = fields(client.theirs("INFO stats"));
            Map<String, String> ours = fields(client.ours("INFO stats"));
            String expected = theirs.get("keyspace_hits") + " hits, " + theirs.get("keyspace_misses") + " misses";
            String found = ours.get("keyspace_hits") + " hits, " + ours.get("keyspace_misses") + " misses";
            if (!found.equals(expected)) {
                different.put(command, found + " instead of " + expected);
            }
        }

        assertEquals(Map.of(), different);
    }

    /** One command that runs on several shards is one call. */
    @Test
    void shouldCountACommandOnSeveralShardsOnce() throws IOException, RebuildException {
        both.close();
        directory = directory.resolve("shards");
        start(3);
        client.compare("reset", "CONFIG RESETSTAT");
        for (String command : List.of("MSET a 1 b 2 c 3 d 4", "MGET a b c d e", "DEL a b c d", "DBSIZE", "FLUSHALL")) {
            client.compare(command, command);
        }

        assertEquals(counts(client.theirs("INFO commandstats")), counts(client.ours("INFO commandstats")));
        compareFields("keyspace_hits", "keyspace_misses", "total_commands_processed");
    }

    @Test
    void shouldTellMetricsOfCommandsAndErrors() {
        client.ours("SET a 1", "GET a", "GET", "NOSUCH");
        String info = client.ours("INFO commandstats").get(0).body();

        assertTrue(info.contains("cmdstat_get:calls=1,usec="), info);
        assertTrue(info.contains(",rejected_calls=1,failed_calls=0"), info);
    }

    private void compareFields(String... names) throws IOException {
        Map<String, String> theirs = fields(client.theirs("INFO stats"));
        Map<String, String> ours = fields(client.ours("INFO stats"));
        for (String name : names) {
            assertEquals(theirs.get(name), ours.get(name), name);
        }
    }

    private static List<String> sections(List<Reply> replies) {
        List<String> sections = new ArrayList<>();
        replies.get(0).body().lines().filter(line -> line.startsWith("#")).forEach(sections::add);
        return sections;
    }

    private static Map<String, String> fields(List<Reply> replies) {
        Map<String, String> fields = new TreeMap<>();
        replies.get(0).body().lines().filter(line -> line.contains(":")).forEach(line -> {
            int end = line.indexOf(':');
            fields.put(line.substring(0, end), line.substring(end + 1));
        });
        return fields;
    }

    /** Without times. */
    private static Map<String, String> counts(List<Reply> replies) {
        Map<String, String> counts = fields(replies);
        counts.replaceAll((name, value) -> value.replaceAll("usec=.*?,rej", "rej"));
        return counts;
    }
}
