package io.tailrace.node.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Users, their files, and what rules leave when they are put together; the rules themselves are compared with Redis. */
class UsersTest {
    private static final Map<String, Set<String>> OWN = Map.of(
            "get", Set.of("read", "string", "fast"),
            "set", Set.of("write", "string", "slow"),
            "client", Set.of("slow"),
            "client|id", Set.of("slow", "connection"),
            "client|kill", Set.of("admin", "slow", "dangerous", "connection"),
            "keys", Set.of("keyspace", "read", "slow", "dangerous"));
    private static final CommandCatalogue CATALOGUE = new CommandCatalogue(OWN);

    @TempDir
    private Path dir;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = dir.resolve("users.acl");
    }

    private Users open(String password, String... lines) throws AclException, IOException {
        Files.write(file, List.of(lines));
        return Users.open(CATALOGUE, password, file);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void shouldLogInByNameAndPassword() throws Exception {
        Users users = Users.open(CATALOGUE, "secret", null);
        users.set("bob", List.of("on", ">one", ">two"));
        users.set("eve", List.of("off", ">one"));
        users.set("any", List.of("on", "nopass"));

        assertEquals("default", users.login("default", bytes("secret")).name());
        assertEquals("bob", users.login("bob", bytes("one")).name());
        assertEquals("bob", users.login("bob", bytes("two")).name());
        assertEquals("any", users.login("any", bytes("whatever")).name());
        assertNull(users.login("bob", bytes("secret")));
        assertNull(users.login("bob", bytes("")));
        assertNull(users.login("eve", bytes("one")));
        assertNull(users.login("nobody", bytes("one")));
    }

    @Test
    void shouldTakeAllOfAChangeOrNothing() throws Exception {
        Users users = Users.open(CATALOGUE, "", null);
        users.set("bob", List.of("on", "+get", "~a"));
        String before = users.find("bob").line();

        assertThrows(AclException.class, () -> users.set("bob", List.of("+set", "nonsense")));
        assertThrows(AclException.class, () -> users.set("new", List.of("on", "nonsense")));

        assertEquals(before, users.find("bob").line());
        assertNull(users.find("new"));
    }

    @ParameterizedTest
    @CsvSource({
        "+@all -eval -client|kill, set get client client|id keys",
        "+@read -keys, get",
        "-get +@read, get keys",
        "+client -client|kill, client client|id",
        "+client|id, client|id",
        "+@all -@dangerous, get set client client|id",
        "+@all -@all +set, set",
        "-@dangerous +keys, keys",
        "+keys -@dangerous, ''",
    })
    void shouldLetTheLaterRuleWin(String rules, String allowed) throws Exception {
        User user = Users.open(CATALOGUE, "", null).set("bob", List.of(rules.split(" ")));

        Set<String> expected = allowed.isEmpty() ? Set.of() : Set.of(allowed.split(" "));
        for (String command : OWN.keySet()) {
            assertEquals(expected.contains(command), user.allowsCommand(command), command);
        }
    }

    @Test
    void shouldNotGrowByTheSameRulesAgain() throws Exception {
        Users users = Users.open(CATALOGUE, "", null);
        for (int i = 0; i < 10; i++) {
            users.set("bob", List.of("+@read", "-keys", "+client", "-client|kill", "+@scripting", "+eval", "-eval"));
        }

        assertEquals(
                "-@all +@read +@scripting +client -client|kill -eval -keys",
                users.find("bob").describe().commands());
    }

    @Test
    void shouldReadWhatItWrote() throws Exception {
        Users users = open("secret");
        users.set("bob", List.of("on", ">pw", "%R~a*", "~b", "&news", "+@all", "-client|kill"));
        users.set("eve", List.of("nopass"));
        users.save();

        Users again = Users.open(CATALOGUE, "", file);

        List<String> lines = users.all().stream().map(User::line).toList();
        assertEquals(lines, again.all().stream().map(User::line).toList());
        assertNotNull(again.login("bob", bytes("pw")));
        assertNotNull(again.login("default", bytes("secret")));
        assertFalse(Files.readString(file).contains("secret"));
    }

    @Test
    void shouldWriteForItsOwnerOnly() throws Exception {
        Users users = open("secret");
        Files.delete(file);
        users.save();

        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void shouldKeepThePasswordThatAFileSaysNothingOf() throws Exception {
        Users users = open("secret", "# users", "", "user bob on nopass +@all ~*");

        assertTrue(users.isLoginNeeded());
        assertNotNull(users.login("default", bytes("secret")));
        assertNotNull(users.login("bob", bytes("")));
    }

    @Test
    void shouldTakeTheDefaultUserFromAFile() throws Exception {
        assertFalse(open("secret", "user default on nopass ~* &* +@all").isLoginNeeded());
        assertTrue(open("", "user default off").isLoginNeeded());
        assertTrue(open("", "user default on >pw ~* &* +@all").isLoginNeeded());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "guest bob on, FILE:2 should start with user keyword followed by the username.",
                "user, FILE:2 should start with user keyword followed by the username.",
                "user bob >pw frog, FILE:2: Syntax error.",
                "user bob frog toad, FILE:2: Syntax error.",
                "user bob frog +nosuch, FILE:2: Syntax error. FILE:2: Error in applying operation '+nosuch': Unknown command or category name in ACL.",
                "user bob +nosuch, FILE:2: Error in applying operation '+nosuch': Unknown command or category name in ACL.",
                "user bob <hidden, FILE:2: The password you are trying to remove from the user does not exist.",
                "user eve off, WARNING: Duplicate user 'eve' found on line 2.",
            })
    void shouldNameTheLineThatIsWrong(String line, String problem) throws IOException {
        String message = assertThrows(AclException.class, () -> open("", "user eve on", line))
                .getMessage();

        assertEquals(problem.replace("FILE", file.toString()), message);
    }

    @Test
    void shouldChangeNothingWhenTheFileIsWrong() throws Exception {
        Users users = open("", "user bob on +get");
        Files.write(file, List.of("user eve on", "user bob on +nosuch"));

        assertThrows(AclException.class, users::load);

        assertNull(users.find("eve"));
        assertEquals("-@all +get", users.find("bob").describe().commands());
    }

    @Test
    void shouldTakeTheUsersOfTheFileInsteadOfThePresentOnes() throws Exception {
        Users users = open("", "user bob on +get", "user eve on +get", "user same on +get");
        User eve = users.find("eve");
        Files.write(file, List.of("user bob on +set", "user same on +get", "user new on"));

        users.load();
        assertTrue(users.find("bob").allowsCommand("set"));
        assertFalse(eve.allowsCommand("get"), "one that is gone may do nothing");
        assertNotNull(users.find("new"));
    }

    @Test
    void shouldKeepPasswordsOutOfTexts() {
        assertEquals("(password)", Password.of("secret").toString());
        assertFalse(new Credentials("bob", "secret").toString().contains("secret"));
    }
}
