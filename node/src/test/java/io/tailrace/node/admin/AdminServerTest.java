package io.tailrace.node.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.command.FakeNode;
import io.tailrace.node.report.NodeMetrics;
import io.tailrace.node.security.AclException;
import io.tailrace.node.watch.AclLog;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Who may see what, and when a node is called well; on a node whose shards tell nothing. */
class AdminServerTest {
    private static final InetSocketAddress LOCAL = new InetSocketAddress("127.0.0.1", 50_000);
    private static final InetSocketAddress ELSEWHERE = new InetSocketAddress("192.0.2.7", 50_000);

    private final FakeNode node = new FakeNode(2);
    private final AdminAccess access = new AdminAccess(node, () -> 5_000_000);

    private static HttpRequest request(String host, String login) {
        String basic = "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
        return new HttpRequest(
                "GET", "/", login.isEmpty() ? Map.of("host", host) : Map.of("host", host, "authorization", basic));
    }

    private int status(String host, String login, InetSocketAddress from, boolean isTrusted, String command)
            throws HttpException {
        AdminAccess.Verdict verdict = access.check(request(host, login), from, isTrusted, command);
        return verdict.refusal() == null ? 200 : verdict.refusal().status();
    }

    @Test
    void shouldProtectANodeWithoutPasswords() throws HttpException {
        for (String host : List.of("127.0.0.1:9121", "localhost:9121", "localhost", "[::1]:9121", "10.0.0.1", "")) {
            assertEquals(200, status(host, "", LOCAL, true, "info"), host);
        }
        assertEquals(403, status("127.0.0.1", "", ELSEWHERE, true, "info"));
        // a site whose name leads here for a moment
        assertEquals(403, status("evil.example:9121", "", LOCAL, true, "info"));
        assertEquals(403, status("127.0.0.1.evil.example", "", LOCAL, true, "info"));
        assertEquals(403, status("127.0.0.1", "", LOCAL, false, "info"));
    }

    @Test
    void shouldLetUsersSeeWhatTheyMayRun() throws HttpException, AclException {
        node.security().users().requirePassword("secret");
        node.security().users().set("metrics", List.of("on", ">m:\u00c3\u00bc", "+metrics"));
        node.security().users().set("off", List.of("off", ">off", "+@all"));
        assertEquals(401, status("db.example", "", ELSEWHERE, true, "info"));
        assertEquals(200, status("db.example", "default:secret", ELSEWHERE, true, "info"));
        assertEquals(200, status("db.example", ":secret", ELSEWHERE, true, "slowlog|get"));
        assertEquals(401, status("db.example", "default:wrong", ELSEWHERE, true, "info"));
        assertEquals(401, status("db.example", "nobody:secret", ELSEWHERE, true, "info"));
        assertEquals(401, status("db.example", "off:off", ELSEWHERE, true, "info"));
        assertEquals(200, status("db.example", "metrics:m:ü", ELSEWHERE, true, "metrics"));
        assertEquals(403, status("db.example", "metrics:m:ü", ELSEWHERE, true, "info"));
        AclLog.Entry entry = node.diagnostics().aclLog().newest(9).get(2);
        assertEquals(AclLog.Reason.AUTH, entry.reason());
        assertEquals("default", entry.user());
        assertTrue(entry.clientLine().contains("192.0.2.7:50000"), entry.clientLine());
        AdminAccess.Verdict verdict = access.check(request("a", ""), LOCAL, true, "info");
        assertTrue(new String(verdict.refusal().head(), StandardCharsets.US_ASCII)
                .contains("\r\nWWW-Authenticate: Basic "));
    }

    @Test
    void shouldCallSickWhatHangs() {
        AtomicLong micros = new AtomicLong(7_000_000);
        AdminWatch watch = new AdminWatch(node, new NodeMetrics(2), micros::get, micros::get);
        watch.look();
        assertNull(watch.sickness());
        assertEquals("starting", watch.unreadiness());
        micros.addAndGet(31_000_000);
        watch.look();
        assertEquals("the thread of shard 0 has not completed a cycle for 31 s", watch.sickness());
    }
}
