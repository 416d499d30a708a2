package io.tailrace.tools.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import io.tailrace.tools.system.Sentinel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * BullMQ, redlock, Redisson's locks and a consumer group by Jedis, all at once, while their primary is killed: nothing that was
 * acknowledged is lost, no lock is held twice, no job runs more often than its library says.
 */
@Timeout(600)
@Tag("long")
class ClientFailoverIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int SENTINELS = 3;
    private static final int ROUNDS = Boolean.getBoolean("tailrace.clients.long") ? 10 : 1;
    /** Numbers that are added to the stream before a primary is killed, and after. */
    private static final int SOME = 400;

    private static JavaScriptPackages packages;
    private static JavaLibraries libraries;

    @TempDir
    private Path dir;

    /** The first time packages are fetched. */
    @BeforeAll
    @Timeout(480)
    static void install() throws Exception {
        packages = new JavaScriptPackages();
        libraries = new JavaLibraries();
    }

    /** The programs on one primary, wherever it is. */
    private final class Clients implements AutoCloseable {
        private final Path stop = dir.resolve("stop");
        private final List<ClientProgram> programs = new ArrayList<>();
        private final StreamLoad streams;

        Clients(String where, StreamLoad.Address address) throws IOException {
            String[] arguments = {where, stop.toString(), Integer.toString(ROUNDS)};
            programs.add(new ClientProgram(dir.resolve("js"), "js", packages.command("failover", arguments), Map.of()));
            programs.add(new ClientProgram(
                    dir.resolve("java"), "java", libraries.command("RedissonFailover", arguments), Map.of()));
            for (ClientProgram program : programs) {
                Await.until("a program to begin", LIMIT, () -> program.printed().startsWith("begun"));
            }
            streams = new StreamLoad(address);
            awaitMore();
        }

        void awaitMore() {
            int before = streams.added();
            Await.until("the stream to grow", LIMIT, () -> streams.added() >= before + SOME);
        }

        void finish(String title) throws IOException, InterruptedException {
            Files.createFile(stop);
            StringBuilder report = new StringBuilder(streams.finish(LIMIT)).append('\n');
            for (ClientProgram program : programs) {
                report.append(program.await(LIMIT).replace("begun\n", ""));
            }
            System.out.println(title + ", primaries killed: " + ROUNDS + "\n" + report);
        }

        @Override
        public void close() {
            programs.forEach(ClientProgram::close);
            streams.close();
        }
    }

    @Test
    void shouldLoseNothingWhenThePrimaryIsKilledAndStartsAgain() throws Exception {
        try (NodeGroup group = new NodeGroup(dir)) {
            NodeProcess node = group.add("node").startAndAwait();
            try (Clients clients = new Clients(Integer.toString(node.port()), node::port)) {
                for (int round = 0; round < ROUNDS; round++) {
                    node.kill();
                    node.startAndAwait();
                    clients.awaitMore();
                }
                clients.finish("kill -9 and a new start");
            }
        }
    }

    @Test
    void shouldLoseNothingWhenSentinelFailsOver() throws Exception {
        ClientProgram.assumeInstalled(RealRedis.PROGRAM, "redis-server");
        List<Sentinel> sentinels = new ArrayList<>();
        try (NodeGroup group = new NodeGroup(dir)) {
            List<NodeProcess> nodes = new ArrayList<>();
            nodes.add(group.add("node0", "--ack-replicas", "1").startAndAwait());
            for (int i = 1; i <= 2; i++) {
                nodes.add(group.addReplica("node" + i, nodes.get(0), "--ack-replicas", "1"));
                nodes.get(i).startAndAwait();
            }
            for (int i = 0; i < SENTINELS; i++) {
                sentinels.add(Sentinel.withoutPassword(dir.resolve("sentinel" + i), nodes.get(0), 2));
            }
            awaitReplicas(sentinels);
            String where = sentinels.stream()
                    .map(sentinel -> Integer.toString(sentinel.port()))
                    .collect(Collectors.joining(",", "sentinel:", ""));
            try (Clients clients = new Clients(where, () -> primaryPort(sentinels))) {
                for (int round = 0; round < ROUNDS; round++) {
                    failOver(nodes, sentinels);
                    clients.awaitMore();
                }
                clients.finish("kill -9 and failover by Sentinel");
            }
        } finally {
            sentinels.forEach(Sentinel::close);
        }
    }

    private static void awaitReplicas(List<Sentinel> sentinels) {
        for (Sentinel sentinel : sentinels) {
            Await.until("a Sentinel to know both replicas", LIMIT, () -> {
                Map<String, String> primary = sentinel.primary();
                return primary.get("num-slaves").equals("2")
                        && primary.get("num-other-sentinels").equals("2")
                        && sentinel.replicas().stream().allMatch(each -> "ok".equals(each.get("master-link-status")));
            });
        }
    }

    /** Where most of them say that it is. */
    private static int primaryPort(List<Sentinel> sentinels) throws IOException {
        int first = sentinels.get(0).primaryPort();
        int second = sentinels.get(1).primaryPort();
        return first == second ? first : sentinels.get(2).primaryPort();
    }

    /** Kills the primary, and starts it again when another is one; returns when it follows that one. */
    private static void failOver(List<NodeProcess> nodes, List<Sentinel> sentinels) throws IOException {
        int port = primaryPort(sentinels);
        NodeProcess old =
                nodes.stream().filter(node -> node.port() == port).findFirst().orElseThrow();
        old.kill();
        Await.until("all Sentinels to know a new primary", LIMIT, () -> {
            int now = sentinels.get(0).primaryPort();
            for (Sentinel sentinel : sentinels) {
                if (sentinel.primaryPort() != now) {
                    return false;
                }
            }
            return now != port;
        });
        old.startAndAwait();
        Await.until("the old primary to follow the new one", LIMIT, () -> {
            Map<String, String> fields = NodeGroup.replication(old);
            return "up".equals(fields.get("master_link_status"))
                    && fields.get("master_port").equals(Integer.toString(primaryPort(sentinels)));
        });
        awaitReplicas(sentinels);
        try (RespClient client = new RespClient(primaryPort(sentinels), LIMIT)) {
            assertEquals("master", client.info("replication").get("role"));
            assertTrue(client.number("XLEN", "stream") > 0);
        }
    }
}
