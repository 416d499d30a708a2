package io.tailrace.node.warmup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.command.CommandTable;
import io.tailrace.node.command.StandardCommands;
import io.tailrace.node.platform.Background;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each command is carried out on a shard that nobody knows, which leaves nothing. */
class CommandWarmUpTest {
    private final CommandTable commands = StandardCommands.create();

    @TempDir
    Path temporary;

    private long files() throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            return files.count();
        }
    }

    @Test
    void shouldCarryOutEachCommandAgainAndAgain() throws Exception {
        try (ScratchShard shard = new ScratchShard(temporary, commands, Background.THREADS)) {
            for (int round = 0; round < 3; round++) {
                for (List<String> words : WarmUpCommands.ofShard()) {
                    assertNull(shard.run(words), String.join(" ", words));
                }
                shard.follow();
                shard.removeSome();
                assertNull(shard.run(List.of("FLUSHALL")));
            }
        }
        assertEquals(0, files());
    }

    @Test
    void shouldSayWhichCommandFails() throws Exception {
        try (ScratchShard shard = new ScratchShard(temporary, commands, Background.THREADS)) {
            assertNull(shard.run(List.of("SET", "key", "value")));
            assertEquals("ERR value is not an integer or out of range", shard.run(List.of("INCR", "key")));
        }
    }

    @Test
    void shouldEndByItselfAndWhenItIsTold() throws Exception {
        CommandWarmUp whole = new CommandWarmUp(commands, temporary);
        whole.begin(Background.THREADS);
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (!whole.isOver()) {
            assertTrue(System.nanoTime() < deadline, "it goes on for a minute");
            Thread.onSpinWait();
        }
        assertEquals(0, files());

        CommandWarmUp ended = new CommandWarmUp(commands, temporary);
        ended.begin(Background.THREADS);
        ended.end();
        assertTrue(ended.isOver());
        assertEquals(0, files());
        ended.begin(Background.THREADS);
        assertTrue(ended.isOver(), "it was ended for good");
    }

    @Test
    void shouldReadWordsAndQuotes() {
        assertEquals(
                List.of(List.of("SET", "a", "two words"), List.of("EVAL", "one\ntwo", "0")),
                WarmUpCommands.parse("# a comment\nSET a 'two words'\n\nEVAL 'one\ntwo' 0\n"));
    }
}
