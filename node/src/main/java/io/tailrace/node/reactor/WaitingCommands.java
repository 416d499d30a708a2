package io.tailrace.node.reactor;

import io.tailrace.node.command.BlockedClients;
import io.tailrace.node.command.CommandRunner;
import io.tailrace.node.command.CommandSpec;
import io.tailrace.node.command.WaitingClient;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.concurrent.TimeUnit;

/**
 * Commands that may wait for keys: they run on the shard of their keys, and their client executes nothing more until it has the
 * reply. Owned and closed by the reactor's thread, for its clients on the one side and for its shard on the other.
 *
 * <pre>
 *  the client's thread                          the shard's thread
 *  keeps a place for the reply, blocks    ->    runs the command: it replies, or waits ({@link BlockedClients})
 *  gives the reply, unblocks              <-    the reply, at once or when the wait ends
 *  closes                                 ->    forgets the wait; a reply that is on its way is dropped
 * </pre>
 */
final class WaitingCommands implements AutoCloseable {
    private static final int CAPACITY = 4 << 10;
    private static final int KEPT_CAPACITY = 1 << 20;

    private final Reactor reactor;
    private final CommandRunner runner;
    private final BlockedClients blocked;
    /** Of clients that are served. */
    private final ReplyWriter writer = new ReplyWriter(CAPACITY);

    private final NativeBuffer scratch = new NativeBuffer(CAPACITY);
    private final Arguments arguments = new Arguments();

    WaitingCommands(Reactor reactor, CommandRunner runner) {
        this.reactor = reactor;
        this.runner = runner;
        blocked = runner.blocked();
    }

    /** A connection of the reactor {@code home} that has a command on the shard of another one, or of the same. */
    private final class Client implements WaitingClient {
        private final Reactor home;
        private final Connection connection;
        private final ReplySlot slot;
        private final int protocol;
        private long before;

        Client(Reactor home, Connection connection, ReplySlot slot, int protocol) {
            this.home = home;
            this.connection = connection;
            this.slot = slot;
            this.protocol = protocol;
        }

        @Override
        public long id() {
            return connection.id();
        }

        @Override
        public ReplyWriter begin() {
            before = reactor.gate().written();
            writer.truncate(0);
            writer.protocol(protocol);
            writer.mayGrowBy(Math.max(
                    DetachedReply.MOST_ON_HEAP,
                    reactor.replyLimit() - connection.detachedBytes().get()));
            return writer;
        }

        @Override
        public void end(boolean isLast) {
            DetachedReply reply = DetachedReply.of(writer.address(), writer.pending(), connection.detachedBytes());
            writer.drained(writer.pending());
            send(reply, isLast);
        }

        private void send(DetachedReply reply, boolean isLast) {
            reactor.gate().sendHome(home, connection, slot, before, () -> take(connection, slot, reply, isLast));
        }
    }

    private static void take(Connection connection, ReplySlot slot, DetachedReply reply, boolean isLast) {
        connection.waitsOn(Connection.NOWHERE);
        connection.complete(slot, reply);
        if (isLast && !connection.isClosed()) {
            connection.closeAfterReply();
        }
        connection.unblock();
    }

    /** Runs a command of one of this reactor's clients. */
    void run(Connection connection, CommandSpec spec, Arguments request, int shard) {
        RequestCopy copy = RequestCopy.of(request);
        ReplySlot slot = connection.reserveReply(copy.length());
        int protocol = connection.info().protocol();
        connection.block();
        connection.waitsOn(shard);
        reactor.onShard(shard, target -> target.waiting().run(reactor, connection, slot, protocol, spec, copy));
    }

    private void run(
            Reactor home, Connection connection, ReplySlot slot, int protocol, CommandSpec spec, RequestCopy request) {
        Client client = new Client(home, connection, slot, protocol);
        client.before = reactor.gate().written();
        RemoteCommands remote = reactor.remote();
        boolean[] isWaiting = new boolean[1];
        DetachedReply reply = remote.answer(connection.detachedBytes(), () -> {
            ReplyWriter side = remote.sideReply(protocol, connection.detachedBytes());
            isWaiting[0] = run(client, spec, request, side);
            return isWaiting[0] ? null : remote.takeSideReply(connection.detachedBytes());
        });
        if (!isWaiting[0]) {
            // a fault may have come after it began to wait
            blocked.forget(connection.id());
            client.send(reply, false);
        }
    }

    private boolean run(Client client, CommandSpec spec, RequestCopy request, ReplyWriter reply) {
        String refusal = reactor.gate().refusal(spec);
        if (refusal != null) {
            reply.error(refusal);
            return false;
        }
        scratch.ensureCapacity(Math.max(1, request.length()), 0);
        request.layOut(scratch, 0, arguments);
        boolean isWaiting = runner.runOrWait(spec, arguments, reply, client);
        scratch.shrinkTo(KEPT_CAPACITY);
        return isWaiting;
    }

    /** Serves those who wait for what the command made that has just been run, and whose reply is ended. */
    void serve() {
        if (blocked.hasReady() && reactor.isWritable()) {
            blocked.serve();
        }
    }

    /** Its connection is closed. */
    void forget(Connection connection, int shard) {
        long id = connection.id();
        reactor.onShard(shard, target -> target.waiting().blocked.forget(id));
    }

    /** CLIENT UNBLOCK, on the shard's thread. */
    boolean unblock(long client, boolean isError) {
        return blocked.unblock(client, isError);
    }

    /** Serves those whom the log refused, and ends the waits that are over; returns how many. */
    int poll(long nowMillis) {
        if (blocked.size() == 0) {
            return 0;
        }
        if (!reactor.isWritable()) {
            return blocked.endAll();
        }
        return blocked.serve() + blocked.expire(nowMillis);
    }

    /** How long {@link #poll} has nothing to do, if no key is made. */
    long maxBlockNanos(long nowMillis) {
        long deadline = blocked.nextDeadlineMillis();
        return deadline == Long.MAX_VALUE
                ? Long.MAX_VALUE
                : TimeUnit.MILLISECONDS.toNanos(Math.max(0, deadline - nowMillis));
    }

    @Override
    public void close() {
        blocked.close();
        writer.close();
        scratch.close();
    }
}
