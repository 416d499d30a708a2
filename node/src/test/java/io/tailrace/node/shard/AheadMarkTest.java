package io.tailrace.node.shard;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.platform.Background;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AheadMarkTest {
    @TempDir
    private Path dir;

    private final List<Background.Work> begun = new ArrayList<>();
    private final Background background = new Background() {
        @Override
        public Task start(String name, Work work) {
            begun.add(work);
            return new Task() {
                @Override
                public void await() {
                    throw new AssertionError("a shard's thread waits for no disk");
                }

                @Override
                public boolean isOver() {
                    return begun.isEmpty();
                }
            };
        }

        @Override
        public ScheduledExecutorService executor(String name) {
            throw new AssertionError(name);
        }
    };

    @Test
    void shouldBeGoneOnlyWhenTheDiskHasNoFile() throws Exception {
        ShardDirectory directory = ShardDirectory.open(dir);
        AheadMark mark = new AheadMark(directory, background);
        assertTrue(mark.isDeleted(), "there was none");
        AheadMark.set(directory);
        assertTrue(AheadMark.isSet(directory));
        assertFalse(mark.isDeleted(), "that begins it");
        assertFalse(mark.isDeleted());
        assertTrue(AheadMark.isSet(directory));
        begun.remove(0).step();
        assertTrue(mark.isDeleted());
        assertFalse(AheadMark.isSet(directory));
        assertTrue(begun.isEmpty());
    }
}
