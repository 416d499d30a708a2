package io.tailrace.wire.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tailrace.wire.memory.Cuts;
import io.tailrace.wire.memory.GuardedBytes;
import java.util.ArrayList;
import java.util.List;

/**
 * What a client sends, whatever it is: it gives the same requests and errors however it is cut, no more is kept of it than the
 * limits allow, nothing outside of it is read, and a request sent again in its plain form is the same request. See
 * {@code wire/README.md} on how to let it run for long.
 */
class RequestDecoderFuzzTest {
    private static final RespLimits LIMITS = new RespLimits(64, 32, 128, 512, 64);

    /** What may wait for more: a request within its limit, and a header line behind it that is not complete. */
    private static final int MAX_RETAINED = LIMITS.maxRequestLength() + LIMITS.maxInlineLength() + 2;

    private static final GuardedBytes MEMORY = new GuardedBytes(64 << 10);

    private final List<String> results = new ArrayList<>();

    @FuzzTest
    void shouldDecodeTheSameHoweverItIsCut(byte[] input) {
        if (input.length > MEMORY.capacity()) {
            return;
        }
        decode(input, null);
        List<String> whole = List.copyOf(results);
        decode(input, new Cuts(input));
        assertEquals(whole, results);
    }

    private void decode(byte[] input, Cuts cuts) {
        results.clear();
        RequestDecoder decoder = new RequestDecoder(LIMITS);
        int from = 0;
        int shown = cuts == null ? input.length : 0;
        while (true) {
            long address = MEMORY.put(input, from, shown - from);
            RequestDecoder.Outcome outcome = decoder.decode(address, shown - from);
            int consumed = decoder.consumed();
            assertTrue(consumed >= 0 && consumed <= shown - from, () -> "consumed " + consumed);
            if (outcome == RequestDecoder.Outcome.PROTOCOL_ERROR) {
                results.add(decoder.error());
                return;
            }
            if (outcome == RequestDecoder.Outcome.REQUEST) {
                take(decoder.arguments(), address, consumed);
            } else if (outcome == RequestDecoder.Outcome.REJECTED) {
                results.add(decoder.error());
            }
            from += consumed;
            if (outcome == RequestDecoder.Outcome.NEED_MORE) {
                int kept = shown - from;
                assertTrue(decoder.needed() > kept, () -> "needs " + decoder.needed() + " and has " + kept);
                assertTrue(kept <= MAX_RETAINED, () -> "keeps " + kept);
                if (shown == input.length) {
                    return;
                }
                shown += cuts.next(input.length - shown);
            } else {
                assertTrue(consumed > 0, "a request without a byte");
            }
        }
    }

    private void take(Arguments arguments, long address, int consumed) {
        List<String> texts = new ArrayList<>();
        assertTrue(arguments.count() <= LIMITS.maxInlineLength());
        for (int i = 0; i < arguments.count(); i++) {
            long start = arguments.address(i);
            assertTrue(arguments.length(i) >= 0 && arguments.length(i) <= LIMITS.maxBulkLength());
            assertTrue(start >= address && start + arguments.length(i) <= address + consumed);
            texts.add(arguments.ascii(i));
        }
        results.add(texts.toString());
        if (texts.size() > 0 && texts.size() <= LIMITS.maxArguments()) {
            assertEquals(texts, sentAgain(arguments));
        }
    }

    private static List<String> sentAgain(Arguments arguments) {
        try (ReplyWriter plain = new ReplyWriter(4096)) {
            plain.array(arguments.count());
            for (int i = 0; i < arguments.count(); i++) {
                plain.bulk(arguments.address(i), arguments.length(i));
            }
            RequestDecoder decoder = new RequestDecoder(new RespLimits(64, 32, 128, 1 << 20, 64));
            assertEquals(RequestDecoder.Outcome.REQUEST, decoder.decode(plain.address(), plain.pending()));
            assertEquals(plain.pending(), decoder.consumed());
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < decoder.arguments().count(); i++) {
                texts.add(decoder.arguments().ascii(i));
            }
            return texts;
        }
    }
}
