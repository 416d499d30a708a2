package io.tailrace.node.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.config.ConfigException;
import io.tailrace.node.config.LiveSettings;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.Setting;
import io.tailrace.node.services.HeldReply;
import io.tailrace.node.shard.RebuildException;
import io.tailrace.node.shard.ShardBench;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replies and questions that wait for replicas, on one shard with a clock that is set. */
class ShardAcksTest {
    private static final long START = 1_000_000;

    private final List<FakeFollower> followers = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final LiveSettings settings = settings();
    private ShardBench bench;
    private ShardAcks acks;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException, RebuildException {
        bench = new ShardBench(directory).begin();
        bench.at(START);
        acks = new ShardAcks(bench.shard(), settings, followers);
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private static LiveSettings settings() {
        try {
            return new LiveSettings(
                    NodeConfig.builder().set(Setting.ACK_REPLICAS, 1).build());
        } catch (ConfigException e) {
            throw new AssertionError(e);
        }
    }

    private void change(Setting setting, String value) throws ConfigException {
        settings.change(Map.of(setting, value));
    }

    private FakeFollower follower(String id) {
        FakeFollower follower = new FakeFollower(id);
        followers.add(follower);
        return follower;
    }

    private void hold(long index) {
        acks.hold(index, new HeldReply() {
            @Override
            public void release() {
                told.add("release");
            }

            @Override
            public void fail(String error) {
                told.add(error);
            }
        });
    }

    @Test
    void shouldReleaseWhenEnoughReplicasHaveTheWrite() throws ConfigException {
        FakeFollower one = follower("one");
        FakeFollower two = follower("two");
        change(Setting.ACK_REPLICAS, "2");
        hold(10);
        one.applied = 12;
        acks.poll();
        assertEquals(List.of(), told);
        two.applied = 10;
        acks.poll();
        assertEquals(List.of("release"), told);
        assertTrue(acks.isIdle());
    }

    @Test
    void shouldNotCountAReplicaThatLeft() {
        FakeFollower one = follower("one").applied(9);
        hold(10);
        followers.clear();
        one.applied = 10;
        acks.poll();
        assertEquals(List.of(), told);
        follower("one").applied(10);
        acks.poll();
        assertEquals(List.of("release"), told, "it has come again");
    }

    @Test
    void shouldFollowTheSettingForRepliesThatAreHeldAlready() throws ConfigException {
        hold(10);
        hold(11);
        change(Setting.ACK_TIMEOUT, "50");
        bench.at(START + 50);
        hold(12);
        acks.poll();
        assertEquals(2, told.size());
        change(Setting.ACK_REPLICAS, "0");
        acks.poll();
        assertEquals("release", told.get(2));
        assertEquals(2, acks.failedReplies());
    }

    @Test
    void shouldSayThatATimedOutWriteIsInTheLog() {
        follower("one").applied(9);
        hold(QueueIndex.of(3, 17));
        bench.at(START + 999);
        acks.poll();
        assertEquals(List.of(), told);
        assertEquals(TimeUnit.MILLISECONDS.toNanos(1), acks.maxBlockNanos());
        bench.at(START + 1_000);
        acks.poll();
        assertEquals(
                List.of(
                        "NOREPLICAS 0 of 1 replicas applied the write within 1000 ms; it is in the log at 3:17 of shard 0"),
                told);
        assertEquals(Long.MAX_VALUE, acks.maxBlockNanos());
    }

    @Test
    void shouldAnswerAllWhenTheNodeBecomesAReplica() {
        hold(QueueIndex.of(1, 1));
        acks.await(() -> false, 0, () -> false, () -> told.add("answered"));
        acks.demoted();
        assertEquals(
                List.of(
                        "NOREPLICAS this node became a replica before 1 replicas had applied the write; it is in the log"
                                + " at 1:1 of shard 0",
                        "answered"),
                told);
        assertTrue(acks.isIdle());
    }

    @Test
    void shouldAnswerWhoHasWhatHeWaitsForOrIsLate() {
        FakeFollower one = follower("one");
        boolean[] isGone = {false};
        acks.await(() -> acks.count(5, false) == 1, 0, () -> false, () -> told.add("met"));
        acks.await(() -> acks.count(5, false) == 2, 100, () -> false, () -> told.add("late"));
        acks.await(() -> false, 0, () -> isGone[0], () -> told.add("gone"));
        assertEquals(0, acks.poll());
        one.applied = 5;
        assertEquals(1, acks.poll());
        bench.at(START + 100);
        assertEquals(1, acks.poll());
        isGone[0] = true;
        assertEquals(1, acks.poll());
        assertEquals(List.of("met", "late", "gone"), told);
        acks.await(() -> true, 0, () -> false, () -> told.add("at once"));
        assertEquals("at once", told.get(3));
    }
}
