package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.node.shard.RebuildException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Passwords and users, told to a real Redis too: every reply must be the same, byte for byte. */
class RedisAclTest {
    /** The first word says which connection; a new one is made when it is named first. */
    private static final List<String> PASSWORD = List.of(
            "A GET a",
            "A CONFIG GET requirepass",
            "A CONFIG SET requirepass abc",
            "A GET a",
            "A CONFIG GET requirepass",
            "B NOSUCH a",
            "B GET",
            "B GET a",
            "B PING",
            "B MULTI",
            "B EXEC",
            "B SUBSCRIBE a",
            "B CLIENT GETNAME",
            "B CONFIG GET requirepass",
            "B HELLO",
            "B HELLO 3",
            "B HELLO 3 AUTH default wrong",
            "B HELLO 3 SETNAME me",
            "B HELLO x AUTH default abc",
            "B AUTH",
            "B AUTH x",
            "B AUTH abc x",
            "B AUTH default abc more",
            "B GET a",
            "B HELLO 2 AUTH default abc SETNAME a,b",
            "B CLIENT GETNAME",
            "B AUTH wrong",
            "B GET a",
            "B ACL WHOAMI",
            "B RESET",
            "B GET a",
            "B AUTH default abc",
            "B GET a",
            "B MULTI",
            "B AUTH wrong",
            "B AUTH abc",
            "B EXEC",
            "C AUTH abc",
            "C SET a 1",
            "D QUIT",
            "A ACL SETUSER default off",
            "E AUTH abc",
            "E GET a",
            "A ACL SETUSER default on",
            "E AUTH abc",
            "A CONFIG SET requirepass nothing",
            "F GET a",
            "A ACL SETUSER default nopass",
            "F GET a",
            "F AUTH abc",
            "F AUTH default anything",
            "F ACL WHOAMI");

    private static final List<String> USERS = List.of(
            "A ACL WHOAMI",
            "A ACL LIST",
            "A ACL USERS",
            "A ACL GETUSER default",
            "A ACL GETUSER nobody",
            "A ACL SETUSER bob",
            "A ACL GETUSER bob",
            "B AUTH bob x",
            "A ACL SETUSER bob on >b ~b* &c* +@all -config",
            "A ACL GETUSER bob",
            "A ACL LIST",
            "B AUTH bob x",
            "B AUTH bob b",
            "B ACL WHOAMI",
            "B GET a",
            "B GET b",
            "B SET b1 1",
            "B MGET b a",
            "B MSET b 1 bb 2",
            "B MSETNX b 1 a 2",
            "B RENAME b a",
            "B DEL b a",
            "B DEL b",
            "B CONFIG GET x",
            "B CONFIG NOSUCH",
            "B PUBLISH c1 m",
            "B PUBLISH d m",
            "B SUBSCRIBE c d",
            "B PSUBSCRIBE ca*",
            "B PSUBSCRIBE c*",
            "B PUNSUBSCRIBE",
            "B WATCH a",
            "B WATCH b",
            "B UNWATCH",
            "B MULTI",
            "B GET b",
            "B GET a",
            "B CONFIG GET x",
            "B EXEC",
            "B MULTI",
            "B SET b 5",
            "B EXEC",
            "B DBSIZE",
            "B CLIENT NOSUCH",
            "B RESET",
            "B ACL WHOAMI",
            "B AUTH bob b",
            "A CLIENT KILL USER nobody",
            "A CLIENT KILL USER bob",
            "A ACL SETUSER eve on nopass +ping +acl|whoami",
            "C AUTH eve whatever",
            "C PING",
            "C ACL WHOAMI",
            "C ACL USERS",
            "C GET a",
            "C ECHO a",
            "C AUTH bob wrong",
            "C ACL WHOAMI",
            "C HELLO 2 AUTH bob b",
            "C ACL WHOAMI",
            "A ACL SETUSER rd on >r %R~k* +@read +@write",
            "A ACL SETUSER wr on >w %W~k* +@read +@write +@connection",
            "A ACL SETUSER both on >x %R~k* %W~l* %RW~m* +@all",
            "D AUTH rd r",
            "D GET k",
            "D SET k 1",
            "D GETSET k 1",
            "D INCR k",
            "D EXISTS k",
            "D TYPE k",
            "D TTL k",
            "D DEL k",
            "E AUTH wr w",
            "E SET k 1",
            "E SET k 2 GET",
            "E GET k",
            "E APPEND k 1",
            "E INCR k",
            "E GETDEL k",
            "E DEL k",
            "E EXPIRE k 100",
            "E STRLEN k",
            "F AUTH both x",
            "F GET k",
            "F GET l",
            "F SET l 1",
            "F GETSET m 1",
            "F GETSET l 1",
            "A ACL SETUSER some on >s ~l ~s* +@all",
            "A ACL SETUSER reader on >r %R~* ~s* +@all",
            "A RPUSH l 2 1",
            "G AUTH some s",
            "G SORT l",
            "G SORT l BY w*",
            "G SORT l BY nosort",
            "G SORT l GET #",
            "G SORT l STORE st",
            "G SORT l STORE x",
            "G SORT l STORE st STORE x",
            "G SORT l STORE x STORE st",
            "G SORT l foo BY w*",
            "G SORT l BY w* foo",
            "G SORT l GET STORE x",
            "G SORT l LIMIT STORE x",
            "G SORT x BY w*",
            "G SORT_RO l GET x",
            "G SORT_RO x",
            "G SORT_RO l STORE st",
            "G LMPOP 2 l x LEFT",
            "G LMPOP 1 l LEFT",
            "G RPOPLPUSH l x",
            "H AUTH reader r",
            "H SORT l BY w* GET #",
            "H SORT l STORE st",
            "H SORT l STORE x",
            "H LPOP l",
            "A ACL DRYRUN some SORT l STORE x",
            "A ACL DRYRUN some SORT l BY w*",
            "A DEL l",
            "A ACL GETUSER both",
            "A ACL SETUSER both resetkeys %R~k* %W~k*",
            "A ACL GETUSER both",
            "A ACL DRYRUN rd GET k",
            "A ACL DRYRUN rd SET k 1",
            "A ACL DRYRUN rd PING",
            "A ACL DRYRUN nobody GET k",
            "A ACL DRYRUN rd NOSUCH",
            "A ACL DRYRUN rd GET",
            "A ACL DRYRUN default GET a",
            "A ACL DELUSER nobody eve",
            "A ACL DELUSER default bob",
            "A ACL DELUSER",
            "A ACL USERS",
            "A ACL SETUSER a\tb on",
            "A ACL CAT",
            "A ACL CAT nosuch",
            "A ACL CAT a b",
            "A ACL USERS x",
            "A ACL GENPASS 0",
            "A ACL GENPASS 4097",
            "A ACL GENPASS x",
            "A ACL GENPASS 1 2",
            "A ACL LOAD",
            "A ACL SAVE",
            "A ACL NOSUCH",
            "A ACL");

    /** What ACL SETUSER may be told, and what comes of it. */
    private static final List<String> RULES = List.of(
            "on",
            "OFF",
            "nopass",
            ">pw",
            ">pw",
            "<nopw",
            "<pw",
            "resetpass",
            ">",
            "#abc",
            "#ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "#BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "!abc",
            "!ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "!ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "~a",
            "~a",
            "~b*",
            "%R~c",
            "%W~c",
            "%X~c",
            "%rw~d",
            "allkeys",
            "~a",
            "%R~a",
            "~*",
            "resetkeys",
            "&a",
            "&b",
            "&a",
            "allchannels",
            "&a",
            "&*",
            "resetchannels",
            "foo",
            "+nosuch",
            "-nosuch",
            "+@nosuch",
            "-@nosuch",
            "+client|nosuch",
            "+",
            "-",
            "+get",
            "+GET",
            "+@READ",
            "-get",
            "+client",
            "-client|kill",
            "+client|kill",
            "+@all",
            "-@dangerous",
            "+config|get",
            "allcommands",
            "-config",
            "+config|get",
            "-config|get",
            "nocommands",
            "+psync +replconf +ping",
            "+multi +slaveof +ping +exec +subscribe +config|rewrite +role +publish +info +client|setname +client|kill "
                    + "+script|kill",
            "on >a ~a +get",
            "~x foo",
            "reset");

    private static final class Wire implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;

        Wire(Socket socket) throws IOException {
            this.socket = socket;
            in = new BufferedInputStream(socket.getInputStream());
        }

        Reply next() throws IOException {
            return Reply.read(in);
        }

        Reply reply(String... command) throws IOException {
            StringBuilder request = new StringBuilder("*" + command.length + "\r\n");
            for (String argument : command) {
                request.append("$" + argument.length() + "\r\n" + argument + "\r\n");
            }
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
            return Reply.read(in);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private final Map<String, Wire> theirs = new HashMap<>();
    private final Map<String, SessionBench.Client> ours = new HashMap<>();
    private RedisServer redis;
    private SessionBench bench;

    @BeforeEach
    void start(@TempDir Path here, @TempDir Path there) throws IOException, RebuildException {
        assumeTrue(RedisServer.isInstalled(), "skipped: no redis-server (Debian's redis-server)");
        bench = new SessionBench(here, 2);
        redis = new RedisServer(there, "--bind", "0.0.0.0");
    }

    @AfterEach
    void stop() throws IOException {
        for (Wire wire : theirs.values()) {
            wire.close();
        }
        if (bench != null) {
            bench.close();
        }
        if (redis != null) {
            redis.close();
        }
    }

    private void compare(List<String> script) throws IOException {
        for (String line : script) {
            String[] words = line.split(" ");
            String[] command = Arrays.copyOfRange(words, 1, words.length);
            compare(words[0], line, command);
        }
    }

    private void compare(String name, String line, String... command) throws IOException {
        compare(name, line, RedisAclTest::withoutId, command);
    }

    private void compare(String name, String line, Function<Reply, String> shown, String... command)
            throws IOException {
        if (!ours.containsKey(name)) {
            ours.put(name, bench.client());
            theirs.put(name, new Wire(redis.connect()));
        }
        String expected = shown.apply(theirs.get(name).reply(command));
        assertEquals(expected, shown.apply(ours.get(name).reply(command)), line);
    }

    /** Redis shows single commands in the order of its hash table. */
    private static String unordered(Reply reply) {
        String[] words = withoutId(reply).split("[ \\[\\],]+");
        Arrays.sort(words);
        return String.join(" ", words);
    }

    /** HELLO says the connection's number. */
    private static String withoutId(Reply reply) {
        return reply.toString().replaceAll(":\\d\\d+", ":n").replaceAll("(?<=id[^:]{0,4}):\\d+", ":n");
    }

    @Test
    void shouldAskForPasswordsAsRedisDoes() throws IOException {
        compare(PASSWORD);
    }

    @Test
    void shouldLimitUsersAsRedisDoes() throws IOException {
        compare(USERS);
    }

    @Test
    void shouldTakeRulesAsRedisDoes() throws IOException {
        for (String version : List.of("2", "3")) {
            compare("A", "hello", "HELLO", version);
            for (String rules : RULES) {
                String[] words = ("ACL SETUSER u " + rules).split(" ");
                compare("A", rules, words);
                compare("A", "list after " + rules, RedisAclTest::unordered, "ACL", "LIST");
                compare("A", "user after " + rules, RedisAclTest::unordered, "ACL", "GETUSER", "u");
            }
        }
    }

    /** From one of this machine's own addresses, where it has one that is not loopback. */
    @Test
    void shouldTurnAwayOtherMachinesAsRedisDoes() throws IOException {
        InetAddress outside = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .findFirst()
                .orElse(null);
        if (outside == null) {
            return;
        }
        try (SocketChannel channel = bench.connectTo(outside)) {
            ours.put("outside", bench.client(channel));
            theirs.put("outside", new Wire(redis.connect(outside)));
            assertEquals(
                    theirs.get("outside").next().toString(),
                    ours.get("outside").next().toString());
            assertTrue(ours.get("outside").isClosed());
        }
        for (String allowed : List.of("CONFIG SET protected-mode no", "CONFIG SET requirepass x")) {
            compare("A", allowed, allowed.split(" "));
            ours.put(allowed, bench.client(bench.connectTo(outside)));
            theirs.put(allowed, new Wire(redis.connect(outside)));
            compare(allowed, allowed, "PING");
            compare("A", "protected again", "CONFIG", "SET", "protected-mode", "yes");
        }
    }

    @Test
    void shouldCutWhoSendsMuchBeforeLoggingInAsRedisDoes() throws IOException {
        compare("A", "password", "CONFIG", "SET", "requirepass", "abc");
        String[] many = new String[11];
        Arrays.fill(many, "PING");
        compare("B", "many arguments", many);
        compare("C", "a long argument", "ECHO", "x".repeat(20_000));
    }
}
