package io.tailrace.node.reactor;

import io.tailrace.node.command.ShardServices;
import io.tailrace.wire.resp.ReplyWriter;
import java.io.ByteArrayOutputStream;
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
    private byte[] written;
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
        private byte[] reply;

        private Hole(int at, BiConsumer<List<T>, ReplyWriter> whole) {
            this.at = at;
            this.whole = whole;
        }

        private void answer(int shard, T answer) {
            answers.set(shard, answer);
            missing--;
            if (missing == 0 && !connection.isClosed()) {
                fill();
            }
        }

        private void fill() {
            try {
                whole.accept(answers, reactor.remote().sideReply(protocol));
                reply = reactor.remote().takeSideReply();
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
    void giveLater(ReplySlot place, byte[] bytes, int position) {
        slot = place;
        written = bytes;
        start = position;
        giveWhenWhole();
    }

    private void giveWhenWhole() {
        if (unfilled > 0 || slot == null) {
            return;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int at = 0;
        for (Hole<?> hole : holes) {
            bytes.write(written, at, hole.at - start - at);
            bytes.writeBytes(hole.reply);
            at = hole.at - start;
        }
        bytes.write(written, at, written.length - at);
        connection.complete(slot, bytes.toByteArray());
    }
}
