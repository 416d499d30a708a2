package io.tailrace.node.reactor;

import io.tailrace.wire.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/** Answers of several shards on their way to one reply. Owned by the thread of the connection that asked. */
final class Gather<T> {
    private final Connection connection;
    private final ReplySlot slot;
    private final BiConsumer<List<T>, ReplyWriter> whole;
    private final List<T> answers;
    private final Runnable afterwards;
    private int missing;

    /**
     * @param parts how many answers there will be
     * @param requestBytes what copies of the request hold until then
     * @param afterwards runs when the reply is given
     */
    Gather(
            Connection connection,
            int parts,
            int requestBytes,
            BiConsumer<List<T>, ReplyWriter> whole,
            Runnable afterwards) {
        this.connection = connection;
        this.whole = whole;
        this.afterwards = afterwards;
        answers = new ArrayList<>(Collections.nCopies(parts, null));
        missing = parts;
        slot = connection.reserveReply(requestBytes);
    }

    /** The place of the reply. */
    ReplySlot slot() {
        return slot;
    }

    /** Takes one answer; the last one completes the reply. */
    void answer(int part, T answer, Reactor reactor) {
        answers.set(part, answer);
        missing--;
        if (missing == 0) {
            give(reactor);
            afterwards.run();
        }
    }

    private void give(Reactor reactor) {
        try {
            AtomicLong detached = connection.detachedBytes();
            whole.accept(answers, reactor.remote().sideReply(connection.info().protocol(), detached));
            connection.complete(slot, reactor.remote().takeSideReply(detached));
        } catch (RuntimeException | OutOfMemoryError e) {
            connection.fail(e);
        }
    }
}
