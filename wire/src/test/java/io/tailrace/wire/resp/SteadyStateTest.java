package io.tailrace.wire.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.tailrace.testkit.LeakCheck;
import io.tailrace.wire.memory.Allocation;
import io.tailrace.wire.memory.NativeBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class SteadyStateTest {
    private static final int TIMES = 20_000;
    private final RequestDecoder decoder = new RequestDecoder(new RespLimits(1024, 64, 1024, 4096, 64));

    @Test
    void shouldNotAllocateToDecodeAndReply() {
        String pipeline = "*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$10\r\n0123456789\r\n"
                + "*2\r\n$4\r\nINCR\r\n$3\r\nkey\r\n"
                + "set key value\r\n"
                + "*2\r\n$3\r\nGET\r\n$300\r\n" + "k".repeat(300) + "\r\n";
        try (NativeBytes bytes = NativeBytes.of(pipeline);
                ReplyWriter replies = new ReplyWriter(4096)) {
            assertEquals(0, Allocation.of(TIMES, () -> decodeAndReply(bytes, replies)));
        }
    }

    @Test
    void shouldNotAllocateForARequestInPieces() {
        try (NativeBytes bytes = NativeBytes.of("*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$10\r\n0123456789\r\n")) {
            assertEquals(0, Allocation.of(TIMES, () -> decodeInPieces(bytes)));
        }
    }

    @Test
    void shouldNotAllocateToDrainInParts() {
        try (ReplyWriter replies = new ReplyWriter(64)) {
            assertEquals(0, Allocation.of(TIMES, () -> {
                replies.bulk("a value of some length");
                replies.drained(replies.pending() / 2);
                replies.bulk("a value of some length");
                replies.drained(replies.pending());
            }));
        }
    }

    private void decodeAndReply(NativeBytes bytes, ReplyWriter replies) {
        int at = 0;
        while (at < bytes.length()) {
            assertSame(RequestDecoder.Outcome.REQUEST, decoder.decode(bytes.address() + at, bytes.length() - at));
            at += decoder.consumed();
            Arguments arguments = decoder.arguments();
            if (arguments.is(0, "INCR")) {
                replies.integer(1_234_567_890_123L);
            } else {
                replies.bulk(arguments.address(1), arguments.length(1));
            }
            replies.ok();
            replies.nullBulk();
            replies.array(2);
            replies.error("ERR no");
            replies.doubleValue(12);
        }
        replies.drained(replies.pending());
    }

    private void decodeInPieces(NativeBytes bytes) {
        for (int length = 0; length < bytes.length(); length += 7) {
            assertSame(RequestDecoder.Outcome.NEED_MORE, decoder.decode(bytes.address(), length));
        }
        assertSame(RequestDecoder.Outcome.REQUEST, decoder.decode(bytes.address(), bytes.length()));
    }
}
