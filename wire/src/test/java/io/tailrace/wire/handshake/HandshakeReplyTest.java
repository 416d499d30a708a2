package io.tailrace.wire.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tailrace.testkit.LeakCheck;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBytes;
import io.tailrace.wire.resp.ReplyWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class HandshakeReplyTest {
    private static final String HISTORY = "0123456789abcdef0123456789abcdef01234567";

    @Test
    void shouldBeTheLineOfTheSpecification() {
        shouldBe("+STREAM " + HISTORY + " 12884901929\r\n", HandshakeReply.stream(HISTORY, 12884901929L));
        shouldBe("+SNAPSHOT s-1 70000 65536 70000\r\n", HandshakeReply.snapshot("s-1", 70_000, 65_536, 70_000));
        shouldBe("+SNAPSHOT s-1 -1 0 900\r\n", HandshakeReply.snapshot("s-1", -1, 0, 900));
        shouldBe("+OK\r\n", HandshakeReply.loggedIn());
        shouldBe("+REWIND " + HISTORY + " 12884901929 00c0ffee12345678 KEYS\r\n", rewind(true));
        shouldBe("+REWIND " + HISTORY + " 12884901929 00c0ffee12345678 SNAPSHOT\r\n", rewind(false));
    }

    private static HandshakeReply rewind(boolean isHeld) {
        return HandshakeReply.rewind(HISTORY, 12884901929L, 0x00c0ffee12345678L, isHeld);
    }

    @ParameterizedTest
    @EnumSource(RefusalCode.class)
    void shouldRefuseWithEveryCode(RefusalCode code) {
        shouldBe("-" + code + " the reason\r\n", HandshakeReply.refused(code, "the reason"));
    }

    @Test
    void shouldNotSplitALineByItsReason() {
        try (ReplyWriter out = new ReplyWriter(64)) {
            HandshakeReply.refused(RefusalCode.ERR, "a\r\n+STREAM").encode(out);
            assertEquals("-ERR a  +STREAM\r\n", Memory.toAscii(out.address(), out.pending()));
        }
    }

    @Test
    void shouldFindTheLineBeforeTheFrames() {
        String line = "+SNAPSHOT s-1 -1 0 900\r\n";
        try (NativeBytes bytes = NativeBytes.of(line + "\n\r\n")) {
            for (int length = 0; length <= bytes.length(); length++) {
                int expected = length < line.length() ? 0 : line.length();
                assertEquals(expected, HandshakeReply.lineLength(bytes.address(), length));
            }
        }
    }

    @Test
    void shouldNotWaitForALineWithoutEnd() {
        try (NativeBytes bytes = NativeBytes.of("x".repeat(HandshakeReply.MAX_LENGTH))) {
            assertEquals(0, HandshakeReply.lineLength(bytes.address(), bytes.length() - 1));
            assertThrows(
                    IllegalArgumentException.class, () -> HandshakeReply.lineLength(bytes.address(), bytes.length()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "\n",
                "+OK \r\n",
                "+OKAY\r\n",
                "+ACK 5\r\n",
                "+STREAM\r\n",
                "+STREAM x 1\r\n",
                "+STREAM 0123456789abcdef0123456789abcdef01234567 -1\r\n",
                "+STREAM 0123456789abcdef0123456789abcdef01234567 01\r\n",
                "+STREAM 0123456789abcdef0123456789abcdef01234567 +1\r\n",
                "+STREAM 0123456789abcdef0123456789abcdef01234567 1 2\r\n",
                "+STREAM 0123456789abcdef0123456789abcdef01234567 1\n",
                "+STREAM 0123456789abcdef0123456789abcdef01234567 9223372036854775808\r\n",
                "+SNAPSHOT s 1 2\r\n",
                "+SNAPSHOT  1 2 3\r\n",
                "+SNAPSHOT s -2 0 1\r\n",
                "+SNAPSHOT s 1 -1 1\r\n",
                "+SNAPSHOT s 1 1 -1\r\n",
                "+REWIND 0123456789abcdef0123456789abcdef01234567 1 00c0ffee12345678\r\n",
                "+REWIND 0123456789abcdef0123456789abcdef01234567 1 00c0ffee12345678 ALL\r\n",
                "+REWIND 0123456789abcdef0123456789abcdef01234567 1 00c0 KEYS\r\n",
                "+REWIND 0123456789abcdef0123456789abcdef01234567 -1 00c0ffee12345678 KEYS\r\n",
                "-WHAT is this\r\n",
                "-\r\n"
            })
    void shouldRefuseWhatIsNoReply(String line) {
        try (NativeBytes bytes = NativeBytes.of(line)) {
            IllegalArgumentException refused = assertThrows(
                    IllegalArgumentException.class, () -> HandshakeReply.parse(bytes.address(), bytes.length()));
            assertEquals("not a handshake reply: " + line.strip(), refused.getMessage());
        }
    }

    private static void shouldBe(String line, HandshakeReply reply) {
        try (ReplyWriter out = new ReplyWriter(16)) {
            reply.encode(out);
            assertEquals(line, Memory.toAscii(out.address(), out.pending()));
            int length = HandshakeReply.lineLength(out.address(), out.pending());
            assertEquals(reply, HandshakeReply.parse(out.address(), length));
        }
    }
}
