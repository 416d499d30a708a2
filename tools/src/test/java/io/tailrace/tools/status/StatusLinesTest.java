package io.tailrace.tools.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.report.NodeFacts;
import io.tailrace.node.report.Trend;
import io.tailrace.node.report.Units;
import io.tailrace.node.report.Warnings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusLinesTest {
    private static final String HISTORY = "0123456789abcdef0123456789abcdef01234567";
    private static final List<String> PRIMARY = List.of(
            "role:master",
            "master_replid:" + HISTORY,
            "master_repl_offset:1000",
            "connected_slaves:1",
            "slave0:ip=10.0.0.2,port=6379,state=online,offset=998,lag=0",
            "replica0_shard0:id=ab,state=online,index=4294967300,lag_us=1500,p50=1,p99=2,p99.9=3,max=4,records=9,time_to_full_sync_s=7000",
            "replica0_shard1:id=ab,state=online,index=4294967300,lag_us=2500,p50=1,p99=2,p99.9=3,max=4,records=9,time_to_full_sync_s=9000",
            "shard0:index=4294967300,first_index=4294967296,segments=1,records=600,bytes=67108864,chain=0011223344556677",
            "shard1:index=4294967310,first_index=4294967296,segments=2,records=400,bytes=67108864,chain=1111223344556677",
            "history0_shard0:id=" + HISTORY + ",term=1",
            "history0_shard1:id=fedcba9876543210fedcba9876543210fedcba98,term=1",
            "replica1_shard0:id=9f06abcdef,state=away,index=4294967298,held_s=40,time_to_full_sync_s=50",
            "replica1_shard1:id=9f06abcdef,state=away,index=4294967298,held_s=41,time_to_full_sync_s=50",
            "feed0_shard0:name=indexer,state=reading,index=4294967300,behind_records=2,held_s=-1",
            "feed0_shard1:name=indexer,state=away,index=4294967300,behind_records=3,held_s=20",
            "instantaneous_ops_per_sec:12345",
            "connected_clients:3",
            "used_memory:1048576",
            "maxmemory:0",
            "reactor_longest_cycle_us:850",
            "rdb_last_bgsave_status:ok",
            "rdb_bgsave_in_progress:1",
            "rdb_current_bgsave_time_sec:4",
            "rdb_current_bgsave_perc:41");
    private static final List<String> REPLICA = List.of(
            "role:slave",
            "master_host:10.0.0.1",
            "master_port:6379",
            "master_link_status:up",
            "master_sync_in_progress:0",
            "master_replid:" + HISTORY,
            "master_repl_offset:998",
            "replica_lag_micros:1500",
            "replica_lag_shard0:p50=12,p99=2900,p99.9=3000,max=4000,records=9",
            "shard0:index=4294967300,first_index=4294967296,segments=1,bytes=67108864,chain=0011223344556677",
            "used_memory:1048576");

    private static NodeFacts facts(String node, List<String> lines, String... other) {
        Map<String, String> fields = new LinkedHashMap<>();
        List<String> all = new ArrayList<>(lines);
        all.addAll(List.of(other));
        all.forEach(line -> fields.put(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1)));
        return new NodeFacts(node, null, fields, 1_000_000_000);
    }

    private static Trend trend(NodeFacts... looks) {
        Trend trend = new Trend();
        for (NodeFacts each : looks) {
            trend.add(each);
        }
        return trend;
    }

    private static NodeFacts later(NodeFacts node, long records) {
        Map<String, String> fields = new LinkedHashMap<>(node.fields());
        fields.put("master_repl_offset", Long.toString(node.number("master_repl_offset") + records));
        fields.computeIfPresent("shard1", (name, shard) -> shard.replace("records=400", "records=" + (400 + records)));
        return new NodeFacts(node.node(), null, fields, node.nanos() + 500_000_000);
    }

    @Test
    void shouldPrintNodesWithTheirShardsAndReplicas() {
        NodeFacts primary = facts("10.0.0.1:6379", PRIMARY);
        NodeFacts replica = facts("10.0.0.2:6379", REPLICA);
        List<String> lines = new StatusLines(120, false)
                .once(
                        List.of(later(primary, 2_500), replica),
                        List.of(trend(primary, later(primary, 2_500)), trend(replica)));

        assertEquals(
                """
                NODE                  ROLE     HISTORY  RECORDS/S     LAG     LOG  MEMORY
                10.0.0.1:6379         primary  01234567     5.00k   2.5ms    128M   1.00M
                  12.3k commands/s, 3 clients, snapshot 41% for 4s, longest cycle 850us
                  shard 0 01234567 0 records/s: at 1:4, log from 1:0, 64.0M in 1 segment
                  shard 1 fedcba98 5.00k records/s: at 1:14, log from 1:0, 64.0M in 2 segments
                  replica 10.0.0.2:6379 online, lag 2.5ms, may be away for 116min
                  replica with node_id 9f06abcd is away, the log is retained for it for another 41s
                  feed slot indexer away, 5 records behind
                10.0.0.2:6379         replica  01234567         -   1.5ms   64.0M   1.00M
                  0 commands/s, -1 clients, follows 10.0.0.1:6379
                  shard 0: at 1:4, log from 1:0, 64.0M in 1 segment, lag p50 12us p99 2.9ms
                no warnings
                """
                        .replace("-1 clients, ", ""),
                String.join("\n", lines) + "\n");
    }

    @ParameterizedTest
    @CsvSource({"40, 5", "80, 10", "80, 24", "100, 30", "200, 60"})
    void shouldFitIntoEveryWidthAndShowWarningsFirstWhereThereAreFewRows(int width, int rows) {
        NodeFacts primary = facts("10.0.0.1:6379", PRIMARY, "rdb_last_bgsave_status:err");
        List<NodeFacts> nodes = new ArrayList<>();
        List<Trend> trends = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            nodes.add(primary);
            trends.add(trend(primary, later(primary, 10)));
        }
        List<String> lines = new StatusLines(width, false).live(nodes, trends, rows);
        assertTrue(lines.stream().allMatch(line -> line.length() <= width), lines.toString());
        assertEquals(rows < 60, lines.get(0).startsWith("! "), lines.toString());
        assertTrue(
                String.join(" ", lines).replaceAll(" +", " ").contains("the last snapshot failed"), lines.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "master_link_status:down|master_link_down_since_seconds:9|master_link_problem:refused|n does not follow 10.0.0.1:6379 for 9 s: refused",
                "master_sync_in_progress:1|master_sync_perc:41.5|x:1|n takes a full sync from 10.0.0.1:6379, 41 percent",
                "replica_lag_micros:2500000|x:1|x:1|n is 2s behind 10.0.0.1:6379: look for a busy machine or network",
                "aof_last_write_status:err|x:1|x:1|n the log takes no writes: look at the disk",
                "log_fsync_pending_seconds:7|x:1|x:1|n the disk has not taken the log for 7 s, which a power loss would cost: look at the disk",
                "log_fsync_error:EIO|x:1|x:1|n the disk fails, and writes are refused until it does not: EIO",
                "maxmemory:1100000|x:1|x:1|n memory is 95 percent full: raise max-memory, or let keys be evicted",
                "lost_writes:3|x:1|x:1|n 3 records of writes were rolled back: the lost-writes file has them, for redis-cli --pipe",
                "backlog_pressure:a disk is full|x:1|x:1|n the log: a disk is full",
                "master_link_status:down|x:1|x:1|n does not follow 10.0.0.1:6379: look whether that runs and can be reached",
                "connected_clients:95|maxclients:100|x:1|n 95 of 100 clients are connected: raise max-clients, or check CLIENT LIST for connections left open",
                "refused_replicas:2|x:1|x:1|n 2 replicas are refused: INFO replication says why",
                "feed0_shard0:name=f,state=lapsed,behind_records=4|feed0_shard1:name=f,state=reading,behind_records=4|x:1|n the log is no longer retained for the feed slot f, because its reader has been away too long: start its reader, which reports records that are gone, or drop the slot",
                "feed0_shard0:name=f,state=dropped,behind_records=-1|x:1|x:1|n the log is no longer retained for the feed slot f, because the disk was full: start its reader, which reports records that are gone, or drop the slot",
                "loading:1|loading_loaded_perc:12.50|x:1|n loading its data, 12.50 percent",
            })
    void shouldWarnInWords(String one, String two, String three, String warning) {
        NodeFacts replica = facts("n", REPLICA, one, two, three);
        List<String> lines = new StatusLines(200, false)
                .once(List.of(facts("p", PRIMARY), replica), List.of(new Trend(), trend(replica)));
        assertTrue(lines.contains("! " + warning), lines.toString());
    }

    @Test
    void shouldNotWarnOfTheLagOfARecordThatCameLongAgo() {
        String none = "replica_lag_shard0:p50=0,p99=0,p99.9=0,max=0,records=0";
        assertEquals(List.of(), Warnings.of(facts("n", REPLICA, "replica_lag_micros:2500000", none)));
    }

    @Test
    void shouldWarnOfNodesTogether() {
        NodeFacts one = facts("one", PRIMARY);
        NodeFacts two = facts("two", PRIMARY);
        assertEquals(
                List.of("one and two are primaries of one history: one of them must follow the other"),
                Warnings.ofAll(List.of(one, two)));
        assertEquals(List.of("none of them is a primary"), Warnings.ofAll(List.of(facts("r", REPLICA))));
        NodeFacts gone = NodeFacts.unreachable("gone", "refused", 0);
        assertEquals(List.of(), Warnings.ofAll(List.of(one, gone)));
        assertEquals(List.of("not reachable: refused"), Warnings.of(gone));
        assertTrue(new StatusLines(80, true)
                .once(List.of(gone), List.of(trend(gone)))
                .get(1)
                .contains("DOWN"));
    }

    @Test
    void shouldPrintOneObject() throws IOException {
        NodeFacts primary = facts("10.0.0.1:6379", PRIMARY);
        NodeFacts gone = NodeFacts.unreachable("gone", "refused", 0);
        String json = StatusJson.of(List.of(primary, gone), List.of(trend(primary), trend(gone)));
        assertTrue(
                json.startsWith("{\"nodes\":[{\"node\":\"10.0.0.1:6379\",\"problem\":null,\"role\":\"primary\""), json);
        assertTrue(json.contains("\"seconds_to_full_sync\":7000"), json);
        assertTrue(json.contains("{\"node\":\"gone\",\"problem\":\"refused\",\"role\":\"unknown\""), json);
    }

    @Test
    void shouldDrawWhatIsKnownAsBars() {
        long[] values = {-1, 0, 4, 8};
        assertEquals("   ▁▄█", Units.sparkline(values, 4, 6, false).replace(' ', ' '));
        assertEquals("+@", Units.sparkline(values, 4, 2, true).replace('=', '+'));
        assertEquals("    ", Units.sparkline(values, 0, 4, true));
    }

    @ParameterizedTest
    @CsvSource({
        "-1,-",
        "0,0us",
        "999,999us",
        "1500,1.5ms",
        "45000,45ms",
        "2000000,2s",
        "130000000,2min",
        "7200000000,2h"
    })
    void shouldSayTimesInShort(long micros, String text) {
        assertEquals(text, Units.micros(micros));
    }
}
