package io.tailrace.wire.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.testkit.LeakCheck;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LeakCheck.class)
class ReplyWriterTest {
    private ReplyWriter replies;

    @BeforeEach
    void open() {
        replies = new ReplyWriter(32);
    }

    @AfterEach
    void close() {
        replies.close();
    }

    @Test
    void shouldWriteTheTypesBothVersionsShare() {
        shouldWriteInBoth("+OK\r\n", ReplyWriter::ok);
        shouldWriteInBoth("+PONG\r\n", w -> w.simple("PONG"));
        shouldWriteInBoth("-ERR no\r\n", w -> w.error("ERR no"));
        shouldWriteInBoth("-ERR a  b\r\n", w -> w.error("ERR a\r\nb"));
        shouldWriteInBoth(":0\r\n", w -> w.integer(0));
        shouldWriteInBoth(":-9223372036854775808\r\n", w -> w.integer(Long.MIN_VALUE));
        shouldWriteInBoth("$0\r\n\r\n", w -> w.bulk(""));
        shouldWriteInBoth("$2\r\nab\r\n", w -> w.bulk("ab"));
        shouldWriteInBoth("$3\r\na\u00c3\u00a4\r\n", w -> w.bulk("a\u00e4"));
        shouldWriteInBoth("$2\r\n\r\n\r\n", w -> w.bulk(new byte[] {'\r', '\n'}));
        shouldWriteInBoth("*0\r\n", w -> w.array(0));
        shouldWriteInBoth("*12\r\n", w -> w.array(12));
        shouldWriteInBoth("x", w -> w.raw(new byte[] {'x'}));
    }

    @Test
    void shouldWriteTheTypesOfVersion3AsThoseOfVersion2() {
        shouldWrite("$-1\r\n", "_\r\n", ReplyWriter::nullBulk);
        shouldWrite("*-1\r\n", "_\r\n", ReplyWriter::nullArray);
        shouldWrite("*6\r\n", "%3\r\n", w -> w.map(3));
        shouldWrite("*3\r\n", "~3\r\n", w -> w.set(3));
        shouldWrite("*3\r\n", ">3\r\n", w -> w.push(3));
        shouldWrite(":1\r\n", "#t\r\n", w -> w.bool(true));
        shouldWrite(":0\r\n", "#f\r\n", w -> w.bool(false));
        shouldWrite("$2\r\nhi\r\n", "=6\r\ntxt:hi\r\n", w -> w.verbatim("hi"));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, -0",
        "1, 1",
        "-12, -12",
        "1.5, 1.5",
        "3.0, 3",
        "0.1, 0.10000000000000001",
        "-0.25, -0.25",
        "1e16, 10000000000000000",
        "1e17, 1e+17",
        "1.25e300, 1.2500000000000001e+300",
        "0.0001, 0.0001",
        "0.00001, 1.0000000000000001e-05",
        "1e-7, 9.9999999999999995e-08",
        "-2.5e-7, -2.4999999999999999e-07",
        "4.9e-324, 4.9406564584124654e-324",
        "1e21, 1e+21",
        "0.30000000000000004, 0.30000000000000004",
        "123456789.125, 123456789.125",
        "Infinity, inf",
        "-Infinity, -inf",
        "NaN, nan"
    })
    void shouldWriteDoubles(double value, String text) {
        shouldWrite("$" + text.length() + "\r\n" + text + "\r\n", "," + text + "\r\n", w -> w.doubleValue(value));
    }

    @Test
    void shouldCopyBulksFromNativeMemoryWhateverTheirLength() {
        String text = "0123456789".repeat(30);
        try (NativeBytes bytes = NativeBytes.of(text)) {
            for (int length = 0; length <= text.length(); length++) {
                replies.bulk(bytes.address(), length);
                replies.raw(bytes.address(), length);
                String part = text.substring(0, length);
                assertEquals("$" + length + "\r\n" + part + "\r\n" + part, written());
                replies.drained(replies.pending());
            }
        }
    }

    @Test
    void shouldRollBackWhatFollowsAMark() {
        replies.integer(1);
        int mark = replies.position();
        replies.bulk("a reply that makes the buffer grow, and move");
        replies.truncate(mark);
        replies.error("ERR instead");
        assertEquals(":1\r\n-ERR instead\r\n", written());
    }

    @Test
    void shouldKeepAMarkWhenTheFrontWasDrainedBefore() {
        replies.simple("first");
        replies.drained(3);
        int mark = replies.position();
        replies.bulk("x".repeat(100));
        replies.truncate(mark);
        assertEquals("rst\r\n", written());
    }

    @Test
    void shouldGoOnAfterAPartialFlush() {
        String all = "";
        for (int i = 0; i < 200; i++) {
            replies.integer(i);
            all += ":" + i + "\r\n";
            int flush = Math.min(replies.pending(), 3);
            replies.drained(flush);
            all = all.substring(flush);
            assertEquals(all, written());
        }
    }

    @Test
    void shouldReuseTheFrontInsteadOfGrowing() {
        for (int i = 0; i < 1000; i++) {
            replies.simple("0123456");
            replies.simple("0123456");
            replies.drained(10);
            replies.drained(replies.pending() - 5);
            assertTrue(
                    replies.buffer().capacity() <= 64,
                    () -> "" + replies.buffer().capacity());
            replies.drained(5);
        }
    }

    @Test
    void shouldGiveAHugeBufferBackAtOnce() {
        replies.raw(new byte[2_000_000]);
        replies.drained(1_999_999);
        assertTrue(replies.buffer().capacity() >= 2_000_000);
        replies.drained(1);
        assertEquals(32, replies.buffer().capacity());
    }

    @Test
    void shouldGiveALargerBufferBackAfterAWhile() {
        replies.raw(new byte[10_000]);
        replies.drained(10_000);
        assertTrue(replies.buffer().capacity() >= 10_000);
        for (int i = 0; i < 64; i++) {
            replies.ok();
            replies.drained(5);
        }
        assertEquals(32, replies.buffer().capacity());
    }

    @Test
    void shouldShowTheUnflushedBytesToAChannel() {
        replies.simple("abc");
        replies.drained(2);
        ByteBuffer bytes = replies.pendingBytes();
        byte[] seen = new byte[bytes.remaining()];
        bytes.get(seen);
        assertEquals("bc\r\n", new String(seen, StandardCharsets.ISO_8859_1));
    }

    private void shouldWriteInBoth(String expected, Consumer<ReplyWriter> reply) {
        shouldWrite(expected, expected, reply);
    }

    private void shouldWrite(String resp2, String resp3, Consumer<ReplyWriter> reply) {
        assertEquals(2, replies.protocol());
        reply.accept(replies);
        assertEquals(resp2, written());
        replies.truncate(0);
        replies.protocol(3);
        reply.accept(replies);
        assertEquals(resp3, written());
        replies.truncate(0);
        replies.protocol(2);
    }

    private String written() {
        return Memory.toAscii(replies.address(), replies.pending());
    }

    @Test
    void shouldRefuseAReplyThatIsTooLargeAndTakeItBack() {
        try (ReplyWriter writer = new ReplyWriter(64)) {
            writer.bulk("sent before");
            int mark = writer.position();
            writer.mayGrowBy(1_000);
            writer.array(100);
            ReplyTooLargeException e = assertThrows(ReplyTooLargeException.class, () -> {
                for (int i = 0; i < 100; i++) {
                    writer.bulk("one of many");
                }
            });
            assertEquals("the reply is larger than 1000 bytes (client-output-limit)", e.getMessage());
            assertTrue(writer.buffer().capacity() <= 2_048);
            writer.truncate(mark);
            writer.mayGrowBy(1_000);
            writer.bulk(new byte[900]);
            assertEquals(mark + 8 + 900, writer.pending());
        }
    }

    @Test
    void shouldKeepNothingWhileItRests() {
        try (ReplyWriter writer = ReplyWriter.resting(16 << 10)) {
            assertEquals(64, writer.buffer().capacity());
            writer.ok();
            assertEquals(64, writer.buffer().capacity(), "there is room for little");
            writer.bulk(new byte[60]);
            assertEquals(16 << 10, writer.buffer().capacity());
            writer.rest();
            assertEquals(16 << 10, writer.buffer().capacity(), "it has something to send");
            writer.drained(writer.pending());
            writer.rest();
            assertEquals(64, writer.buffer().capacity());
            writer.bulk(new byte[40_000]);
            assertEquals(40_010, writer.pending());
        }
    }
}
