package io.tailrace.node.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MessagePoolTest {
    private final MessagePool<DetachedReply> pool = new MessagePool<>(this::newReply);
    private final AtomicLong account = new AtomicLong();

    private DetachedReply newReply() {
        return DetachedReply.pooled(pool);
    }

    private DetachedReply filled(int length) {
        DetachedReply reply = pool.take().open();
        try (NativeBuffer memory = new NativeBuffer(length)) {
            reply.fill(memory.address(), length, account);
        }
        return reply;
    }

    @Test
    void shouldUseAgainWhatWasClosed() {
        DetachedReply first = filled(100);
        assertNotSame(first, filled(100));
        first.close();
        assertSame(first, pool.take());
        assertEquals(0, first.open().length());
    }

    @Test
    void shouldRefuseToBeClosedTwice() {
        DetachedReply reply = filled(1);
        reply.close();
        assertThrows(AssertionError.class, reply::close);
        assertEquals(1, pool.size());
    }

    @Test
    void shouldKeepBoundedMemoryAfterABurst() {
        List<DetachedReply> burst = new ArrayList<>();
        for (int i = 0; i < 2 * MessagePool.MOST; i++) {
            burst.add(filled(1_000));
        }
        burst.forEach(DetachedReply::close);
        assertEquals(MessagePool.MOST, pool.size());
        assertTrue(pool.bytes() <= MessagePool.MAX_BYTES, pool.bytes() + " bytes");
        int before = pool.bytes();
        DetachedReply one = pool.take();
        assertEquals(before - one.retainedBytes(), pool.bytes());
    }

    /** A long one has native memory while it is out, and takes none to the pool. */
    @Test
    void shouldTakeALongReplyAndGiveItsMemoryBack() {
        long before = NativeBuffer.liveBytes();
        DetachedReply reply = filled(100_000);
        assertEquals(100_000, account.get());
        try (ReplyWriter writer = new ReplyWriter(16)) {
            writer.mayGrowBy(1 << 20);
            reply.writeTo(writer);
            assertEquals(100_000, writer.pending());
        }
        reply.close();
        assertEquals(0, account.get());
        assertEquals(before, NativeBuffer.liveBytes());
        filled(10).close();
        assertEquals(1, pool.size());
    }
}
