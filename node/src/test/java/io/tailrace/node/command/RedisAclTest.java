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
        compare(AclScripts.PASSWORD);
    }

    @Test
    void shouldLimitUsersAsRedisDoes() throws IOException {
        compare(AclScripts.USERS);
    }

    @Test
    void shouldRefuseWhatIsNoLongerAllowedInExecAsRedisDoes() throws IOException {
        compare(AclScripts.TAKEN_AWAY);
    }

    @Test
    void shouldTakeRulesAsRedisDoes() throws IOException {
        for (String version : List.of("2", "3")) {
            compare("A", "hello", "HELLO", version);
            for (String rules : AclScripts.RULES) {
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
