package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.config.ConfigException;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.Setting;
import io.tailrace.wire.record.RecordView;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a replica tells of the records that it follows: as a replica of Redis 7.0.15 tells of the same commands, where no other reason is given. */
class FollowedEventsTest {
    private CommandBench primary;
    private CommandBench replica;
    private BacklogReader log;
    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void start(@TempDir Path first, @TempDir Path second) throws ConfigException {
        primary = new CommandBench(first);
        replica = new CommandBench(second);
        long from = primary.shard().backlog().lastIndex();
        log = primary.shard().backlog().reader();
        log.readAt(from);
        log.next();
        replica.shard()
                .events()
                .listener((channels, database, event, key) -> told.add(event + " "
                        + new String(key, StandardCharsets.ISO_8859_1) + (database == 0 ? "" : "@" + database)));
        classes("AKEn");
    }

    @AfterEach
    void stop() {
        log.close();
        replica.close();
        primary.close();
    }

    private void classes(String letters) throws ConfigException {
        NodeConfig config = NodeConfig.builder()
                .set(Setting.NOTIFY_KEYSPACE_EVENTS, letters)
                .build();
        replica.shard().events().classes(config.notifyClasses());
    }

    /** Runs a command on the primary; returns what the replica tells of it. */
    private String told(String... command) {
        primary.reply(command);
        for (RecordView record = log.next(); record != null; record = log.next()) {
            assertNull(replica.shard().follow(log.index(), record));
        }
        String all = String.join(", ", told);
        told.clear();
        return all;
    }

    @Test
    void shouldTellOfKeysThatAreMade() {
        assertEquals("new a, set a", told("SET", "a", "1"));
        assertEquals("set a", told("SET", "a", "2"));
        assertEquals("new l, lpush l", told("LPUSH", "l", "x", "y"));
        assertEquals("rpush l", told("RPUSH", "l", "z"));
        assertEquals("new l2, rpush l2, lpop l", told("LMOVE", "l", "l2", "LEFT", "RIGHT"));
        assertEquals("new s, sadd s", told("SADD", "s", "x"));
        assertEquals("new h, hset h", told("HSET", "h", "f", "v"));
        assertEquals("new z, zadd z", told("ZADD", "z", "1", "x"));
        assertEquals("new x, xadd x", told("XADD", "x", "1-1", "f", "v"));
        assertEquals("new m1, set m1, new m2, set m2", told("MSET", "m1", "1", "m2", "2"));
        assertEquals("del a", told("DEL", "a"));
        assertEquals("new a, set a", told("SET", "a", "1"));
    }

    @Test
    void shouldTellOfDeadlinesThatAreSetWithTheValue() {
        String later = Long.toString(primary.nowEpochMs() + 100_000);
        assertEquals("new a, set a, expire a", told("SET", "a", "1", "PXAT", later));
        assertEquals("expire a", told("PEXPIREAT", "a", later + "0"));
        // of a key with a deadline INCR is logged as a SET with the same one
        assertEquals("set a", told("INCR", "a"));
        assertEquals("set a, expire a", told("SET", "a", "1", "PXAT", later));
        assertEquals("set a", told("SET", "a", "1"));
    }

    @Test
    void shouldTellOnlyOfClassesThatAreAskedFor() throws ConfigException {
        classes("KE$");
        assertEquals("set a", told("SET", "a", "1", "PX", "100000"));
        classes("KEn");
        assertEquals("new b", told("SET", "b", "1", "PX", "100000"));
        classes("KEg");
        assertEquals("expire c", told("SET", "c", "1", "PX", "100000"));
        classes("");
        assertEquals("", told("SET", "d", "1"));
    }
}
