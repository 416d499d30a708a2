package io.tailrace.node.reactor;

import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/** Answers of several shards on their way to one reply. Owned by the thread of the connection that asked. */
final class Gather<T> {
    private final Connection connection;
    private final SideReplies side;
    private final ReplySlot slot;
    private final BiConsumer<List<T>, ReplyWriter> whole;
    private final Runnable afterwards;
    private final ShardAnswers<T> answers;

    /**
     * @param slot the place of the reply
     * @param parts how many answers there will be
     * @param afterwards runs when the reply is given
     */
    Gather(
            Connection connection,
            SideReplies side,
            ReplySlot slot,
            int parts,
            BiConsumer<List<T>, ReplyWriter> whole,
            Runnable afterwards) {
        this.connection = connection;
        this.side = side;
        this.slot = slot;
        this.whole = whole;
        this.afterwards = afterwards;
        answers = new ShardAnswers<>(parts, this::give);
    }

    ReplySlot slot() {
        return slot;
    }

    /** Takes one answer; the last one completes the reply. */
    void answer(int part, T answer) {
        answers.put(part, answer);
    }

    private void give(List<T> all) {
        try {
            AtomicLong detached = connection.replies().detachedBytes();
            whole.accept(all, side.begin(connection.info().protocol(), detached));
            connection.complete(slot, side.take(detached));
        } catch (RuntimeException | OutOfMemoryError e) {
            connection.fail(e);
        }
        afterwards.run();
    }
}
