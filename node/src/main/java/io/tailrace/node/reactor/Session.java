package io.tailrace.node.reactor;

import io.tailrace.node.command.KeyPositions;
import io.tailrace.node.platform.Background;
import io.tailrace.node.pubsub.Subscriber;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.node.services.ClientTracking;
import io.tailrace.node.services.FileMaker;
import io.tailrace.node.services.LastWrites;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.services.ReplyMode;
import io.tailrace.node.services.ShardServices;
import io.tailrace.node.shard.WatchSet;
import io.tailrace.node.watch.AclLog;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;

/** A connection as session commands see it. Owned by the connection's reactor thread. */
final class Session implements ConnectionSession {
    private static final RequestCopy EXEC = RequestCopy.named("exec");
    private static final KeyPositions WATCHED = new KeyPositions(1, -1, 1);

    private final SessionParts parts;
    private final Connection connection;
    private ReplyWriter reply;
    private boolean isDeferred;
    private boolean isPostponed;
    private boolean isInExec;
    private boolean isUnblockable;
    private volatile Unblocking unblocking = Unblocking.NONE;
    private ExecReply execReply;

    Session(SessionParts parts, Connection connection) {
        this.parts = parts;
        this.connection = connection;
    }

    @Override
    public void begin(ReplyWriter replyWriter, boolean isPartOfExec) {
        reply = replyWriter;
        isInExec = isPartOfExec;
        isDeferred = false;
        isPostponed = false;
    }

    @Override
    public boolean isPostponed() {
        return isPostponed;
    }

    @Override
    public boolean isDeferred() {
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
    public String clientLine() {
        return ClientLine.of(connection, parts.clock().steadyMs());
    }

    @Override
    public ReplyWriter reply() {
        reply.protocol(connection.info().protocol());
        return reply;
    }

    @Override
    public NodeServices node() {
        return parts.node();
    }

    @Override
    public long steadyMs() {
        return parts.clock().refreshSteadyMs();
    }

    @Override
    public long nowMicros() {
        parts.clock().refreshEpochMs();
        return parts.clock().micros();
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

    @Override
    public boolean unblock(boolean isError) {
        boolean isEnded = isUnblockable && unblocking == Unblocking.NONE;
        if (isEnded) {
            unblocking = isError ? Unblocking.ERROR : Unblocking.TIMEOUT;
        }
        return isEnded;
    }

    @Override
    public void replyMode(ReplyMode mode) {
        connection.replyMode(mode);
    }

    @Override
    public boolean isMonitor() {
        return parts.links().side().services().monitors().includes(connection);
    }

    @Override
    public void monitor(boolean isOn) {
        Monitors monitors = parts.links().side().services().monitors();
        if (isOn) {
            monitors.add(connection);
        } else {
            monitors.remove(connection);
        }
    }

    @Override
    public void closeAfterReply() {
        connection.closeAfterReply();
    }

    @Override
    public void sendFile(FileMaker maker) {
        ShardSide side = parts.links().side();
        String name = "file-for-" + id();
        Path path = node().settings().current().dataDir().resolve(name + "-" + node().runId());
        FileTransfer file = new FileTransfer(maker, path, Long.toString(id()));
        Background background = side.shard().settings().background();
        connection.detach(detached -> new FileSession(detached, file).start(background, name));
    }

    @Override
    public <T> void gather(Function<ShardServices, T> part, BiConsumer<List<T>, ReplyWriter> whole) {
        ShardLinks links = parts.links();
        if (links.count() == 1) {
            whole.accept(List.of(part.apply(links.side().services())), reply());
        } else if (isInExec) {
            execReply = execReply == null ? new ExecReply(connection, links, parts.side()) : execReply;
            execReply.gather(reply(), part, whole);
        } else {
            gatherLater((services, answer) -> answer.accept(part.apply(services)), whole, false);
        }
    }

    @Override
    public <T> void gatherText(Function<ShardServices, T> part, Function<List<T>, String> text) {
        if (isInExec) {
            gather(part, (all, reply) -> reply.verbatim(text.apply(all)));
            return;
        }
        isDeferred = true;
        ShardLinks links = parts.links();
        ShardSide side = links.side();
        Background background = side.shard().settings().background();
        TextGather<T> gather = new TextGather<>(
                connection,
                parts.side(),
                links.count(),
                background,
                side.services().inbox(),
                text);
        ask(
                (services, answer) -> answer.accept(part.apply(services)),
                (T answer, int shard) -> gather.answer(shard, answer));
    }

    @Override
    public <T> void gatherLater(BiConsumer<ShardServices, Consumer<T>> part, BiConsumer<List<T>, ReplyWriter> whole) {
        gatherLater(part, whole, true);
    }

    private <T> void gatherLater(
            BiConsumer<ShardServices, Consumer<T>> part, BiConsumer<List<T>, ReplyWriter> whole, boolean blocks) {
        isDeferred = true;
        Runnable afterwards = () -> {};
        if (blocks) {
            connection.requests().block();
            afterwards = connection.requests()::unblock;
        }
        ShardLinks links = parts.links();
        Gather<T> gather = new Gather<>(
                connection, parts.side(), connection.replies().reserve(0), links.count(), whole, afterwards);
        ask(part, (answer, shard) -> gather.answer(shard, answer));
    }

    /** The other shards first: its own answers within the call, which may take its time. */
    private <T> void ask(BiConsumer<ShardServices, Consumer<T>> part, ObjIntConsumer<T> answers) {
        ShardLinks links = parts.links();
        int home = links.own();
        for (int i = 1; i <= links.count(); i++) {
            int shard = (home + i) % links.count();
            links.to(
                    shard,
                    target -> part.accept(target.services(), answer -> target.links()
                            .back(home, () -> answers.accept(answer, shard))));
        }
    }

    @Override
    public LastWrites lastWrites() {
        return connection.lastWrites();
    }

    @Override
    public void afterEarlier(Runnable task) {
        isDeferred = true;
        connection.requests().afterOwed(task);
    }

    @Override
    public boolean isInExec() {
        return isInExec;
    }

    @Override
    public void multi() {
        if (connection.multi().isOpen()) {
            reply().error("ERR MULTI calls can not be nested");
        } else {
            connection.multi().open();
            reply().ok();
        }
    }

    @Override
    public void exec() {
        isPostponed = parts.multi().isSpread(connection) && parts.spread().postpones(connection, EXEC);
        isDeferred = isPostponed || parts.multi().exec(connection, this);
    }

    /** What shards have yet to answer for the EXEC that has just run, or null for nothing. */
    ExecReply takeExecReply() {
        ExecReply taken = execReply;
        execReply = null;
        return taken;
    }

    @Override
    public void discard() {
        if (connection.multi().isOpen()) {
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
        if (multi.isOpen()) {
            reply().error("ERR WATCH inside MULTI is not allowed");
            return;
        }
        int shard = parts.router().shardOfKeys(WATCHED, arguments);
        if (shard == ShardRouter.SEVERAL && parts.spread().postpones(connection, arguments)) {
            isPostponed = true;
            isDeferred = true;
        } else if (shard == ShardRouter.SEVERAL) {
            String refusal = parts.multi().watch(connection, arguments);
            if (refusal != null) {
                reply().error(refusal);
                return;
            }
        } else {
            WatchSet set = multi.watchOn(shard, parts.links().count());
            isDeferred = parts.router().watch(connection, shard, set, arguments);
        }
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
        connection.info().database(0);
        connection.info().protocol(2);
        connection.info().name("");
        connection.requests().resetReplyMode();
        monitor(false);
        endTracking();
        connection.info().user(parts.node().security().users().atConnect());
        reply().simple("RESET");
    }

    @Override
    public void endWatch() {
        WatchSet[] sets = connection.multi().watched();
        connection.multi().forgetWatched();
        for (int shard = 0; sets != null && shard < sets.length; shard++) {
            WatchSet set = sets[shard];
            if (set != null) {
                parts.links().to(shard, target -> target.shard().unwatch(set));
            }
        }
    }

    @Override
    public void noteDenial(AclLog.Reason reason, String object, String user) {
        parts.node()
                .diagnostics()
                .aclLog()
                .add(reason, AclLog.Context.MULTI, object, user, clientLine(), nowMicros() / 1_000);
    }

    @Override
    public void end() {
        monitor(false);
        endTracking();
        endWatch();
        endSubscriptions();
    }

    @Override
    public ClientTracking tracking() {
        if (connection.info().tracking() == null) {
            connection
                    .info()
                    .tracking(new ClientTracking(connection.id(), parts.links().own()));
        }
        return connection.info().tracking();
    }

    private void endTracking() {
        ClientTracking tracking = connection.info().tracking();
        if (tracking != null && tracking.isOn()) {
            tracking.off();
            for (int shard = 0; shard < parts.links().count(); shard++) {
                parts.links().to(shard, side -> side.shard().tracking().remove(tracking));
            }
        }
    }

    private void endSubscriptions() {
        if (connection.info().subscriber() != null) {
            connection.info().subscriber().end();
        }
    }

    @Override
    public Subscriber subscriber() {
        if (connection.info().subscriber() == null) {
            connection.info().subscriber(new Subscriber(parts.subscriptions(), new MessageOutlet(connection)));
        }
        return connection.info().subscriber();
    }
}
