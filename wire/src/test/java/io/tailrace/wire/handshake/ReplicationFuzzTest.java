package io.tailrace.wire.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tailrace.wire.memory.Cuts;
import io.tailrace.wire.memory.GuardedBytes;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.EffectCursor;
import io.tailrace.wire.record.PartView;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import io.tailrace.wire.resp.ReplyWriter;
import io.tailrace.wire.resp.RequestDecoder;
import java.util.ArrayList;
import java.util.List;

/**
 * What a peer of the replication sends, whatever it is: a handshake, if it begins with one, and frames, and the records in them. It
 * gives the same however it is cut, a frame's length is judged before its body is awaited, nothing outside of the bytes is read,
 * and what was understood means the same when it is said again.
 */
class ReplicationFuzzTest {
    private static final int MAX_RECORD = 1024;
    private static final int MAX_BODY = MAX_RECORD + FrameLayout.MAX_FETCH;
    private static final GuardedBytes MEMORY = new GuardedBytes(64 << 10);

    private final List<String> results = new ArrayList<>();

    @FuzzTest
    void shouldUnderstandTheSameHoweverItIsCut(byte[] input) {
        if (input.length > MEMORY.capacity()) {
            return;
        }
        int begin = Math.max(request(input), reply(input));
        frames(input, begin, null);
        List<String> whole = List.copyOf(results);
        frames(input, begin, new Cuts(input));
        assertEquals(whole, results);
    }

    /** Returns how long the request is that the input begins with, 0 for none. */
    private static int request(byte[] input) {
        RequestDecoder decoder = new RequestDecoder(HandshakeRequest.limits());
        if (decoder.decode(MEMORY.put(input, 0, input.length), input.length) != RequestDecoder.Outcome.REQUEST) {
            return 0;
        }
        HandshakeRequest request;
        try {
            request = HandshakeRequest.parse(decoder.arguments());
        } catch (HandshakeException e) {
            assertTrue(e.getMessage().length() <= HandshakeRequest.MAX_LENGTH + 64, e.getMessage());
            return 0;
        }
        try (ReplyWriter out = new ReplyWriter(4096)) {
            request.encode(out);
            RequestDecoder again = new RequestDecoder(HandshakeRequest.limits());
            assertEquals(RequestDecoder.Outcome.REQUEST, again.decode(out.address(), out.pending()));
            assertEquals(request, HandshakeRequest.parse(again.arguments()));
        } catch (HandshakeException e) {
            throw new AssertionError(request.toString(), e);
        }
        return decoder.consumed();
    }

    /** Returns how long the reply is that the input begins with, 0 for none. */
    private static int reply(byte[] input) {
        long address = MEMORY.put(input, 0, input.length);
        try {
            int length = HandshakeReply.lineLength(address, input.length);
            if (length > 0) {
                HandshakeReply reply = HandshakeReply.parse(address, length);
                shouldBeTheSameSaidAgain(reply);
                return length;
            }
        } catch (IllegalArgumentException e) {
            assertTrue(e.getMessage().length() <= HandshakeReply.MAX_LENGTH + 64, e.getMessage());
        }
        return 0;
    }

    private static void shouldBeTheSameSaidAgain(HandshakeReply reply) {
        if (reply.kind() == HandshakeReply.Kind.REFUSED) {
            return; // line ends in the reason have become spaces
        }
        try (ReplyWriter out = new ReplyWriter(4096)) {
            reply.encode(out);
            assertEquals(out.pending(), HandshakeReply.lineLength(out.address(), out.pending()));
            assertEquals(reply, HandshakeReply.parse(out.address(), out.pending()));
        }
    }

    private void frames(byte[] input, int begin, Cuts cuts) {
        results.clear();
        FrameDecoder decoder = new FrameDecoder(MAX_RECORD);
        int from = begin;
        int shown = cuts == null ? input.length : begin;
        while (true) {
            FrameDecoder.Outcome outcome = decoder.decode(MEMORY.put(input, from, shown - from), shown - from);
            if (outcome == FrameDecoder.Outcome.MALFORMED) {
                results.add(decoder.problem());
                return;
            }
            if (outcome == FrameDecoder.Outcome.FRAME) {
                take(decoder);
                from += decoder.consumed();
                continue;
            }
            int needed = decoder.needed();
            assertTrue(
                    needed > shown - from && needed <= FrameLayout.HEADER_LENGTH + MAX_BODY, () -> "needs " + needed);
            if (shown == input.length) {
                return;
            }
            shown += cuts.next(input.length - shown);
        }
    }

    private void take(FrameDecoder frame) {
        int length = frame.bodyLength();
        results.add(FrameLayout.typeName(frame.type()) + " " + frame.argument() + " "
                + Memory.hash64(frame.bodyAddress(), length));
        if (frame.type() == FrameLayout.RECORD) {
            takeRecord(new RecordView().wrap(frame.bodyAddress(), length));
        } else if (frame.type() == FrameLayout.ERROR || frame.type() == FrameLayout.SNAPSHOT_BEGIN) {
            assertEquals(length, frame.bodyAscii().length());
        }
    }

    private void takeRecord(RecordView record) {
        String problem = record.problem();
        results.add(String.valueOf(problem));
        if (problem != null) {
            return;
        }
        EffectCursor effects = new EffectCursor().wrap(record);
        long end = record.address() + record.length();
        int commands = 0;
        while (effects.next()) {
            commands++;
            for (int i = 0; i < effects.arguments().count(); i++) {
                long argument = effects.arguments().address(i);
                assertTrue(argument > record.address()
                        && argument + effects.arguments().length(i) <= end - 2);
            }
        }
        PartView part = new PartView();
        boolean hasNames = record.isPart();
        assertTrue(
                effects.isMalformed() || hasNames
                        ? commands <= record.commandCount()
                        : commands == record.commandCount());
        results.add(String.valueOf(effects.problem()));
        results.add(String.valueOf(part.wrap(record)));
        results.add(part.parts() + " needing " + part.needs());
        if (record.kind() == RecordLayout.KIND_SEGMENT) {
            try {
                results.add(SegmentRecord.parse(record).toString());
            } catch (IllegalArgumentException e) {
                results.add(e.getMessage());
            }
        }
    }
}
