package io.tailrace.node.reactor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.command.CommandTable;
import io.tailrace.node.command.StandardCommands;
import io.tailrace.node.shard.ShardHold;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.Arguments;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a MULTI has queued comes back as it was, and where it has to be executed. */
class MultiStateTest {
    private static final CommandTable COMMANDS = StandardCommands.create();
    private static final int REQUESTS = 500;

    private final MultiState multi = new MultiState();
    private final NativeBuffer request = new NativeBuffer(64 << 10);
    private final Arguments arguments = new Arguments();

    @AfterEach
    void close() {
        multi.close();
        request.close();
    }

    private void queue(int shard, byte[]... words) {
        arguments.reset();
        int end = 0;
        for (byte[] word : words) {
            Memory.copyIn(word, 0, request.address() + end, word.length);
            arguments.add(request.address() + end, word.length);
            end += word.length;
        }
        multi.add(COMMANDS.find(arguments), arguments, shard == ShardRouter.ANY ? 0 : ShardHold.only(shard));
    }

    private void queue(int shard, String... words) {
        byte[][] bytes = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            bytes[i] = words[i].getBytes(StandardCharsets.US_ASCII);
        }
        queue(shard, bytes);
    }

    @Test
    void shouldLayOutEachRequestAsItWasQueued() {
        byte[][][] queued = new byte[REQUESTS][][];
        Random random = new Random(1);
        multi.open();
        for (int i = 0; i < REQUESTS; i++) {
            byte[][] words = new byte[1 + random.nextInt(40)][];
            words[0] = "MSET".getBytes(StandardCharsets.US_ASCII);
            for (int k = 1; k < words.length; k++) {
                words[k] = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(1_000)];
                random.nextBytes(words[k]);
            }
            queued[i] = words;
            queue(0, words);
        }
        assertEquals(REQUESTS, multi.count());
        Arguments laidOut = new Arguments();
        for (int i = 0; i < REQUESTS; i++) {
            multi.layOut(i, laidOut);
            assertEquals(queued[i].length, laidOut.count(), "request " + i);
            for (int k = 0; k < queued[i].length; k++) {
                assertArrayEquals(queued[i][k], laidOut.bytes(k), "request " + i + ", argument " + k);
            }
        }
    }

    @Test
    void shouldStartAnewAfterReset() {
        multi.open();
        queue(1, "SET", "a", "1");
        multi.breakOff();
        multi.reset();
        assertFalse(multi.isOpen() || multi.isBroken() || multi.hasWrites() || multi.hasKeys());
        assertEquals(0, multi.queuedBytes());
        multi.open();
        queue(2, "GET", "");
        multi.layOut(0, arguments);
        assertEquals("GET", arguments.ascii(0));
        assertEquals(0, arguments.length(1));
        assertEquals(2, multi.shard());
    }

    @Test
    void shouldKnowWhatWasQueued() {
        multi.open();
        queue(ShardRouter.ANY, "PING");
        assertFalse(multi.hasKeys() || multi.hasWrites());
        assertEquals(MultiState.NONE, multi.shard());
        queue(1, "GET", "a");
        assertTrue(multi.hasKeys() && !multi.hasWrites());
        queue(1, "SET", "a", "1");
        assertTrue(multi.hasKeys() && multi.hasWrites());
        assertEquals(1, multi.shard());
    }

    @Test
    void shouldBeSpreadByKeysOfTwoShards() {
        multi.open();
        queue(1, "GET", "a");
        queue(0, "GET", "b");
        assertEquals(MultiState.SEVERAL, multi.shard());
        assertEquals(0b11, multi.shards());
    }

    @Test
    void shouldBeSpreadByKeysElsewhereThanThoseWatched() {
        assertSame(multi.watchOn(2, 4), multi.watchOn(2, 4));
        assertNull(multi.watched(1));
        multi.open();
        assertEquals(2, multi.shard(), "with nothing queued EXEC runs where keys are watched");
        queue(2, "GET", "a");
        assertEquals(2, multi.shard());
        queue(ShardRouter.ANY, "PING");
        assertEquals(2, multi.shard());
        multi.reset();
        multi.open();
        queue(1, "GET", "b");
        assertEquals(MultiState.SEVERAL, multi.shard());
        assertEquals(0b110, multi.shards());
        multi.forgetWatched();
        assertEquals(1, multi.shard());
    }

    @Test
    void shouldBreakOffOnlyWhatIsOpen() {
        multi.breakOff();
        multi.open();
        assertFalse(multi.isBroken());
        multi.breakOff();
        assertTrue(multi.isBroken());
    }

    @Test
    void shouldGiveMemoryBackUnlessItIsInUse() {
        long before = NativeBuffer.liveBytes();
        multi.open();
        queue(0, "SET", "a", "1");
        multi.shrink();
        assertTrue(NativeBuffer.liveBytes() > before, "what is queued is still there");
        multi.reset();
        multi.shrink();
        assertEquals(before, NativeBuffer.liveBytes());
    }
}
