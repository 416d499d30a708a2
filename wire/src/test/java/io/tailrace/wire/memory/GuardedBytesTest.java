package io.tailrace.wire.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class GuardedBytesTest {
    @Test
    void shouldNoticeOneByteTooFar() {
        GuardedBytes bytes = new GuardedBytes(10);
        long address = bytes.put(new byte[] {1, 2, 3}, 1, 2);
        assertEquals(2, Memory.getByte(address));
        assertEquals(3, Memory.getByte(address + 1));
        assertTrue(isNoticed(() -> sum(address, 3)));
        assertFalse(isNoticed(() -> sum(address, 2)));
        assertEquals(4096, bytes.capacity());
    }

    /** Compiled code continues after such a read; the thread gets the error at the next moment at which it could be stopped. */
    private static boolean isNoticed(Runnable reads) {
        try {
            reads.run();
            Thread.yield();
            return false;
        } catch (InternalError e) {
            return true;
        }
    }

    private static long sum(long address, int length) {
        long sum = 0;
        for (int i = 0; i < length; i++) {
            sum += Memory.getByte(address + i);
        }
        return sum;
    }
}
