package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.node.shard.RebuildException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Selectors, rules on first arguments, the default of channels, and ACL LOG, as a real Redis has them. Words of a rule are in ' '. */
class RedisAclSelectorsTest {
    private static final List<String> RULES = List.of(
            "s on nopass -@all +get ~a* (+set ~b*)",
            "s (+@read %R~r* &ch*) (+@write %W~w*)",
            "s clearselectors",
            "s (+get",
            "s (+get ~x",
            "s +get)",
            "s ()",
            "s (nosuch)",
            "s (on)",
            "s (+nosuch)",
            "s (>password)",
            "s (allcommands allkeys allchannels)",
            "s (~a* allkeys)",
            "s (allkeys ~a*)",
            "s reset",
            "f on nopass -@all +select|0 +select|1 +SELECT|0 ~*",
            "f +config|get +client|nosuch",
            "f +get|key1",
            "f +config|get|appendonly",
            "f +get|key1|key2",
            "f -get|key1",
            "f +get|",
            "f -select",
            "f +select|0 -@all",
            "f +select|5 +@keyspace",
            "f +select|0 +@connection -@connection",
            "f +@all -select +select|0");

    private static final List<String> DRY = List.of(
            "get a1",
            "get b1",
            "set b1 x",
            "set a1 x",
            "mget a1 b1",
            "mget r1 r2",
            "get r1",
            "set w1 x",
            "set r1 x",
            "set w1 x GET",
            "copy r1 w1",
            "copy w1 r1",
            "publish chat x",
            "spublish chat x",
            "spublish other x",
            "subscribe chat other",
            "bitfield k GET u8 0",
            "bitfield k OVERFLOW SAT GET u8 0",
            "bitfield k SET u8 0 1",
            "bitfield k GET u8 0 NONSENSE",
            "select 0",
            "select 3",
            "nosuch",
            "get");

    @TempDir
    private Path directory;

    private SideBySide start() throws IOException, RebuildException {
        assumeTrue(RedisServer.isInstalled(), "skipped: no redis-server (Debian's redis-server)");
        return new SideBySide(directory, 1, Map.of());
    }

    /** Rules differ in their order where several categories fit alike, so they are compared as sets. */
    private static String sorted(Reply reply) {
        List<String> words = new ArrayList<>(List.of(reply.toString().split("[ \\[\\],]+")));
        words.sort(null);
        return String.join(" ", words);
    }

    @Test
    void shouldTakeAndShowRulesAsRedisDoes() throws IOException, RebuildException {
        try (SideBySide both = start()) {
            SideBySide.Client client = both.connect(0);
            for (int protocol = 2; protocol <= 3; protocol++) {
                client.theirs("HELLO " + protocol);
                client.ours("HELLO " + protocol);
                for (String rule : RULES) {
                    String user = rule.substring(0, 1);
                    client.compare(rule, "ACL SETUSER " + rule);
                    for (String shown : List.of("ACL GETUSER " + user, "ACL LIST")) {
                        assertEquals(
                                sorted(client.theirs(shown).get(0)),
                                sorted(client.ours(shown).get(0)),
                                rule);
                    }
                    for (String command : DRY) {
                        client.compare(rule, "ACL DRYRUN " + user + " " + command);
                    }
                }
                client.compare("", "ACL DELUSER s f");
            }
        }
    }

    @Test
    void shouldGiveNewUsersTheChannelsThatAreTheDefault() throws IOException, RebuildException {
        try (SideBySide both = start()) {
            SideBySide.Client client = both.connect(0);
            client.compare(
                    "",
                    "ACL SETUSER one on nopass",
                    "CONFIG SET acl-pubsub-default allchannels",
                    "ACL SETUSER two on nopass (+get)",
                    "ACL SETUSER one reset",
                    "CONFIG SET acl-pubsub-default resetchannels",
                    "CONFIG GET acl-pubsub-default",
                    "ACL SETUSER three on nopass (+get)",
                    "ACL SETUSER two reset",
                    "ACL LIST",
                    "CONFIG SET acl-pubsub-default maybe");
        }
    }

    @Test
    void shouldLogWhatIsRefused() throws IOException, RebuildException {
        try (SideBySide both = start()) {
            SideBySide.Client admin = both.connect(0);
            SideBySide.Client client = both.connect(0);
            admin.compare(
                    "",
                    "ACL SETUSER u on >p -@all +get +multi +exec +publish +subscribe +ping +eval +sort ~a* &c* (+set ~b*)");
            List<String> commands = List.of(
                    "AUTH u wrong",
                    "AUTH nobody x",
                    "HELLO 2 AUTH u wrong",
                    "AUTH u p",
                    "SET x 1",
                    "GET x",
                    "GET x",
                    "GET y",
                    "INCR a",
                    "CLIENT GETNAME",
                    "PUBLISH other x",
                    "SUBSCRIBE c1 d1",
                    "MULTI",
                    "GET x",
                    "EXEC",
                    "GET a",
                    "SET b 1",
                    "EVAL return(redis.call('incr','q')) 0",
                    "EVAL return(redis.pcall('get','q')) 0",
                    "EVAL return(redis.call('publish','d1','x')) 0",
                    "EVAL return(redis.acl_check_cmd('get','q')) 0",
                    "SORT a BY nosuch",
                    "EVAL return(redis.call('sort','a','by','x*')) 0");
            for (String command : commands) {
                client.compare(command, command);
                compareLog(admin, "ACL LOG", command);
            }
            compareLog(admin, "ACL LOG 2", "two");
            admin.compare("", "ACL LOG x", "ACL LOG 1 2", "ACL LOG -1", "CONFIG SET acllog-max-len 1");
            client.compare("", "INCR q");
            compareLog(admin, "ACL LOG", "one");
            admin.compare("", "ACL LOG RESET", "ACL LOG", "ACL HELP");
        }
    }

    private static void compareLog(SideBySide.Client admin, String command, String context) throws IOException {
        assertEquals(log(admin.theirs(command).get(0)), log(admin.ours(command).get(0)), context);
    }

    /** Without ages, and of the client the user only. */
    private static String log(Reply reply) {
        List<String> lines = new ArrayList<>();
        for (Reply entry : reply.elements()) {
            String line = entry.toString();
            lines.add(line.replaceFirst("\\$11 age-seconds, \\S+ \\S+", "")
                    .replaceFirst("\\$11 client-info, .* (cmd=\\S+ user=\\S+) .*", "$1"));
        }
        return String.join("\n", lines);
    }
}
