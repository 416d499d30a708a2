package io.tailrace.node.reactor;

import io.tailrace.node.services.ShardServices;
import io.tailrace.wire.resp.ReplyTooLargeException;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.ArrayList;
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
    private final Connection connection;
    private final ShardLinks links;
    private final SideReplies side;
    private final int protocol;
    private final List<Hole> holes = new ArrayList<>();
    private int unfilled;
    private int start;
    private DetachedReply written;
    private ReplySlot slot;

    ExecReply(Connection connection, ShardLinks links, SideReplies side) {
        this.connection = connection;
        this.links = links;
        this.side = side;
        protocol = connection.info().protocol();
    }

    /** One command's part of the reply, and where it goes. */
    private static final class Hole {
        private final int at;
        private DetachedReply reply;

        private Hole(int at) {
            this.at = at;
        }
    }

    /** Asks every shard; the command's reply goes where the given one ends now. */
    <T> void gather(ReplyWriter reply, Function<ShardServices, T> part, BiConsumer<List<T>, ReplyWriter> whole) {
        Hole hole = new Hole(reply.position());
        holes.add(hole);
        unfilled++;
        ShardAnswers<T> answers = new ShardAnswers<>(links.count(), all -> fill(hole, all, whole));
        int home = links.own();
        for (int i = 0; i < links.count(); i++) {
            int shard = i;
            links.to(shard, target -> {
                T answer = part.apply(target.services());
                target.links().back(home, () -> answers.put(shard, answer));
            });
        }
    }

    private <T> void fill(Hole hole, List<T> answers, BiConsumer<List<T>, ReplyWriter> whole) {
        if (connection.isClosed()) {
            close();
            return;
        }
        try {
            whole.accept(answers, side.begin(protocol, connection.replies().detachedBytes()));
            hole.reply = side.take(connection.replies().detachedBytes());
            unfilled--;
            giveWhenWhole();
        } catch (RuntimeException | OutOfMemoryError e) {
            connection.fail(e);
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
        assert unfilled >= 0 : unfilled;
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
        ReplyWriter reply = side.begin(protocol, connection.replies().detachedBytes());
        int at = 0;
        for (Hole hole : holes) {
            written.writeTo(reply, at, hole.at - start);
            hole.reply.writeTo(reply);
            at = hole.at - start;
        }
        written.writeTo(reply, at, written.length());
        return side.take(connection.replies().detachedBytes());
    }

    private void close() {
        if (written != null) {
            written.close();
        }
        for (Hole hole : holes) {
            if (hole.reply != null) {
                hole.reply.close();
            }
        }
    }
}
