package io.tailrace.node.reactor;

import io.tailrace.node.command.CommandSpec;
import io.tailrace.node.security.User;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.node.store.Store;
import io.tailrace.wire.resp.Arguments;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A command of a client of one reactor that the thread of another shard runs: the request on its way there, and the reply on its way back.
 * One message for both, which its home uses again: a command that is forwarded makes no garbage.
 *
 * <pre>
 *  step       who has it, and nobody else                                   what may be read
 *  FREE       the pool of its home                                          nothing
 *  ASKED      the inbox of the shard, then the shard's thread               the request; it fills in the reply, and what was written
 *  FORCED     with fsync always: the shard's thread, until its log is on    nothing
 *             the disk
 *  ANSWERED   the inbox of its home, then the home's thread                 all of it, until it gives it back to the pool
 * </pre>
 *
 * <p>Who sends it must not look at it afterwards: what is needed after that is read before. Sending is what makes the fields, which are
 * plain, known to the next thread. The reply is an object of its own, as it may have to wait for replies before it: it goes back to its
 * pool when the {@link ReplyQueue} has written it out, or when its connection is closed, be that before or after it comes. When a reactor
 * ends, what is under way from or to it is left to the garbage collector.
 *
 * @param <C> the connection: the shard's thread has no business with it
 */
final class Forward<C> implements Runnable, MessagePool.Pooled {
    /** The shard that runs the command, on its thread. */
    interface Target {
        /** Runs it, and sends it home. */
        void run(Forward<?> forward);

        /** Sends it home; the log is forced. */
        void forced(Forward<?> forward);
    }

    /** The reactor of the client, on its thread. */
    @FunctionalInterface
    interface Home<C> {
        /** Gives the reply to its connection, and the message back to the pool. */
        void answered(Forward<C> forward);
    }

    private enum Step {
        FREE,
        ASKED,
        FORCED,
        ANSWERED
    }

    private final Home<C> home;
    private final int homeShard;
    private final RequestCopy request = RequestCopy.reused();
    private Step step = Step.FREE;
    private Target target;
    private C connection;
    private ClientInfo client;
    private User caller;
    private CommandSpec spec;
    private ExecElsewhere exec;
    private int protocol;
    private boolean isRead;
    private ReplySlot slot;
    private DetachedReply reply;
    private AtomicLong detached;
    private boolean needsMore;
    private long keyHash;
    private int shard;
    private long index;
    private String history;
    private boolean isHeld;

    /** @param homeShard the shard of {@code home} */
    Forward(Home<C> home, int homeShard) {
        this.home = home;
        this.homeShard = homeShard;
    }

    /** Copies a request. */
    RequestCopy ask(CommandSpec command, Arguments arguments, int database) {
        begin();
        spec = command;
        request.copy(arguments, database);
        keyHash = arguments.count() > 1 ? Store.hash(arguments.address(1), arguments.length(1)) : 0;
        return request;
    }

    /** Takes an EXEC along instead. */
    void ask(ExecElsewhere transaction) {
        begin();
        spec = null;
        exec = transaction;
    }

    private void begin() {
        assert step == Step.FREE : step;
        step = Step.ASKED;
    }

    /** Whether it is a command that is on its way to the shard that runs it. */
    boolean isAsked() {
        return step == Step.ASKED && exec == null;
    }

    /** Of what is its key, most often; see {@link LookAhead}. */
    long keyHash() {
        return keyHash;
    }

    /**
     * Whose it is.
     *
     * @param as what a script may do as much as; null for what runs none
     * @param isCached whether the client caches what it reads
     */
    Forward<C> from(C from, ClientInfo info, User as, boolean isCached) {
        connection = from;
        client = info;
        protocol = info.protocol();
        caller = as;
        isRead = isCached;
        return this;
    }

    /**
     * Where it runs, and where the reply goes.
     *
     * @param account of the connection's detached replies
     */
    Forward<C> to(Target at, ReplySlot place, DetachedReply into, AtomicLong account) {
        target = at;
        slot = place;
        reply = into;
        detached = account;
        needsMore = false;
        history = null;
        isHeld = false;
        return this;
    }

    @Override
    public void run() {
        switch (step) {
            case ASKED:
                target.run(this);
                break;
            case FORCED:
                target.forced(this);
                break;
            case ANSWERED:
                home.answered(this);
                break;
            default:
                throw new IllegalStateException("a message that is " + step);
        }
    }

    /** It waits on the shard's thread for the log. */
    void waitForForce() {
        assert step == Step.ASKED : step;
        step = Step.FORCED;
    }

    /** It is about to be sent back. */
    void goHome() {
        assert step == Step.ASKED || step == Step.FORCED : step;
        step = Step.ANSWERED;
    }

    /** It is about to be given back to the pool. */
    Forward<C> end() {
        assert step == Step.ANSWERED : step;
        step = Step.FREE;
        connection = null;
        client = null;
        caller = null;
        slot = null;
        exec = null;
        reply = null;
        detached = null;
        return this;
    }

    /** It is a script that began to use keys of other shards: nothing of it was done. */
    void needMore() {
        needsMore = true;
    }

    boolean needsMore() {
        return needsMore;
    }

    /** What the command has written ends here. */
    void wrote(int on, long lastIndex, String inHistory, boolean isReplyHeld) {
        shard = on;
        index = lastIndex;
        history = inHistory;
        isHeld = isReplyHeld;
    }

    boolean hasWritten() {
        return history != null;
    }

    int shard() {
        return shard;
    }

    long index() {
        return index;
    }

    String history() {
        return history;
    }

    /** Whether the shard lets the reply go later. */
    boolean isHeld() {
        return isHeld;
    }

    int homeShard() {
        return homeShard;
    }

    C connection() {
        return connection;
    }

    ClientInfo client() {
        return client;
    }

    User caller() {
        return caller;
    }

    /** What is run instead of a command, or null. */
    ExecElsewhere exec() {
        return exec;
    }

    CommandSpec spec() {
        return spec;
    }

    RequestCopy request() {
        return request;
    }

    int protocol() {
        return protocol;
    }

    boolean isRead() {
        return isRead;
    }

    ReplySlot slot() {
        return slot;
    }

    DetachedReply reply() {
        return reply;
    }

    AtomicLong detached() {
        return detached;
    }

    @Override
    public int retainedBytes() {
        return request.retainedBytes();
    }

    @Override
    public void dropBuffers() {
        request.dropBuffers();
    }
}
