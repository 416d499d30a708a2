package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.node.config.Setting;
import io.tailrace.node.shard.RebuildException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients and tools ask of a server besides its data, answered as by a real Redis. */
class RedisAroundTest {
    private static final List<String> COMMANDS = List.of(
            "CLUSTER",
            "CLUSTER INFO",
            "cluster nodes",
            "CLUSTER HELP",
            "CLUSTER KEYSLOT",
            "CLUSTER KEYSLOT key",
            "CLUSTER NOSUCH",
            "CLUSTER ADDSLOTS 1",
            "READONLY",
            "READONLY a",
            "READWRITE",
            "ASKING",
            "LOLWUT",
            "LOLWUT VERSION x",
            "LOLWUT VERSION 7",
            "LOLWUT VERSION",
            "MODULE",
            "MODULE LIST",
            "MODULE LIST a",
            "MODULE HELP",
            "MODULE LOAD x",
            "MODULE LOADEX x",
            "MODULE UNLOAD x",
            "MODULE NOSUCH",
            "SAVE a",
            "SAVE",
            "MULTI",
            "SAVE",
            "DISCARD",
            "BGREWRITEAOF a",
            "CLIENT REPLY",
            "CLIENT REPLY x",
            "CLIENT REPLY ON",
            "CLIENT HELP",
            "COMMAND GETKEYSANDFLAGS",
            "COMMAND GETKEYSANDFLAGS eval x 0",
            "COMMAND GETKEYSANDFLAGS eval x -1",
            "COMMAND GETKEYSANDFLAGS eval x 2 a",
            "COMMAND GETKEYSANDFLAGS fcall x 0",
            "COMMAND GETKEYSANDFLAGS lmpop x a left",
            "COMMAND GETKEYSANDFLAGS ping x",
            "COMMAND GETKEYSANDFLAGS nosuch x",
            "COMMAND GETKEYSANDFLAGS get k",
            "COMMAND GETKEYSANDFLAGS get k l",
            "COMMAND GETKEYSANDFLAGS set k v",
            "COMMAND GETKEYSANDFLAGS set k v GET",
            "COMMAND GETKEYSANDFLAGS mset a b c d",
            "COMMAND GETKEYSANDFLAGS bitfield k GET u8 0",
            "COMMAND GETKEYSANDFLAGS bitfield k SET u8 0 1",
            "COMMAND GETKEYSANDFLAGS bitfield k OVERFLOW SAT GET u8 0",
            "COMMAND GETKEYSANDFLAGS bitfield k GET u8 0 NONSENSE",
            "COMMAND GETKEYSANDFLAGS bitfield k GET SET 0",
            "COMMAND GETKEYSANDFLAGS bitfield k OVERFLOW",
            "COMMAND GETKEYSANDFLAGS sort k BY x STORE d",
            "COMMAND GETKEYS sort k BY x STORE d",
            "COMMAND GETKEYS sort k STORE c STORE d",
            "COMMAND GETKEYSANDFLAGS zunionstore d 2 a b",
            "COMMAND GETKEYSANDFLAGS zunionstore d 3 a b",
            "COMMAND GETKEYSANDFLAGS lmove a b LEFT RIGHT",
            "COMMAND HELP",
            "DEBUG",
            "DEBUG SLEEP",
            "DEBUG NOSUCH 1",
            "DEBUG ERROR no_such_luck",
            "DEBUG LOG hello",
            "DEBUG SET-ACTIVE-EXPIRE 0",
            "DEBUG SET-ACTIVE-EXPIRE 1",
            "DEBUG PAUSE-CRON 1",
            "DEBUG PAUSE-CRON 0",
            "DEBUG QUICKLIST-PACKED-THRESHOLD 100b",
            "DEBUG QUICKLIST-PACKED-THRESHOLD 0",
            "DEBUG QUICKLIST-PACKED-THRESHOLD 5gb",
            "DEBUG QUICKLIST-PACKED-THRESHOLD x");

    @TempDir
    private Path directory;

    private SideBySide both(int shards) throws IOException, RebuildException {
        assumeTrue(RedisServer.isInstalled(), "skipped: no redis-server (Debian's redis-server)");
        SideBySide both = new SideBySide(
                directory, shards, Map.of(Setting.ENABLE_DEBUG_COMMAND, "yes"), "--enable-debug-command", "yes");
        long start = System.nanoTime();
        both.bench.workMicros = () -> (System.nanoTime() - start) / 1_000;
        return both;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void shouldAnswerAsRedisDoes(int shards) throws IOException, RebuildException {
        try (SideBySide both = both(shards)) {
            SideBySide.Client client = both.connect(0);
            for (int protocol = 2; protocol <= 3; protocol++) {
                client.theirs("HELLO " + protocol);
                client.ours("HELLO " + protocol);
                for (String command : COMMANDS) {
                    client.compare("RESP " + protocol, command);
                }
            }
        }
    }

    @Test
    void shouldShowTheTypesOfTheProtocol() throws IOException, RebuildException {
        try (SideBySide both = both(1)) {
            SideBySide.Client client = both.connect(0);
            List<String> types = List.of(
                    "string",
                    "integer",
                    "double",
                    "null",
                    "array",
                    "set",
                    "map",
                    "verbatim",
                    "true",
                    "false",
                    "nosuch");
            for (int protocol = 2; protocol <= 3; protocol++) {
                client.theirs("HELLO " + protocol);
                client.ours("HELLO " + protocol);
                for (String type : types) {
                    client.compare("RESP " + protocol, "DEBUG PROTOCOL " + type);
                }
            }
        }
    }

    /**
     * In Redis it applies at once, so that the reply of EXEC lacks elements that it has announced, or is elements without an array: a
     * client takes the replies of its next commands for them. Here the mode applies to the reply of EXEC as a whole.
     */
    @Test
    void shouldKeepTheRepliesOfATransactionWhole() throws IOException, RebuildException {
        try (SideBySide both = both(2)) {
            SideBySide.Client client = both.connect(0);
            client.ours("MULTI", "SET a 1", "CLIENT REPLY SKIP", "GET a");
            client.sendOurs("EXEC", "GET a", "ECHO 1");
            assertEquals("1", client.ours.next().body(), "neither EXEC nor the command after it is answered");
            client.ours("MULTI", "CLIENT REPLY OFF");
            client.sendOurs("EXEC", "GET a", "CLIENT REPLY ON");
            assertEquals("+OK", client.ours.next().line());
            client.sendOurs("CLIENT REPLY OFF", "MULTI", "GET a", "CLIENT REPLY ON", "EXEC");
            assertEquals("*2 [$1 1, +OK]", client.ours.next().toString());
        }
    }

    /** Replies that are not wanted are dropped wherever they come from: here, another shard, or all of them. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void shouldDropRepliesThatAreNotWanted(int shards) throws IOException, RebuildException {
        try (SideBySide both = both(shards)) {
            SideBySide.Client client = both.connect(0);
            String[] commands = Stream.of(
                            "SET {key0} 1;CLIENT REPLY OFF;SET a 1;GET a;SET b 1;MGET a b c;NOSUCH;CLIENT LIST;"
                                    + "CLIENT REPLY SKIP;PING;CLIENT REPLY ON;GET b;CLIENT REPLY SKIP;GET a;GET b;"
                                    + "CLIENT REPLY SKIP;CLIENT REPLY SKIP;MGET a b;ECHO 1;CLIENT REPLY SKIP;MULTI;GET a;"
                                    + "SET a 2;EXEC;CLIENT REPLY OFF;SUBSCRIBE c;UNSUBSCRIBE c;CLIENT REPLY ON;"
                                    + "CLIENT REPLY SKIP;RESET;PING;CLIENT REPLY OFF;RESET;PING;"
                                    + "CLIENT REPLY OFF;MULTI;GET a;EXEC;CLIENT REPLY ON;ECHO end")
                    .flatMap(text -> Stream.of(text.split(";")))
                    .toArray(String[]::new);
            client.sendTheirs(commands);
            client.sendOurs(commands);
            Reply theirs;
            do {
                theirs = client.nextTheirs();
                assertEquals(theirs, client.ours.next());
            } while (!theirs.toString().contains("end"));
        }
    }

    @Test
    void shouldStillSendMessagesToOneWhoWantsNoReplies() throws IOException, RebuildException {
        try (SideBySide both = both(1)) {
            SideBySide.Client client = both.connect(0);
            SideBySide.Client other = both.connect(0);
            client.theirs("HELLO 3");
            client.ours("HELLO 3");
            client.compare("a subscriber", "SUBSCRIBE c");
            client.sendTheirs("CLIENT REPLY OFF");
            client.sendOurs("CLIENT REPLY OFF");
            other.compare("a publisher", "PING", "PUBLISH c hello");
            assertEquals(client.nextTheirs(), client.ours.next());
        }
    }
}
