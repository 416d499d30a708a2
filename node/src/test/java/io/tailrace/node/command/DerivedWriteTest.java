package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.wire.record.PartView;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written in one shard from what is in another names that other's newest record, so that neither a start nor a replica has it alone. */
class DerivedWriteTest {
    private static final int SHARDS = 3;

    private SessionBench bench;
    private SessionBench.Client client;
    private final PartView part = new PartView();

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        bench = new SessionBench(directory, SHARDS);
        client = bench.clientOfShard(0);
    }

    @AfterEach
    void stop() throws Exception {
        bench.close();
    }

    private String key(int shard) {
        return bench.keyOfShard(shard);
    }

    private Backlog log(int shard) {
        return bench.services(shard).shard().backlog();
    }

    private String newest(int shard) {
        return shard + "@" + QueueIndex.toString(log(shard).lastIndex());
    }

    /** What the newest record of a shard names: its parts, then what it needs. */
    private String names(int shard) {
        try (BacklogReader reader = log(shard).reader()) {
            RecordView record = reader.readAt(log(shard).lastIndex());
            assertEquals(null, part.wrap(record));
            return part.parts() + ", " + part.needs();
        }
    }

    private void reply(String... command) {
        String line = client.reply(command).line();
        assertTrue(!line.startsWith("-"), line);
    }

    @Test
    void shouldNameTheSourceOfACopy() {
        reply("SET", key(0), "v");
        reply("COPY", key(0), key(1));
        assertEquals(newest(1) + ", " + newest(0), names(1));
    }

    @Test
    void shouldNameTheSourcesOfAStore() {
        reply("SADD", key(0), "a", "b");
        reply("SADD", key(2), "b", "c");
        reply("SINTERSTORE", key(1), key(0), key(2));
        assertEquals(newest(1) + ", " + newest(0) + " " + newest(2), names(1));
    }

    @Test
    void shouldNameWhatAScriptAndATransactionHaveLookedAt() {
        reply("SET", key(2), "v");
        reply("EVAL", "return redis.call('set', KEYS[2], redis.call('get', KEYS[1]))", "2", key(2), key(1));
        assertEquals(newest(1) + ", " + newest(2), names(1));
        reply("MULTI");
        reply("GET", key(1));
        reply("SET", key(2), "w");
        reply("SET", key(0), "w");
        reply("EXEC");
        assertEquals(newest(0) + " " + newest(2) + ", " + newest(1), names(0));
        assertEquals(names(0), names(2));
    }

    /** The client has read them before it said what to write. */
    @Test
    void shouldNameTheShardsOfWatchedKeys() {
        reply("SET", key(2), "v");
        reply("WATCH", key(2));
        reply("MULTI");
        reply("SET", key(1), "w");
        reply("EXEC");
        assertEquals(newest(1) + ", " + newest(2), names(1));
    }

    @Test
    void shouldNameNothingWhereEverythingIsWritten() {
        reply("MSET", key(0), "v", key(1), "v");
        assertEquals(newest(0) + " " + newest(1) + ", ", names(0));
        reply("RENAME", key(0), key(2));
        assertEquals(newest(0) + " " + newest(2) + ", ", names(2));
    }

    @Test
    void shouldWriteAnOrdinaryRecordWhereNoOtherShardWasLookedAt() {
        reply("SET", key(1), "v");
        assertEquals(", ", names(1));
        reply("EVAL", "return redis.call('set', KEYS[1], 'x')", "2", key(1), key(2));
        assertEquals(", ", names(1));
    }

    /** Its log may be taken for blank, and openings at a log's end may go. */
    @Test
    void shouldNotNameTheOpeningOfASegment() throws Exception {
        reply("SDIFFSTORE", key(1), key(1), key(2));
        reply("SADD", key(1), "a");
        reply("SUNIONSTORE", key(0), key(1), key(2));
        String source = newest(1);
        assertEquals(newest(0) + ", " + source, names(0), "there is no write in shard 2");
        bench.services(1).shard().log().openSegment();
        reply("COPY", key(1), key(2));
        assertEquals(newest(2) + ", " + source, names(2));
    }

    @Test
    void shouldWriteNothingForWhatOnlyLooks() {
        reply("MSET", key(0), "v", key(1), "v");
        List<String> before = List.of(newest(0), newest(1));
        reply("MGET", key(0), key(1));
        reply("EXISTS", key(0), key(1));
        assertEquals(before, List.of(newest(0), newest(1)));
    }
}
