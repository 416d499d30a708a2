package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.services.LagWindow;
import io.tailrace.node.services.RefusedReplica;
import io.tailrace.node.services.ReplicaPlace;
import io.tailrace.node.services.ReplicationServices.LinkInfo;
import io.tailrace.node.services.ReplicationServices.ReplicaInfo;
import io.tailrace.node.services.SyncProgress;
import io.tailrace.node.shard.RebuildException;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** INFO, ROLE, WAIT and REPLICAOF on a node of two shards. The key "a" belongs to shard 1, "b" to shard 0. */
class InfoTest {
    private static final LagWindow.Summary LAG = new LagWindow.Summary(100, 200, 300, 400, 5);
    static final LinkInfo UP =
            new LinkInfo("STREAMING", true, false, true, 1_500, 0, 700, LAG, 4, null, null, null, null);
    private static final LinkInfo SYNCING = new LinkInfo(
            "SYNCING",
            false,
            true,
            false,
            500,
            3_200,
            900,
            LAG,
            4,
            null,
            null,
            null,
            new SyncProgress(4_096, 16_000, 2_500));

    private static final String HISTORY = "0123456789abcdef0123456789abcdef01234567";

    private SessionBench bench;
    private SessionBench.Client client;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException, RebuildException {
        bench = new SessionBench(directory, 2);
        client = bench.client();
    }

    @AfterEach
    void stop() throws IOException {
        bench.close();
    }

    private static ReplicaInfo replica(String id, String state, long recordCount, long lagMs) {
        return new ReplicaInfo(id, "10.0.0.1", 6380, state, 5, recordCount, lagMs, 1, 2, null);
    }

    private Map<String, String> info(String... sections) {
        String[] command = new String[sections.length + 1];
        command[0] = "INFO";
        System.arraycopy(sections, 0, command, 1, sections.length);
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : client.reply(command).body().split("\r\n")) {
            if (!line.isEmpty()) {
                int split = line.indexOf(':');
                fields.put(split < 0 ? line : line.substring(0, split), split < 0 ? "" : line.substring(split + 1));
            }
        }
        return fields;
    }

    private void becomeReplica(LinkInfo first, LinkInfo second) {
        bench.node.primary = new HostPort("primary.example", 6379);
        bench.replication.get(0).link = first;
        bench.replication.get(1).link = second;
    }

    @Test
    void shouldShowSectionsInRedisOrder() {
        List<String> headers =
                info().keySet().stream().filter(line -> line.startsWith("#")).toList();
        assertEquals(
                List.of(
                        "# Server",
                        "# Clients",
                        "# Memory",
                        "# Persistence",
                        "# Stats",
                        "# Replication",
                        "# CPU",
                        "# Modules",
                        "# Errorstats",
                        "# Cluster",
                        "# Keyspace"),
                headers);
        assertTrue(info("everything").keySet().containsAll(info().keySet()));
        assertEquals(
                List.of("# Cluster", "cluster_enabled"),
                List.copyOf(info("CLUSTER").keySet()));
    }

    @Test
    void shouldCountKeysAndRecordsOverShards() {
        client.reply("SET", "a", "1");
        client.reply("SET", "b", "1", "EX", "100");
        assertEquals("keys=2,expires=1,avg_ttl=100000", info("keyspace").get("db0"));
        Map<String, String> fields = info("replication");
        assertEquals("4", fields.get("master_repl_offset"), "an opening record and a write on each shard");
        assertEquals("1", fields.get("repl_backlog_first_byte_offset"));
        assertEquals("4", fields.get("repl_backlog_histlen"));
        assertEquals(SessionBench.HISTORY, fields.get("master_replid"));
        assertEquals("-1", fields.get("second_repl_offset"));
        assertTrue(
                fields.get("shard1")
                        .matches(
                                "index=4294967297,first_index=4294967296,segments=1,records=2,bytes=\\d+,chain=[0-9a-f]{16}"),
                fields.get("shard1"));
    }

    @Test
    void shouldJoinWhatShardsKnowOfAReplica() {
        bench.replication.get(0).replicas = List.of(replica("one", "online", 5, 900), replica("two", "online", 1, 1));
        bench.replication.get(1).replicas = List.of(replica("one", "send_bulk", 2, 2_100));
        bench.replication.get(0).fullSyncs = 3;
        bench.replication.get(1).fullSyncs = 2;
        Map<String, String> fields = info("replication");
        assertEquals("2", fields.get("connected_slaves"));
        assertEquals("ip=10.0.0.1,port=6380,state=send_bulk,offset=7,lag=2", fields.get("slave0"));
        assertEquals("ip=10.0.0.1,port=6380,state=wait_bgsave,offset=1,lag=0", fields.get("slave1"));
        assertEquals("3", fields.get("full_syncs"));
    }

    @Test
    void shouldTellHowFarFullSyncsHaveComeOnBothSides() {
        bench.replication.get(0).replicas =
                List.of(new ReplicaInfo("one", "10.0.0.1", 6380, "send_bulk", -1, 0, 0, 1, 2, sync(10, 30, 1_999)));
        bench.replication.get(1).replicas =
                List.of(new ReplicaInfo("one", "10.0.0.1", 6380, "send_bulk", -1, 0, 0, 1, 2, sync(20, 15, 3_000)));
        assertEquals(
                "ip=10.0.0.1,port=6380,state=send_bulk,offset=0,lag=0,sync_bytes=30,sync_total_bytes=50,sync_perc=60.00"
                        + ",sync_seconds=3",
                info("replication").get("slave0"));

        becomeReplica(SYNCING, SYNCING);
        Map<String, String> fields = info("replication");
        assertEquals("8192", fields.get("master_sync_read_bytes"));
        assertEquals("32000", fields.get("master_sync_total_bytes"));
        assertEquals("23808", fields.get("master_sync_left_bytes"));
        assertEquals("25.60", fields.get("master_sync_perc"));
        assertEquals("2", fields.get("master_sync_seconds"));
        becomeReplica(UP, UP);
        assertFalse(info("replication").containsKey("master_sync_total_bytes"));
    }

    private static SyncProgress sync(long bytes, long totalBytes, long millis) {
        return new SyncProgress(bytes, totalBytes, millis);
    }

    @Test
    void shouldTellTheLagOfEachReplicaInEachShard() {
        bench.replication.get(0).replicas = List.of(replica("one", "online", 5, 900), replica("two", "online", 1, 1));
        bench.replication.get(0).places = List.of(
                new ReplicaPlace("two", "10.0.0.2", 6380, "online", 7, 12, LAG, -1, 33),
                new ReplicaPlace("one", "10.0.0.1", 6380, "online", 7, 12, LAG, -1, 33));
        bench.replication.get(1).places = List.of(ReplicaPlace.away("gone", "10.0.0.2", 6380, 9, 17, -1));
        Map<String, String> fields = info("replication");
        assertEquals(
                "id=two,state=online,index=7,lag_us=12,p50=100,p99=200,p99.9=300,max=400,records=5"
                        + ",time_to_full_sync_s=33",
                fields.get("replica1_shard0"));
        assertEquals("id=gone,state=away,index=9,held_s=17,time_to_full_sync_s=-1", fields.get("replica2_shard1"));
        assertTrue(fields.get("replica0_shard0").startsWith("id=one,"), fields.get("replica0_shard0"));
        assertFalse(fields.containsKey("replica0_shard1"));
    }

    @Test
    void shouldBeUpOnlyWhenAllShardsAre() {
        becomeReplica(UP, SYNCING);
        Map<String, String> fields = info("replication");
        assertEquals("slave", fields.get("role"));
        assertEquals("primary.example", fields.get("master_host"));
        assertEquals("down", fields.get("master_link_status"));
        assertEquals("-1", fields.get("master_last_io_seconds_ago"));
        assertEquals("1", fields.get("master_sync_in_progress"));
        assertEquals("3", fields.get("master_link_down_since_seconds"));
        assertEquals("0", fields.get("slave_priority"));
        assertEquals("900", fields.get("replica_lag_micros"));
        assertEquals("p50=100,p99=200,p99.9=300,max=400,records=5", fields.get("replica_lag_shard1"));
        becomeReplica(UP, UP);
        fields = info("replication");
        assertEquals("up", fields.get("master_link_status"));
        assertEquals("1", fields.get("master_last_io_seconds_ago"));
        assertEquals("100", fields.get("slave_priority"));
        assertEquals(fields.get("master_repl_offset"), fields.get("slave_repl_offset"));
        assertFalse(fields.containsKey("master_link_down_since_seconds"));
        assertFalse(fields.containsKey("sync_refused_reason"));
    }

    @Test
    void shouldTellOfReplicasThatItRefuses() {
        assertEquals("0", info("replication").get("refused_replicas"));
        assertEquals("0", info("replication").get("replicas_ahead"));
        RefusedReplica ahead =
                new RefusedReplica("one", "10.0.0.1", 6380, "FUTURE", HISTORY, QueueIndex.of(3, 17), 900, 5);
        RefusedReplica foreign = new RefusedReplica("two", "10.0.0.2", 6381, "FOREIGN", HISTORY, 0, 2_500, 1);
        bench.replication.get(0).refused = List.of(ahead);
        bench.replication.get(1).refused = List.of(foreign, ahead);
        Map<String, String> fields = info("replication");
        assertEquals("2", fields.get("refused_replicas"));
        assertEquals("1", fields.get("replicas_ahead"), "a node counts once");
        assertEquals(
                "id=one,ip=10.0.0.1,port=6380,code=FUTURE,history=" + HISTORY + ",index=3:17,seconds_ago=0,times=5",
                fields.get("refused0_shard1"));
        assertEquals(
                "id=two,ip=10.0.0.2,port=6381,code=FOREIGN,history=" + HISTORY + ",index=0:0,seconds_ago=2,times=1",
                fields.get("refused1_shard1"));
    }

    @Test
    void shouldTellWhyItsLinkIsDownAndWhatItConsentsTo() {
        becomeReplica(
                UP,
                new LinkInfo(
                        "BACKOFF",
                        false,
                        false,
                        true,
                        -1,
                        700,
                        0,
                        LAG,
                        0,
                        "NOTTAILRACE it answered 'x'",
                        "ANY",
                        "reset\nby peer",
                        null));
        Map<String, String> fields = info("replication");
        assertEquals("down", fields.get("master_link_status"));
        assertEquals("NOTTAILRACE it answered 'x'", fields.get("sync_refused_reason"));
        assertEquals("ANY", fields.get("sync_consent"));
        assertEquals("reset by peer", fields.get("master_link_problem"));
        becomeReplica(UP, UP);
        assertFalse(info("replication").containsKey("master_link_problem"));
        assertFalse(info("replication").containsKey("sync_consent"));
    }

    @Test
    void shouldTellItsRole() {
        bench.replication.get(0).replicas = List.of(replica("one", "online", 5, 900));
        assertEquals("*3 [$6 master, :2, *0]", client.reply("ROLE").toString(), "not online on every shard");
        bench.replication.get(1).replicas = List.of(replica("one", "online", 2, 1));
        assertEquals(
                "*3 [$6 master, :2, *1 [*3 [$8 10.0.0.1, $4 6380, $1 7]]]",
                client.reply("ROLE").toString());
        becomeReplica(UP, SYNCING);
        assertEquals(
                "*5 [$5 slave, $15 primary.example, :6379, $4 sync, :2]",
                client.reply("ROLE").toString());
    }

    @Test
    void shouldWaitForTheSlowestShard() {
        client.reply("SET", "a", "1");
        FakeAcks first = bench.replication.get(0).acks;
        FakeAcks second = bench.replication.get(1).acks;
        first.applied.putAll(Map.of("one", -1L, "two", -1L));
        second.applied.putAll(Map.of("one", 4294967296L, "three", 4294967297L));
        client.send("WAIT", "2", "250");
        client.send("PING");
        assertTrue(client.isSilent(50));
        assertEquals(List.of(250L), first.timeouts);
        second.applied.put("one", 4294967297L);
        assertTrue(
                client.isSilent(50), "two nodes have it on the shard that was written to, one of them is nowhere else");
        first.answerAll();
        second.answerAll();
        assertEquals(":1", client.next().line());
        assertEquals("+PONG", client.next().line());
    }

    @Test
    void shouldSeeAWaitingClientLeave() throws IOException {
        SessionBench.Client other = bench.client();
        other.send("WAIT", "2", "0");
        assertTrue(other.isSilent(50));
        assertEquals("1", info("clients").get("blocked_clients"));
        other.close();
        client.isSilent(50);
        assertEquals(1, bench.node.clientCount());
        assertEquals("0", info("clients").get("blocked_clients"));
    }

    @Test
    void shouldCountWhoWaitsForAKey() throws IOException {
        SessionBench.Client other = bench.client();
        other.send("BZPOPMIN", "z", "0");
        assertTrue(other.isSilent(50));
        assertEquals("1", info("clients").get("blocked_clients"));
        client.reply("ZADD", "z", "1", "m");
        assertEquals("z", other.next().elements().get(0).body());
        assertEquals("0", info("clients").get("blocked_clients"));
    }

    @Test
    void shouldTellWhereTheTimeOfTheReactorsGoesAndWhatMadeCyclesLong() {
        AtomicLong reads = new AtomicLong();
        bench.workMicros = reads::incrementAndGet;
        client.reply("EVAL", "return redis.call('set', KEYS[1], 'x')", "1", "a");
        Map<String, String> reactor = info("reactor");
        for (String name : List.of("cycles", "execute_us", "flush_us", "longest_cycle_us", "longest_cycle_us_ever")) {
            assertTrue(Long.parseLong(reactor.get("reactor_" + name)) > 0, name + " of " + reactor);
        }
        assertFalse(reactor.get("reactor_longest_script").startsWith("us=0,"), reactor::toString);
        assertEquals("us=0,cpu_us=0,us_ever=0,cpu_us_ever=0", reactor.get("reactor_longest_eviction"));

        client.reply("CONFIG", "RESETSTAT");

        assertEquals("us=0,cpu_us=0,us_ever=0,cpu_us_ever=0", info("reactor").get("reactor_longest_script"));
    }

    @Test
    void shouldTellOfGarbageCollections() {
        long before = Long.parseLong(info("memory").get("gc_collections"));
        System.gc();
        Map<String, String> memory = info("memory");
        assertTrue(Long.parseLong(memory.get("gc_collections")) > before, memory::toString);
        assertTrue(Long.parseLong(memory.get("gc_milliseconds")) >= 0, memory::toString);
    }

    @Test
    void shouldNotWaitOnAReplica() {
        becomeReplica(UP, UP);
        assertTrue(
                client.reply("WAIT", "1", "1").line().startsWith("-ERR WAIT cannot be used with replica instances."));
        assertEquals(
                "-READONLY You can't write against a read only replica.",
                client.reply("SET", "a", "1").line());
    }

    @Test
    void shouldFollowAndStopFollowing() {
        assertEquals("+OK", client.reply("REPLICAOF", "NO", "ONE").line());
        assertEquals("+OK", client.reply("REPLICAOF", "10.0.0.2", "6379").line());
        assertEquals(
                "+OK Already connected to specified master",
                client.reply("SLAVEOF", "10.0.0.2", "6379").line());
        assertEquals(
                "+OK", client.reply("REPLICAOF", "10.0.0.2", "6379", "FORCE").line());
        assertEquals("follow 10.0.0.2:6379;follow 10.0.0.2:6379 forced;", bench.node.asked);
        assertEquals(
                "+OK the FORCE that is not complete yet is revoked",
                client.reply("REPLICAOF", "10.0.0.2", "6379").line());
        assertEquals(
                "+OK Already connected to specified master",
                client.reply("REPLICAOF", "10.0.0.2", "6379").line());
        assertEquals("follow 10.0.0.2:6379;follow 10.0.0.2:6379 forced;revoke force;", bench.node.asked);
        assertEquals(
                "*2 [$9 replicaof, $13 10.0.0.2 6379]",
                client.reply("CONFIG", "GET", "replicaof").toString());
        bench.node.promotionProblem = "the disk is full";
        assertEquals(
                "-MISCONF this node can't be promoted: the disk is full. It stays a replica",
                client.reply("REPLICAOF", "no", "one").line());
    }

    @Test
    void shouldBecomeAPrimaryWithinATransactionAsSentinelAsks() {
        assertEquals("+OK", client.reply("REPLICAOF", "10.0.0.2", "6379").line());
        assertEquals("+OK", client.reply("MULTI").line());
        assertEquals("+QUEUED", client.reply("SLAVEOF", "NO", "ONE").line());
        assertEquals("*1 [+OK]", client.reply("EXEC").toString());
        assertEquals("follow 10.0.0.2:6379;promote now;", bench.node.asked);
    }

    @Test
    void shouldTellItsTopology() {
        assertEquals(
                "*4 [:1, :16379, :2, $9 test-node]",
                client.reply("REPLCONF", "topology").toString());
    }

    @Test
    void shouldSaveOnEveryShard() {
        assertEquals("+Background saving started", client.reply("BGSAVE").line());
        assertEquals(
                ":" + SessionBench.NOW_MICROS / 1_000_000,
                client.reply("LASTSAVE").line());
        assertEquals("*2 [$10 1700000000, $6 123456]", client.reply("TIME").toString());
    }
}
