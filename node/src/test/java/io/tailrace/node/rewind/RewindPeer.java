package io.tailrace.node.rewind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.tailrace.node.shard.Shard;
import io.tailrace.wire.handshake.FrameDecoder;
import io.tailrace.wire.handshake.FrameWriter;
import io.tailrace.wire.resp.ReplyWriter;
import java.io.IOException;
import java.util.Random;

/** The primary's side of a rewind, frame by frame. */
final class RewindPeer {
    private static final int MAX_RECORD = 16 << 20;

    private RewindPeer() {}

    /** Answers all that is asked for, in parts of random sizes; returns how many bytes that took. */
    static long answer(Rewind rewind, Shard primary, Random random, Runnable between) throws IOException {
        FrameDecoder decoder = new FrameDecoder(MAX_RECORD);
        long bytes = 0;
        try (ReplyWriter asked = new ReplyWriter(64);
                ReplyWriter answers = new ReplyWriter(64);
                EntrySender sender = new EntrySender(primary)) {
            while (rewind.ask(new FrameWriter(asked))) {
                assertEquals(FrameDecoder.Outcome.FRAME, decoder.decode(asked.address(), asked.pending()));
                assertNull(sender.fetch(decoder));
                asked.drained(decoder.consumed());
                assertEquals(0, asked.pending());
                while (rewind.isAsking()) {
                    sender.fill(new FrameWriter(answers), 1 + random.nextInt(2_000));
                    bytes += answers.pending();
                    while (decoder.decode(answers.address(), answers.pending()) == FrameDecoder.Outcome.FRAME) {
                        assertNull(rewind.onFrame(decoder));
                        answers.drained(decoder.consumed());
                    }
                    between.run();
                }
            }
        }
        return bytes;
    }
}
