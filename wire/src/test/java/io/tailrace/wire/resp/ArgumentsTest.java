package io.tailrace.wire.resp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.testkit.LeakCheck;
import io.tailrace.wire.memory.NativeBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class ArgumentsTest {
    @Test
    void shouldReferToBytesWhereTheyLie() {
        try (NativeBytes bytes = NativeBytes.of("setKEY-12")) {
            Arguments arguments = new Arguments();
            arguments.add(bytes.address(), 3);
            arguments.add(bytes.address() + 3, 3);
            arguments.add(bytes.address() + 6, 3);
            assertEquals(3, arguments.count());
            assertTrue(arguments.is(0, "SET"));
            assertFalse(arguments.is(1, "SET"));
            assertEquals("KEY", arguments.ascii(1));
            assertArrayEquals(new byte[] {'K', 'E', 'Y'}, arguments.bytes(1));
            assertEquals(bytes.address() + 6, arguments.address(2));
            assertEquals(3, arguments.length(2));
            assertTrue(arguments.isLong(2));
            assertEquals(-12, arguments.parseLong(2));
            assertFalse(arguments.isLong(1));
            arguments.set(1, bytes.address() + 7, 1);
            assertEquals(1, arguments.parseLong(1));
        }
    }

    @Test
    void shouldHoldAnyNumberAndForgetThem() {
        try (NativeBytes bytes = NativeBytes.of("x")) {
            Arguments arguments = new Arguments();
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 10_000; i++) {
                    arguments.add(bytes.address(), i % 2);
                }
                assertEquals(10_000, arguments.count());
                assertEquals("x", arguments.ascii(9_999));
                arguments.reset();
                assertEquals(0, arguments.count());
            }
        }
    }

    @Test
    void shouldCopyReferencesOutOfADecoder() {
        RequestDecoder decoder = new RequestDecoder(new RespLimits(64, 64, 64, 64, 64));
        try (NativeBytes bytes = NativeBytes.of("get key\n")) {
            decoder.decode(bytes.address(), bytes.length());
            Arguments copy = new Arguments();
            copy.copyFrom(decoder.arguments());
            copy.set(0, decoder.arguments().address(1), 1);
            decoder.arguments().set(0, bytes.address() + 4, 2);
            assertEquals("k", copy.ascii(0));
            assertEquals("key", copy.ascii(1));
            assertEquals("ke", decoder.arguments().ascii(0));
        }
    }
}
