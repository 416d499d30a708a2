package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.shard.RebuildException;
import io.tailrace.wire.record.EffectCursor;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The events of commands over two shards, as notes in the log of each. "a" belongs to shard 1, "b" to shard 0. */
class SpreadEventsTest {
    private SessionBench bench;
    private SessionBench.Client client;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException, RebuildException {
        bench = new SessionBench(directory, 2);
        client = bench.clientOfShard(0);
        client.reply("CONFIG", "SET", "notify-keyspace-events", "AEn");
        bench.nowMicros += 1_000_000;
    }

    @AfterEach
    void stop() throws IOException {
        bench.close();
    }

    /** The notes of the newest record of a shard. */
    private List<String> notes(int shard) {
        List<String> notes = new ArrayList<>();
        try (BacklogReader log = bench.shards.get(shard).backlog().reader()) {
            RecordView record = log.readAt(bench.shards.get(shard).backlog().lastIndex());
            EffectCursor cursor = new EffectCursor().wrap(record);
            while (cursor.next()) {
                if (cursor.arguments().is(0, "ECHO")) {
                    notes.add(new String(cursor.arguments().bytes(1), StandardCharsets.US_ASCII));
                }
            }
        }
        return notes;
    }

    @Test
    void shouldNoteThoseOfEachShardInItsOwnLog() {
        client.reply("MSET", "a", "1", "b", "1");
        assertEquals(List.of("event n new b", "event $ set b"), notes(0));
        assertEquals(List.of("event n new a", "event $ set a"), notes(1));
    }

    /** The other shard has nothing to log, and no record that this one could depend on; it must not tell first. */
    @Test
    void shouldNoteThoseOfTheOnlyShardThatIsChanged() {
        client.reply("SET", "a", "1");
        assertEquals(":1", client.reply("DEL", "b", "a").line());
        assertEquals(List.of("event g del a"), notes(1));
    }
}
