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
        classes(replica, letters);
    }

    private static void classes(CommandBench node, String letters) throws ConfigException {
        NodeConfig config = NodeConfig.builder()
                .set(Setting.NOTIFY_KEYSPACE_EVENTS, letters)
                .build();
        node.shard().events().classes(config.notifyClasses());
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

    /** By effects alone a replica can't tell an INCR from a SET; where the primary tells of all classes, its log says. */
    @Test
    void shouldTellTheNamesThatTheLogSays() throws ConfigException {
        assertEquals("new a, set a", told("INCR", "a"));
        classes(primary, "AKE");
        assertEquals("incrby a", told("INCR", "a"));
        assertEquals("set a", told("INCRBYFLOAT", "a", "1.5"));
        assertEquals("new b, rename_from a, rename_to b", told("RENAME", "a", "b"));
        assertEquals("new b@3, move_from b, move_to b@3", told("MOVE", "b", "3"));
        assertEquals("new h, hincrby h", told("HINCRBY", "h", "f", "1"));
        assertEquals("hset h", told("HINCRBYFLOAT", "h", "f", "1"));
        assertEquals("hdel h, del h", told("HDEL", "h", "f"));
        assertEquals("new s, sadd s", told("SADD", "s", "a", "b", "c", "d"));
        assertEquals("srem s", told("SPOP", "s"));
        assertEquals("srem s, srem s", told("SPOP", "s", "2"));
        assertEquals("del s", told("SPOP", "s", "1"));
        assertEquals("new x, xadd x", told("XADD", "x", "1-1", "f", "v"));
        assertEquals("xgroup-create x", told("XGROUP", "CREATE", "x", "g", "0"));
        assertEquals("xgroup-createconsumer x", told("XREADGROUP", "GROUP", "g", "me", "STREAMS", "x", ">"));
        assertEquals("new x2, xadd x2", told("XADD", "x2", "1-1", "f", "v"));
        assertEquals("new k\r\n , set k\r\n ", told("SET", "k\r\n ", "1"));

        String soon = Long.toString(primary.nowEpochMs() + 1);
        assertEquals("new e, set e, expire e", told("SET", "e", "1", "PXAT", soon));
        primary.at(primary.nowEpochMs() + 2);
        assertEquals("del e, new e, set e", told("SET", "e", "2"));
        classes("E$");
        assertEquals("incrby e", told("INCR", "e"));
        assertEquals("", told("RENAME", "e", "f"));
        classes("En");
        assertEquals("new g", told("RENAME", "f", "g"));
    }

    @Test
    void shouldTellNothingOfAChangeThatTheLogSaysIsNotTold() throws ConfigException {
        told("XADD", "x", "1-1", "f", "v");
        told("XGROUP", "CREATE", "x", "g", "0");
        told("XGROUP", "CREATECONSUMER", "x", "g", "me");
        assertEquals("xgroup-setid x", told("XREADGROUP", "GROUP", "g", "me", "NOACK", "STREAMS", "x", ">"));
        classes(primary, "AKE");
        told("XADD", "x", "2-1", "f", "v");
        assertEquals("", told("XREADGROUP", "GROUP", "g", "me", "NOACK", "STREAMS", "x", ">"));
    }

    /** A primary that tells of a few classes, or of nothing, has the same log as ever. */
    @Test
    void shouldHaveNotesInTheLogOnlyWhereAllClassesAreToldOf() throws ConfigException {
        for (String letters : List.of("", "KEx", "KEg$lshzxet")) {
            classes(primary, letters);
            primary.reply("INCR", "a");
            assertEquals(1, log.next().commandCount(), letters);
        }
        classes(primary, "AE");
        primary.reply("INCR", "a");
        assertEquals(2, log.next().commandCount());
        primary.reply("SET", "a", "2");
        assertEquals(2, log.next().commandCount());
    }

    /** A record that has no room for the names has none of them, and is told of by its effects. */
    @Test
    void shouldTellOfEffectsWhereTheRecordHasNoRoomForNames() throws ConfigException {
        classes(primary, "AKE");
        String[] command = new String[17];
        command[0] = "MSET";
        for (int i = 1; i < command.length; i += 2) {
            command[i] = Character.toString('a' + i).repeat(20_000);
            command[i + 1] = "v".repeat(CommandBench.MAX_VALUE - 21_000);
        }
        primary.reply(command);
        RecordView record = log.next();
        assertEquals(8, record.commandCount());
        assertNull(replica.shard().follow(log.index(), record));
        assertEquals(16, told.size());
        primary.reply("INCR", "small");
        assertEquals(3, log.next().commandCount());
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
