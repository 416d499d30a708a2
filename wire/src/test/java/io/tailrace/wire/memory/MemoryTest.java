package io.tailrace.wire.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.testkit.LeakCheck;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class MemoryTest {
    @Test
    void shouldReadAndWriteLittleEndianAtAnyAddress() {
        try (NativeBuffer buffer = new NativeBuffer(64)) {
            for (int shift = 0; shift < 9; shift++) {
                long at = buffer.address() + shift;
                Memory.putLong(at, 0x1122334455667788L);
                assertEquals((byte) 0x88, Memory.getByte(at));
                assertEquals((short) 0x7788, Memory.getShort(at));
                assertEquals(0x55667788, Memory.getInt(at));
                Memory.putShort(at, (short) 0xabcd);
                Memory.putInt(at + 4, 0x01020304);
                Memory.putByte(at + 3, (byte) 0xff);
                assertEquals(0x01020304_ff66abcdL, Memory.getLong(at));
            }
        }
    }

    @Test
    void shouldCopyAnyLengthAndNothingBeyond() {
        byte[] source = randomBytes(200);
        try (NativeBytes from = NativeBytes.of(source);
                NativeBuffer to = new NativeBuffer(210)) {
            for (int length = 0; length <= 200; length++) {
                Memory.copyIn(new byte[210], 0, to.address(), 210);
                Memory.copy(from.address(), to.address() + 1, length);
                byte[] expected = new byte[210];
                System.arraycopy(source, 0, expected, 1, length);
                assertArrayEquals(expected, Memory.toBytes(to.address(), 210));
            }
        }
    }

    @Test
    void shouldMoveOverlappingBytesDown() {
        byte[] source = randomBytes(300);
        for (int length : new int[] {5, 8, 63, 64, 200}) {
            for (int by = 1; by < 20; by++) {
                try (NativeBytes bytes = NativeBytes.of(source)) {
                    Memory.copy(bytes.address() + by, bytes.address(), length);
                    assertArrayEquals(
                            Arrays.copyOfRange(source, by, by + length), Memory.toBytes(bytes.address(), length));
                }
            }
        }
    }

    @Test
    void shouldCompareEveryByte() {
        byte[] source = randomBytes(40);
        for (int length = 0; length <= 40; length++) {
            byte[] some = Arrays.copyOf(source, length);
            try (NativeBytes a = NativeBytes.of(some);
                    NativeBytes b = NativeBytes.of(some)) {
                assertTrue(Memory.equals(a.address(), length, b.address(), length));
                assertTrue(Memory.equals(a.address(), length, some));
                assertEquals(0, Memory.compare(a.address(), length, b.address(), length));
                for (int at = 0; at < length; at++) {
                    Memory.putByte(b.address() + at, (byte) (some[at] + 1));
                    byte[] other = Memory.toBytes(b.address(), length);
                    assertFalse(Memory.equals(a.address(), length, b.address(), length));
                    assertFalse(Memory.equals(a.address(), length, other));
                    assertEquals(
                            Integer.signum(Arrays.compareUnsigned(some, other)),
                            Integer.signum(Memory.compare(a.address(), length, b.address(), length)));
                    Memory.putByte(b.address() + at, some[at]);
                }
            }
        }
    }

    @Test
    void shouldOrderAPrefixFirst() {
        try (NativeBytes bytes = NativeBytes.of("abcdefghij")) {
            assertTrue(Memory.compare(bytes.address(), 3, bytes.address(), 10) < 0);
            assertTrue(Memory.compare(bytes.address(), 10, bytes.address(), 9) > 0);
            assertFalse(Memory.equals(bytes.address(), 3, bytes.address(), 10));
        }
    }

    @Test
    void shouldIgnoreTheCaseOfLettersOnly() {
        try (NativeBytes bytes = NativeBytes.of("pXaT")) {
            assertTrue(Memory.equalsIgnoreCase(bytes.address(), 4, "PXAT"));
            assertFalse(Memory.equalsIgnoreCase(bytes.address(), 4, "PXA"));
            assertFalse(Memory.equalsIgnoreCase(bytes.address(), 3, "PXAT"));
        }
        try (NativeBytes bytes = NativeBytes.of("`{")) {
            assertFalse(Memory.equalsIgnoreCase(bytes.address(), 2, "@["));
        }
    }

    @Test
    void shouldHashAsXxh3Does() {
        // From the reference implementation: XXH3_64bits of nothing, and of "a".
        try (NativeBytes bytes = NativeBytes.of("a")) {
            assertEquals(0x2d06800538d394c2L, Memory.hash64(bytes.address(), 0));
            assertEquals(0xe6c632b61e964e1fL, Memory.hash64(bytes.address(), 1));
        }
    }

    @Test
    void shouldHashALongAsItsEightBytes() {
        try (NativeBuffer buffer = new NativeBuffer(8)) {
            for (long value : new long[] {0, 1, -1, 0x0123456789abcdefL}) {
                Memory.putLong(buffer.address(), value);
                assertEquals(Memory.hash64(buffer.address(), 8), Memory.hash64(value));
            }
            assertNotEquals(Memory.hash64(1), Memory.hash64(2));
        }
    }

    private static byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        return bytes;
    }
}
