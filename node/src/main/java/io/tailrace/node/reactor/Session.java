package io.tailrace.node.reactor;

import io.tailrace.node.pubsub.Subscriber;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.node.services.ClientSession;
import io.tailrace.node.services.LastWrites;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.services.ShardServices;
import io.tailrace.node.shard.WatchSet;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/** A connection as session commands see it. Owned by the connection's reactor thread. */
final class Session implements ClientSession {
    private final Reactor reactor;
    private final Connection connection;
    private ReplyWriter reply;
    private boolean isDeferred;
    private boolean isInExec;
    private boolean isUnblockable;
    private volatile Unblocking unblocking = Unblocking.NONE;
    private ExecReply execReply;

    Session(Reactor reactor, Connection connection) {
        this.reactor = reactor;
        this.connection = connection;
    }

    /** Begins a command; false from {@link #end(ReplyWriter)} means its reply comes later. */
    void begin(ReplyWriter replyWriter, boolean isPartOfExec) {
        reply = replyWriter;
        isInExec = isPartOfExec;
        isDeferred = false;
    }

    boolean isDeferred() {
        return isDeferred;
    }

    @Override
    public long id() {
        return connection.id();
    }

    @Override
    public ClientInfo info() {
        return connection.info();
    }

    @Override
    public ReplyWriter reply() {
        reply.protocol(connection.info().protocol());
        return reply;
    }

    @Override
    public NodeServices node() {
        return reactor.node();
    }

    @Override
    public long steadyMillis() {
        return reactor.clock().steadyMillis();
    }

    @Override
    public long nowMicros() {
        return reactor.clock().micros();
    }

    @Override
    public boolean isGone() {
        return connection.isClosed();
    }

    @Override
    public void mayBeUnblocked(boolean isAllowed) {
        isUnblockable = isAllowed;
        unblocking = Unblocking.NONE;
    }

    @Override
    public Unblocking unblocking() {
        return unblocking;
    }

    /** CLIENT UNBLOCK; returns whether there is something to end. */
    boolean unblock(boolean isError) {
        boolean isEnded = isUnblockable && unblocking == Unblocking.NONE;
        if (isEnded) {
            unblocking = isError ? Unblocking.ERROR : Unblocking.TIMEOUT;
        }
        return isEnded;
    }

    @Override
    public void closeAfterReply() {
        connection.closeAfterReply();
    }

    @Override
    public <T> void gather(Function<ShardServices, T> part, BiConsumer<List<T>, ReplyWriter> whole) {
        if (reactor.shardCount() == 1) {
            whole.accept(List.of(part.apply(reactor.services())), reply());
        } else if (isInExec) {
            execReply = execReply == null ? new ExecReply(reactor, connection) : execReply;
            execReply.gather(reply(), part, whole);
        } else {
            gatherLater((services, answer) -> answer.accept(part.apply(services)), whole, false);
        }
    }

    @Override
    public <T> void gatherLater(BiConsumer<ShardServices, Consumer<T>> part, BiConsumer<List<T>, ReplyWriter> whole) {
        gatherLater(part, whole, true);
    }

    /** Asks the other shards first: its own answers within the call, which may take its time. */
    private <T> void gatherLater(
            BiConsumer<ShardServices, Consumer<T>> part, BiConsumer<List<T>, ReplyWriter> whole, boolean blocks) {
        isDeferred = true;
        if (blocks) {
            connection.block();
        }
        Gather<T> gather = new Gather<>(connection, reactor.shardCount(), 0, whole, () -> {
            if (blocks) {
                connection.unblock();
            }
        });
        for (int i = 1; i <= reactor.shardCount(); i++) {
            int shard = (reactor.shardId() + i) % reactor.shardCount();
            reactor.onShard(
                    shard,
                    target -> part.accept(
                            target.services(),
                            answer -> target.backTo(reactor, () -> gather.answer(shard, answer, reactor))));
        }
    }

    @Override
    public LastWrites lastWrites() {
        return connection.lastWrites();
    }

    @Override
    public void afterEarlier(Runnable task) {
        isDeferred = true;
        connection.afterOwed(task);
    }

    @Override
    public boolean isInExec() {
        return isInExec;
    }

    @Override
    public void multi() {
        MultiState multi = connection.multi();
        if (multi.isOpen) {
            reply().error("ERR MULTI calls can not be nested");
        } else {
            multi.isOpen = true;
            reply().ok();
        }
    }

    @Override
    public void exec() {
        isDeferred = reactor.dispatcher().exec(connection, this);
    }

    /** What shards have yet to answer for the EXEC that has just run, or null for nothing. */
    ExecReply takeExecReply() {
        ExecReply taken = execReply;
        execReply = null;
        return taken;
    }

    @Override
    public void discard() {
        if (connection.multi().isOpen) {
            connection.multi().reset();
            endWatch();
            reply().ok();
        } else {
            reply().error("ERR DISCARD without MULTI");
        }
    }

    @Override
    public void watch(Arguments arguments) {
        MultiState multi = connection.multi();
        if (multi.isOpen) {
            reply().error("ERR WATCH inside MULTI is not allowed");
            return;
        }
        int shard = reactor.dispatcher().shardOfKeys(arguments, 1, arguments.count() - 1, 1);
        if (shard < 0 || multi.watchShard != -1 && multi.watchShard != shard) {
            reply().error(Dispatcher.CROSS_SLOT);
            return;
        }
        if (multi.watchSet == null) {
            multi.watchSet = new WatchSet();
            multi.watchShard = shard;
        }
        isDeferred = reactor.dispatcher().watch(connection, shard, multi.watchSet, arguments);
        if (!isDeferred) {
            reply().ok();
        }
    }

    @Override
    public void unwatch() {
        endWatch();
        reply().ok();
    }

    @Override
    public void reset() {
        connection.multi().reset();
        endWatch();
        endSubscriptions();
        connection.info().protocol(2);
        connection.info().name("");
        connection.info().user(reactor.node().security().users().atConnect());
        reply().simple("RESET");
    }

    /** Ends the watch, wherever its shard is. */
    void endWatch() {
        MultiState multi = connection.multi();
        WatchSet set = multi.watchSet;
        if (set != null) {
            multi.watchSet = null;
            reactor.onShard(multi.watchShard, target -> target.shard().unwatch(set));
            multi.watchShard = -1;
        }
    }

    /** The connection closes. */
    void end() {
        endWatch();
        endSubscriptions();
    }

    private void endSubscriptions() {
        if (connection.info().subscriber() != null) {
            connection.info().subscriber().end();
        }
    }

    @Override
    public Subscriber subscriber() {
        if (connection.info().subscriber() == null) {
            connection.info().subscriber(new Subscriber(reactor.subscriptions(), new MessageOutlet(connection)));
        }
        return connection.info().subscriber();
    }
}
