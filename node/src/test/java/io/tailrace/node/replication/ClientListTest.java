package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.replication.PeerBench.Peer;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.node.services.ShardServices;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections between nodes among the clients, as CLIENT LIST and CLIENT KILL see them. */
class ClientListTest {
    private PeerBench bench;
    private ShardServices services;

    @BeforeEach
    void open(@TempDir Path root) throws Exception {
        bench = new PeerBench(root);
        bench.shard.set("key", "value");
        services = bench.reactor.services();
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    private List<String> lines(ClientInfo.Kind kind) {
        return services.clientLines(info -> info.kind() == kind);
    }

    @Test
    void shouldListAndKillReplicas() throws Exception {
        Peer stranger = bench.replica();
        Peer one = bench.replica().attach("one");
        Peer two = bench.replica().attach("two");

        List<String> lines = lines(ClientInfo.Kind.REPLICA);
        assertEquals(2, lines.size(), () -> "without the one that has not said who it is: " + lines);
        String line = lines.stream()
                .filter(each -> each.contains(" name=one "))
                .findFirst()
                .orElseThrow();
        assertTrue(
                line.matches("id=\\d+ addr=127\\.0\\.0\\.1:\\d+ laddr=127\\.0\\.0\\.1:\\d+ .* flags=S db=0 .*"), line);
        assertTrue(line.contains(" cmd=replconf user=default "), line);
        long id = Long.parseLong(line.replaceAll("id=(\\d+) .*", "$1"));

        assertEquals(1, services.killClients(info -> info.id() == id, 0));
        bench.await(one::isEnded);
        assertFalse(two.isEnded());
        assertEquals(1, services.killClients(info -> info.kind() == ClientInfo.Kind.REPLICA, 0));
        bench.await(two::isEnded);
        assertFalse(stranger.isEnded());
        assertEquals(0, services.killClients(info -> true, 0));
    }

    @Test
    void shouldListAndKillTheLinkToThePrimary() throws Exception {
        Peer primary = bench.followedPrimary();
        assertEquals(List.of(), lines(ClientInfo.Kind.PRIMARY), "the primary has not answered yet");
        long next = bench.shard.shard().backlog().lastIndex() + 1;
        String end = HandshakeEvaluator.end(bench.shard.shard()).text();
        primary.send("+STREAM " + next + " " + end + "\r\n");
        bench.await(() -> !lines(ClientInfo.Kind.PRIMARY).isEmpty());
        List<String> lines = lines(ClientInfo.Kind.PRIMARY);
        assertEquals(1, lines.size());
        assertTrue(lines.get(0).contains(" flags=M "), lines.get(0));
        assertTrue(lines.get(0).contains(" user=(superuser) "), lines.get(0));
        assertEquals(1, services.killClients(info -> info.kind() == ClientInfo.Kind.PRIMARY, 0));
        bench.await(primary::isEnded);
        assertEquals(List.of(), lines(ClientInfo.Kind.PRIMARY));
    }
}
