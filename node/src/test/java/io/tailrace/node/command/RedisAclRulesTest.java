package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.node.config.Setting;
import io.tailrace.node.security.CommandCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules of users in random order, files of users, and passwords of any bytes, told to a real Redis too. */
class RedisAclRulesTest {
    private static final long SEED = Long.getLong("tailrace.seed", 1);
    private static final int ROUNDS = 300;

    /** Of this node, and of Redis only. */
    private static final List<String> COMMANDS = List.of(
            "get",
            "set",
            "client",
            "client|kill",
            "client|id",
            "config",
            "config|get",
            "acl|log",
            "acl",
            "memory",
            "memory|doctor",
            "zadd",
            "eval",
            "script|kill",
            "function",
            "function|load",
            "xinfo|help",
            "debug",
            "GeT");

    private static final List<String> STRANGE = List.of(
            "+config|get|appendonly",
            "+get|key1|key2",
            "-get|key1",
            "-config|get|x",
            "+nosuch|x",
            "+nosuch|x|y",
            "-nosuch",
            "+client|",
            "-client|",
            "+get|",
            "+|x",
            "+memory|nosuch",
            "+@nosuch",
            "-@");

    private static final List<String> FILES = List.of(
            "user alice on nopass +get ~*\nuser bob on >x",
            "user alice on\nuser bob on +nosuch\n",
            "user alice on +nosuch +nothing -nil\n\nuser bob frog toad",
            "user alice on\nuser bob on\n\nuser alice off",
            "user alice on\nguest bob",
            "user\nuser alice on",
            "user a\tb on",
            "user alice on >pw <other",
            "user alice  on   +get  ~a",
            "user  alice on",
            "user alice on ",
            "user  on",
            "user  ",
            "user alice (+get  ~x ) on",
            "user alice on\nuser  on +get",
            "user alice on +get|key1|key2 frog",
            "user default on >pw ~* &* +@all\nuser eve on",
            "user default on nopass ~* &* +@all");

    @TempDir
    Path directory;

    private SideBySide both;
    private SideBySide.Client client;
    private Path ourFile;
    private Path theirFile;

    @BeforeAll
    static void needRedis() {
        assumeTrue(RedisServer.isInstalled(), "skipped: no redis-server (Debian's redis-server)");
    }

    @BeforeEach
    void start() throws Exception {
        ourFile = directory.resolve("ours.acl");
        theirFile = directory.resolve("theirs.acl");
        Files.createFile(ourFile);
        Files.createFile(theirFile);
        both = new SideBySide(
                directory, 2, Map.of(Setting.ACLFILE, ourFile.toString()), "--aclfile", theirFile.toString());
        client = both.connect(0);
    }

    @AfterEach
    void stop() throws IOException {
        both.close();
    }

    @Test
    void shouldShowRandomRulesAsRedisDoes() throws IOException {
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            client.compare("", "ACL SETUSER u reset");
            List<String> told = new ArrayList<>();
            for (int i = 1 + random.nextInt(8); i > 0; i--) {
                told.add(rule(random));
                String command = "ACL SETUSER u " + told.get(told.size() - 1);
                client.compare("seed " + SEED + ", " + told, command);
                compareCommands("seed " + SEED + ", " + told);
            }
        }
    }

    @Test
    void shouldTakeAnEmptyRuleForNone() throws IOException {
        // one command: Redis lists several in the order of a table whose hashes differ from run to run
        for (String rules : List.of("", " on", "+get ", "+get  ~a", " ")) {
            client.compare("", "ACL SETUSER u reset", "ACL SETUSER u " + rules, "ACL LIST", "ACL DELUSER u");
        }
    }

    private static String rule(Random random) {
        String sign = random.nextBoolean() ? "+" : "-";
        switch (random.nextInt(8)) {
            case 0:
                return sign + "@all";
            case 1, 2, 3:
                List<String> categories = CommandCatalogue.CATEGORIES;
                return sign + "@" + categories.get(random.nextInt(categories.size()));
            case 4:
                return STRANGE.get(random.nextInt(STRANGE.size()));
            default:
                return sign + COMMANDS.get(random.nextInt(COMMANDS.size()));
        }
    }

    /** All or none and the categories in their order; single commands are in that of Redis's hash table there. */
    private void compareCommands(String context) throws IOException {
        String theirs = client.theirs("ACL GETUSER u").get(0).elements().get(5).body();
        String ours = client.ours("ACL GETUSER u").get(0).elements().get(5).body();
        assertEquals(categories(theirs), categories(ours), () -> context + "\nRedis: " + theirs + "\nwe:    " + ours);
        assertEquals(singles(theirs), singles(ours), () -> context + "\nRedis: " + theirs + "\nwe:    " + ours);
    }

    private static List<String> categories(String rules) {
        return List.of(rules.split(" ")).stream()
                .filter(rule -> rule.charAt(1) == '@')
                .toList();
    }

    /** Without those of commands that Redis 7.0 does not have. */
    private static Set<String> singles(String rules) {
        Set<String> singles = new TreeSet<>(List.of(rules.split(" ")));
        singles.removeIf(rule -> rule.charAt(1) == '@' || rule.matches(".(client.setinfo|client.no-touch|waitaof)"));
        singles.removeIf(rule -> rule.matches(".(waittoken|token|metrics|storedigest|feedread)"));
        return singles;
    }

    @Test
    void shouldLoadFilesAsRedisDoes() throws IOException {
        for (String text : FILES) {
            Files.writeString(ourFile, text);
            Files.writeString(theirFile, text);
            assertEquals(
                    client.theirs("ACL LOAD").get(0).toString().replace(theirFile.toString(), "FILE"),
                    client.ours("ACL LOAD").get(0).toString().replace(ourFile.toString(), "FILE"),
                    text);
            client.compare(text, "ACL LIST");
        }
        Files.delete(ourFile);
        Files.delete(theirFile);
        assertEquals(
                client.theirs("ACL LOAD").get(0).toString().replace(theirFile.toString(), "FILE"),
                client.ours("ACL LOAD").get(0).toString().replace(ourFile.toString(), "FILE"));
    }

    @Test
    void shouldCloseAllButTheDefaultUsersConnectionsByLoading() throws IOException {
        String text = "user default on nopass ~* &* +@all\nuser eve on nopass ~* &* +@all\nuser bob on nopass +@all";
        Files.writeString(ourFile, text);
        Files.writeString(theirFile, text);
        client.compare("load", "ACL LOAD");
        SideBySide.Client eve = both.connect(0);
        SideBySide.Client bob = both.connect(1);
        SideBySide.Client same = both.connect(1);
        eve.compare("eve", "AUTH eve x");
        bob.compare("bob", "AUTH bob x");
        same.compare("default", "AUTH default x");
        eve.compare("the one that asks is answered", "ACL LOAD");
        assertTrue(eve.ours.isClosed());
        assertTrue(bob.ours.isClosed());
        assertTrue(eve.isClosedByTheirs());
        assertTrue(bob.isClosedByTheirs());
        same.compare("stays", "PING");
    }

    @Test
    void shouldTakePasswordsOfAnyBytes() throws IOException {
        String password = "\0\u00ff\u0001\r\n\u00e4";
        for (String setting : List.of("requirepass", "masterauth")) {
            client.compare(setting, "CONFIG SET " + setting + " " + password);
            client.compare(setting, "CONFIG GET " + setting);
        }
        SideBySide.Client stranger = both.connect(0);
        stranger.compare("no password", "PING");
        stranger.compare("another one", "AUTH \0\u00ff\u0001");
        stranger.compare("the one", "AUTH " + password);
        stranger.compare("logged in", "PING");
        client.compare("off", "CONFIG SET requirepass ");
    }
}
