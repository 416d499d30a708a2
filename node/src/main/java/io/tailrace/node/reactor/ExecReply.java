package io.tailrace.node.reactor;

import io.tailrace.node.services.ShardServices;
import io.tailrace.wire.resp.ReplyTooLargeException;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The reply of an EXEC with commands that ask every shard of a node with several. EXEC does not wait for them: it writes
 * what is known and leaves holes, which are filled when the shards have answered. Owned by the connection's thread.
 *
 * <pre>
 *  *4 | +OK | hole | :1 | hole      written by EXEC, then taken out of the connection's output
 *             :2          :0        as they come
 *  *4 | +OK | :2   | :1 | :0        given to the place that was kept in the order of the replies
 * </pre>
 */
final class ExecReply {
    private final Reactor reactor;
    private final Connection connection;
    private final int protocol;
    private final List<Hole<?>> holes = new ArrayList<>();
    private int unfilled;
    private int start;
    private DetachedReply written;
    private ReplySlot slot;

    ExecReply(Reactor reactor, Connection connection) {
        this.reactor = reactor;
        this.connection = connection;
        protocol = connection.info().protocol();
    }

    /** One command's part of the reply: where it goes, and what the shards have answered. */
    private final class Hole<T> {
        private final int at;
        private final BiConsumer<List<T>, ReplyWriter> whole;
        private final List<T> answers = new ArrayList<>(Collections.nCopies(reactor.shardCount(), null));
        private int missing = answers.size();
        private DetachedReply reply;

        private Hole(int at, BiConsumer<List<T>, ReplyWriter> whole) {
            this.at = at;
            this.whole = whole;
        }

        private void answer(int shard, T answer) {
            answers.set(shard, answer);
            missing--;
            if (connection.isClosed()) {
                close();
            } else if (missing == 0) {
                fill();
            }
        }

        private void fill() {
            try {
                whole.accept(answers, reactor.remote().sideReply(protocol, connection.detachedBytes()));
                reply = reactor.remote().takeSideReply(connection.detachedBytes());
                unfilled--;
                giveWhenWhole();
            } catch (RuntimeException | OutOfMemoryError e) {
                connection.fail(e);
            }
        }
    }

    /** Asks every shard; the command's reply goes where the given one ends now. */
    <T> void gather(ReplyWriter reply, Function<ShardServices, T> part, BiConsumer<List<T>, ReplyWriter> whole) {
        Hole<T> hole = new Hole<>(reply.position(), whole);
        holes.add(hole);
        unfilled++;
        for (int i = 0; i < reactor.shardCount(); i++) {
            int shard = i;
            reactor.onShard(shard, target -> {
                T answer = part.apply(target.services());
                target.backTo(reactor, () -> hole.answer(shard, answer));
            });
        }
    }

    /**
     * Takes what EXEC wrote; it is given with its holes filled.
     *
     * @param place the place of the reply
     * @param position of the writer where {@code bytes} began
     */
    void giveLater(ReplySlot place, DetachedReply bytes, int position) {
        slot = place;
        written = bytes;
        start = position;
        giveWhenWhole();
    }

    private void giveWhenWhole() {
        if (unfilled > 0 || slot == null) {
            return;
        }
        try {
            connection.complete(slot, whole());
        } catch (ReplyTooLargeException | OutOfMemoryError e) {
            connection.fail(e);
        }
        close();
    }

    private DetachedReply whole() {
        ReplyWriter reply = reactor.remote().sideReply(protocol, connection.detachedBytes());
        int at = 0;
        for (Hole<?> hole : holes) {
            written.writeTo(reply, at, hole.at - start);
            hole.reply.writeTo(reply);
            at = hole.at - start;
        }
        written.writeTo(reply, at, written.length());
        return reactor.remote().takeSideReply(connection.detachedBytes());
    }

    private void close() {
        if (written != null) {
            written.close();
        }
        for (Hole<?> hole : holes) {
            if (hole.reply != null) {
                hole.reply.close();
            }
        }
    }
}
