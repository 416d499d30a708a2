package io.tailrace.node.services;

import io.tailrace.node.pubsub.Subscriber;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A client's connection as session commands see it. Owned by the connection's reactor thread. A command gives exactly one
 * reply: at once through {@link #reply}, or by one call of {@link #gather} or {@link #gatherLater}.
 */
public interface ClientSession {
    long id();

    /** What the connection is, as CLIENT LIST shows it; its name and the like may be changed through it. */
    ClientInfo info();

    /** The connection as a line of CLIENT LIST. */
    String clientLine();

    /** Where the reply goes. */
    ReplyWriter reply();

    NodeServices node();

    /** The time at this moment, epoch microseconds. Not the same from call to call. */
    long nowMicros();

    /** The same of a clock that never jumps, milliseconds: for how long something takes. */
    long steadyMs();

    /** Whether the connection is closed; any thread. */
    boolean isGone();

    /**
     * Lets CLIENT UNBLOCK end a command that waits for something other than a key, or no more. The command looks at
     * {@link #unblocking}, which is {@code NONE} from here on.
     */
    void mayBeUnblocked(boolean isAllowed);

    /** How CLIENT UNBLOCK has ended the command; any thread. */
    Unblocking unblocking();

    /** Ways of {@link #unblocking}. */
    enum Unblocking {
        /** Not at all. */
        NONE,
        /** As if its time were over. */
        TIMEOUT,
        /** With an error. */
        ERROR
    }

    /** Which replies are sent, from that of the command that runs now on. */
    void replyMode(ReplyMode mode);

    /** Whether the connection is shown every command, from the next one on. */
    void monitor(boolean isOn);

    /** Closes the connection once what was replied so far is sent. */
    void closeAfterReply();

    /** Replies with a file, which another thread makes, as a bulk string without an end of line, and closes the connection. */
    void sendFile(FileMaker maker);

    /**
     * Asks every shard something, each on its own thread, and replies when all have answered.
     *
     * @param part on the shard's thread; its result crosses threads and must not change any more
     * @param whole on this connection's thread, with the answers in the order of the shards; writes the reply
     */
    <T> void gather(Function<ShardServices, T> part, BiConsumer<List<T>, ReplyWriter> whole);

    /**
     * As {@link #gather}, but a shard may answer later, and no other command of this connection runs until all have.
     *
     * @param part is given where to put its answer, once, on the shard's thread
     */
    <T> void gatherLater(BiConsumer<ShardServices, Consumer<T>> part, BiConsumer<List<T>, ReplyWriter> whole);

    /**
     * As {@link #gather}, for a long text: another thread writes it, or this one where the reply must not come later, in EXEC and in scripts.
     *
     * @param text any thread
     */
    default <T> void gatherText(Function<ShardServices, T> part, Function<List<T>, String> text) {
        gather(part, (parts, reply) -> reply.verbatim(text.apply(parts)));
    }

    /** This connection's last writes. Those of earlier commands that other shards have yet to execute are missing. */
    LastWrites lastWrites();

    /**
     * Runs a task, which gives the reply by {@link #gatherLater}, once all earlier commands of this connection have been
     * executed; later ones wait. Not within EXEC.
     */
    void afterEarlier(Runnable task);

    /** Whether the command is one of those that EXEC runs now: it must not wait. */
    boolean isInExec();

    void multi();

    void exec();

    void discard();

    /** WATCH with the keys that the arguments name; the reply comes later where they are another shard's. */
    void watch(Arguments arguments);

    void unwatch();

    /** This connection's subscriptions. */
    Subscriber subscriber();

    /** How this connection tracks keys. */
    ClientTracking tracking();

    /** Makes the connection as it was when it was new. */
    void reset();
}
