package io.tailrace.node.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a swap to other data does to watches: the rules that no client can provoke on one node. */
class WatchesTest {
    private static final long NOW = 1_000_000;
    private static final String KEY = "key";

    @TempDir
    Path directory;

    private final Watches watches = new Watches();
    private final WatchSet set = new WatchSet();
    private final NativeBuffer bytes = new NativeBuffer(KEY.length());
    private ShardBench before;
    private ShardBench after;

    @BeforeEach
    void start() throws IOException, RebuildException {
        before = new ShardBench(directory.resolve("before")).begin();
        after = new ShardBench(directory.resolve("after")).begin();
        Memory.copyIn(KEY.getBytes(StandardCharsets.US_ASCII), 0, bytes.address(), KEY.length());
    }

    @AfterEach
    void stop() {
        before.close();
        after.close();
        watches.close();
        bytes.close();
    }

    private static void fill(ShardBench bench, String state) {
        if (!state.equals("absent")) {
            bench.set(KEY, "1", state.equals("expired") ? NOW + 1 : Transaction.NO_EXPIRY);
        }
    }

    private void watch(ShardBench of) {
        watches.watch(set, 0, bytes.address(), KEY.length(), of.shard().databases(), NOW + 5);
    }

    private boolean isTouched(ShardBench of) {
        return watches.isTouched(set, of.shard().databases(), NOW + 10);
    }

    /** As Redis's touchAllWatchedKeysInDb when it swaps in what a full sync has loaded. */
    @ParameterizedTest
    @CsvSource({
        "absent,absent,false",
        "absent,present,true",
        "absent,expired,false",
        "present,absent,true",
        "present,present,true",
        "present,expired,true",
        "expired,absent,false",
        "expired,present,true",
        "expired,expired,false"
    })
    void shouldTouchWhatASwapChanges(String old, String fresh, boolean isTouched) {
        fill(before, old);
        fill(after, fresh);
        watch(before);
        watches.replace(before.shard().databases(), after.shard().databases(), NOW + 10);
        assertEquals(isTouched, isTouched(after));
    }

    @Test
    void shouldNotTakeRemovalAfterASwapForAChange() {
        fill(after, "expired");
        watch(before);
        watches.replace(before.shard().databases(), after.shard().databases(), NOW + 10);
        watches.remove(0, bytes.address(), KEY.length());
        assertFalse(isTouched(before));
        watches.touch(0, bytes.address(), KEY.length());
        assertTrue(isTouched(before));
    }

    @Test
    void shouldForgetWhatIsNoLongerWatched() {
        watch(before);
        watches.unwatch(set);
        watches.touch(0, bytes.address(), KEY.length());
        assertFalse(isTouched(before));
    }
}
