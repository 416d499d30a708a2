package io.tailrace.wire.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tailrace.testkit.LeakCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class NativeBufferTest {
    @Test
    void shouldKeepTheFrontWhenItGrows() {
        try (NativeBuffer buffer = new NativeBuffer(16)) {
            Memory.putLong(buffer.address(), 42);
            buffer.ensureCapacity(17, 8);
            assertEquals(32, buffer.capacity());
            assertEquals(42, Memory.getLong(buffer.address()));
            buffer.ensureCapacity(1000, 8);
            assertEquals(1000, buffer.capacity());
            assertEquals(42, Memory.getLong(buffer.address()));
        }
    }

    @Test
    void shouldStayWhereItIsWhenItIsLargeEnough() {
        try (NativeBuffer buffer = new NativeBuffer(16)) {
            long address = buffer.address();
            buffer.ensureCapacity(16, 16);
            buffer.shrinkTo(16);
            assertEquals(address, buffer.address());
        }
    }

    @Test
    void shouldShowTheSameBytesThroughItsByteBuffer() {
        try (NativeBuffer buffer = new NativeBuffer(16)) {
            buffer.buffer().putInt(4, 0x01020304);
            assertEquals(0x01020304, Memory.getInt(buffer.address() + 4));
            assertEquals(16, buffer.buffer().capacity());
        }
    }

    @Test
    void shouldCountWhatIsAliveAndFreeItOnce() {
        long before = NativeBuffer.liveBytes();
        NativeBuffer buffer = new NativeBuffer(1 << 20);
        assertEquals(before + (1 << 20), NativeBuffer.liveBytes());
        buffer.shrinkTo(4096);
        assertEquals(before + 4096, NativeBuffer.liveBytes());
        buffer.close();
        buffer.close();
        assertEquals(before, NativeBuffer.liveBytes());
        assertEquals(0, buffer.address());
        assertEquals(0, buffer.capacity());
    }

    @Test
    void shouldRefuseNonsense() {
        assertThrows(IllegalArgumentException.class, () -> new NativeBuffer(0));
        try (NativeBuffer buffer = new NativeBuffer(1)) {
            assertThrows(IllegalArgumentException.class, () -> buffer.ensureCapacity(Integer.MIN_VALUE, 0));
        }
    }
}
