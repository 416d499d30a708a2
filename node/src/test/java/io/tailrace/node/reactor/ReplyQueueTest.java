package io.tailrace.node.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.BufferResizes;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What waits for other shards, and what it holds meanwhile. */
class ReplyQueueTest {
    private static final int LARGE = 100_000;

    private final ReplyQueue replies = new ReplyQueue(null, null, new BufferResizes());

    @AfterEach
    void close() {
        replies.close();
    }

    private DetachedReply reply(char filled, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) filled);
        try (NativeBuffer memory = new NativeBuffer(length)) {
            Memory.copyIn(bytes, 0, memory.address(), length);
            return DetachedReply.of(memory.address(), length, replies.detachedBytes());
        }
    }

    @Test
    void shouldCountRequestsUntilTheyAreAnswered() {
        ReplySlot first = replies.reserve(5 << 20);
        ReplySlot second = replies.reserve(7);
        assertEquals((5 << 20) + 7, replies.waitingBytes());
        replies.give(second, reply('b', 10));
        assertEquals((5 << 20) + 10, replies.waitingBytes());
        replies.give(first, reply('a', 20));
        assertEquals(0, replies.waitingBytes());
        assertEquals(30, replies.output().pending());
        assertEquals('a', Memory.getByte(replies.output().address()));
        assertEquals('b', Memory.getByte(replies.output().address() + 20));
    }

    @Test
    void shouldGiveTheMemoryOfLongRepliesBackAsTheyMove() {
        ReplySlot first = replies.reserve(0);
        replies.give(replies.reserve(0), reply('b', LARGE));
        assertEquals(LARGE, replies.detachedBytes().get());
        assertEquals(LARGE, replies.bytes());
        replies.give(first, reply('a', LARGE));
        assertEquals(0, replies.detachedBytes().get());
        assertEquals(2 * LARGE, replies.bytes());
        assertEquals('b', Memory.getByte(replies.output().address() + LARGE));
    }

    @Test
    void shouldGiveTheMemoryBackOfRepliesThatAreNotWantedAnyMore() {
        long before = NativeBuffer.liveBytes();
        ReplyQueue abandoned = new ReplyQueue(null, null, new BufferResizes());
        abandoned.reserve(0);
        abandoned.give(abandoned.reserve(0), reply('b', LARGE));
        abandoned.close();
        assertEquals(0, replies.detachedBytes().get());
        assertEquals(before, NativeBuffer.liveBytes());
    }
}
