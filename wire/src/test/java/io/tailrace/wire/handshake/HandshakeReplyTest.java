package io.tailrace.wire.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tailrace.testkit.LeakCheck;
import io.tailrace.wire.handshake.HandshakeReply.SnapshotOffer;
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

    private static final String END = HISTORY + ":12884901929:00c0ffee12345678";
    private static final HistoryPosition OWN = HistoryPosition.of(HISTORY, 12884901929L, 0x00c0ffee12345678L);
    private static final HistoryPosition SHARED = HistoryPosition.of("a".repeat(40), 4294967297L, -1);

    @Test
    void shouldBeTheLineOfTheSpecification() {
        shouldBe("+STREAM 12884901929 " + END + "\r\n", HandshakeReply.stream(12884901929L, OWN));
        shouldBe("+LOG 4294967296 " + END + "\r\n", HandshakeReply.log(4294967296L, OWN));
        shouldBe(
                "+SNAPSHOT s-1 70000 65536 70000 " + END + "\r\n",
                HandshakeReply.snapshot(new SnapshotOffer("s-1", 70_000, 65_536, 70_000), OWN));
        shouldBe(
                "+SNAPSHOT s-1 -1 0 900 " + END + "\r\n",
                HandshakeReply.snapshot(new SnapshotOffer("s-1", -1, 0, 900), OWN));
        shouldBe("+OK\r\n", HandshakeReply.loggedIn());
        String shared = "a".repeat(40) + ":4294967297:";
        shouldBe("+REWIND " + shared + "ffffffffffffffff " + END + "\r\n", HandshakeReply.rewind(SHARED, OWN));
        shouldBe("+COPY " + shared + "ffffffffffffffff " + END + "\r\n", HandshakeReply.copy(SHARED, OWN));
        shouldBe(
                "+COPY " + shared + "- " + END + "\r\n",
                HandshakeReply.copy(HistoryPosition.unproven("a".repeat(40), 4294967297L), OWN));
        shouldBe("+COPY - " + END + "\r\n", HandshakeReply.copy(null, OWN));
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
                "+STREAM 1 x\r\n",
                "+STREAM -1 0123456789abcdef0123456789abcdef01234567:1:00c0ffee12345678\r\n",
                "+STREAM 01 0123456789abcdef0123456789abcdef01234567:1:00c0ffee12345678\r\n",
                "+STREAM +1 0123456789abcdef0123456789abcdef01234567:1:00c0ffee12345678\r\n",
                "+STREAM 1 0123456789abcdef0123456789abcdef01234567:1:00c0ffee12345678 2\r\n",
                "+STREAM 1\r\n",
                "+STREAM 9223372036854775808 0123456789abcdef0123456789abcdef01234567:1:00c0ffee12345678\r\n",
                "+STREAM 1 0123456789abcdef0123456789abcdef01234567:1:-\r\n",
                "+LOG 0123456789abcdef0123456789abcdef01234567:1:00c0ffee12345678\r\n",
                "+LOG -1 0123456789abcdef0123456789abcdef01234567:1:00c0ffee12345678\r\n",
                "+SNAPSHOT s 1 2 0123456789abcdef0123456789abcdef01234567:1:00c0ffee12345678\r\n",
                "+SNAPSHOT  1 2 3 0123456789abcdef0123456789abcdef01234567:1:00c0ffee12345678\r\n",
                "+SNAPSHOT s -2 0 1 0123456789abcdef0123456789abcdef01234567:1:00c0ffee12345678\r\n",
                "+SNAPSHOT s 1 -1 1 0123456789abcdef0123456789abcdef01234567:1:00c0ffee12345678\r\n",
                "+SNAPSHOT s 1 1 -1 0123456789abcdef0123456789abcdef01234567:1:00c0ffee12345678\r\n",
                "+SNAPSHOT s 1 1 1\r\n",
                "+REWIND 0123456789abcdef0123456789abcdef01234567:1:00c0ffee12345678\r\n",
                "+REWIND - 0123456789abcdef0123456789abcdef01234567:1:00c0ffee12345678\r\n",
                "+REWIND 0123456789abcdef0123456789abcdef01234567:1:- 0123456789abcdef0123456789abcdef01234567:1:00c0ffee12345678\r\n",
                "+REWIND 0123456789abcdef0123456789abcdef01234567:1:00c0ffee12345678 0123456789abcdef0123456789abcdef01234567:1:00c0ffee12345678 KEYS\r\n",
                "+REWIND x 0123456789abcdef0123456789abcdef01234567:1:00c0ffee12345678\r\n",
                "+COPY 0123456789abcdef0123456789abcdef01234567:1:00c0ffee12345678\r\n",
                "+COPY x 0123456789abcdef0123456789abcdef01234567:1:00c0ffee12345678\r\n",
                "+COPY - 0123456789abcdef0123456789abcdef01234567:1:-\r\n",
                "+COPY - -\r\n",
                "+STREAM 1 0123456789abcdef0123456789abcdef01234567:1:00c0ffee12345678\n",
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
