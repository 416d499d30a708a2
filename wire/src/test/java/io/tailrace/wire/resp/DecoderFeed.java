package io.tailrace.wire.resp;

import io.tailrace.wire.memory.NativeBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Feeds a decoder as a connection would, in pieces, and writes down what comes out. The bytes stand at another address
 * at every call, as after a buffer has grown or was compacted.
 */
final class DecoderFeed {
    private final RequestDecoder decoder;
    private final List<String> results = new ArrayList<>();
    private byte[] unconsumed = {};
    private int mostUnconsumed;
    private boolean isDead;

    DecoderFeed(RespLimits limits) {
        decoder = new RequestDecoder(limits);
    }

    /** Everything comes from a peer that has not authenticated yet. */
    DecoderFeed unauthenticated() {
        decoder.setUnauthenticated(true);
        return this;
    }

    /** What the whole input gives when it is cut at the offsets. */
    static List<String> decode(RespLimits limits, String input, int... cuts) {
        DecoderFeed feed = new DecoderFeed(limits);
        int from = 0;
        for (int cut : cuts) {
            feed.accept(input.substring(from, cut));
            from = cut;
        }
        feed.accept(input.substring(from));
        return feed.results();
    }

    void accept(String piece) {
        byte[] more = piece.getBytes(StandardCharsets.ISO_8859_1);
        int had = unconsumed.length;
        unconsumed = Arrays.copyOf(unconsumed, had + more.length);
        System.arraycopy(more, 0, unconsumed, had, more.length);
        while (!isDead && step()) {
            // Until it needs more.
        }
        mostUnconsumed = Math.max(mostUnconsumed, unconsumed.length);
    }

    List<String> results() {
        return results;
    }

    int unconsumed() {
        return unconsumed.length;
    }

    /** The most bytes that were left after any piece. */
    int mostUnconsumed() {
        return mostUnconsumed;
    }

    int needed() {
        return decoder.needed();
    }

    private boolean step() {
        try (NativeBytes bytes = NativeBytes.of(unconsumed)) {
            RequestDecoder.Outcome outcome = decoder.decode(bytes.address(), bytes.length());
            switch (outcome) {
                case REQUEST:
                    results.add(text(decoder.arguments()));
                    break;
                case REJECTED:
                    results.add("REJECTED " + decoder.error());
                    break;
                case PROTOCOL_ERROR:
                    results.add("CLOSE " + decoder.error());
                    isDead = true;
                    break;
                default:
                    break;
            }
            unconsumed = Arrays.copyOfRange(unconsumed, decoder.consumed(), unconsumed.length);
            return outcome != RequestDecoder.Outcome.NEED_MORE && unconsumed.length > 0;
        }
    }

    private static String text(Arguments arguments) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < arguments.count(); i++) {
            text.append('<').append(arguments.ascii(i)).append('>');
        }
        return text.toString();
    }
}
