package io.tailrace.node.reactor;

import io.tailrace.node.command.BlockedClients;
import io.tailrace.node.command.CommandRunner;
import io.tailrace.node.command.CommandSpec;
import io.tailrace.node.command.WaitingClient;
import io.tailrace.node.services.CommandStats;
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

    private final ShardLinks links;
    private final WriteGate gate;
    private final RemoteCommands commands;
    private final ClientLimits limits;
    private final BlockedClients blocked;
    private boolean wasPrimary;
    private final CommandStats stats;
    /** Of clients that are served. */
    private final ReplyWriter writer = new ReplyWriter(CAPACITY);

    WaitingCommands(
            ShardLinks links, CommandRunner runner, WriteGate gate, RemoteCommands commands, ClientLimits limits) {
        this.links = links;
        this.gate = gate;
        this.commands = commands;
        this.limits = limits;
        blocked = runner.blocked();
        stats = runner.stats();
    }

    /** A connection of the reactor of shard {@code home} that has a command on another shard, or on the same. */
    private final class Client implements WaitingClient {
        private final int home;
        private final Connection connection;
        private final ReplySlot slot;
        private final int protocol;
        private final CommandStats.Row row;
        private long before;

        Client(int home, Connection connection, ReplySlot slot, int protocol, CommandStats.Row row) {
            this.row = row;
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
            before = gate.written();
            writer.truncate(0);
            writer.protocol(protocol);
            writer.mayGrowBy(Math.max(
                    DetachedReply.MAX_ON_HEAP,
                    limits.reply() - connection.replies().detachedBytes().get()));
            return writer;
        }

        @Override
        public void end(boolean isLast) {
            stats.waited(row, writer, 0);
            DetachedReply reply = DetachedReply.of(
                    writer.address(), writer.pending(), connection.replies().detachedBytes());
            writer.drained(writer.pending());
            send(reply, isLast);
        }

        private void send(DetachedReply reply, boolean isLast) {
            gate.sendHome(home, connection, slot, before, () -> take(connection, slot, reply, isLast));
        }
    }

    private static void take(Connection connection, ReplySlot slot, DetachedReply reply, boolean isLast) {
        connection.waitsOn(Connection.NOWHERE);
        connection.complete(slot, reply);
        if (isLast && !connection.isClosed()) {
            connection.closeAfterReply();
        }
        connection.requests().unblock();
    }

    /** Runs a command of one of this reactor's clients. */
    void run(Connection connection, CommandSpec spec, Arguments request, int shard) {
        RequestCopy copy = RequestCopy.of(request, connection.info().database());
        ReplySlot slot = connection.replies().reserve(copy.length());
        int protocol = connection.info().protocol();
        int home = links.own();
        connection.requests().block();
        connection.waitsOn(shard);
        links.to(shard, target -> target.waiting().run(home, connection, slot, protocol, spec, copy));
    }

    private void run(
            int home, Connection connection, ReplySlot slot, int protocol, CommandSpec spec, RequestCopy request) {
        Client client = new Client(home, connection, slot, protocol, stats.row(spec, spec.name()));
        client.before = gate.written();
        DetachedReply reply = commands.from(connection.info(), false, true)
                .runOrWait(spec, request, protocol, connection.replies().detachedBytes(), client);
        if (reply != null) {
            // a fault may have come after it began to wait
            blocked.forget(connection.id());
            client.send(reply, false);
        }
    }

    /** Serves those who wait for what the command made that has just been run, and whose reply is ended. */
    void serve() {
        if (blocked.hasReady()) {
            blocked.serve();
        }
    }

    /** Its connection is closed. */
    void forget(Connection connection, int shard) {
        long id = connection.id();
        links.to(shard, target -> target.waiting().blocked.forget(id));
    }

    /** CLIENT UNBLOCK, on the shard's thread. */
    boolean unblock(long client, boolean isError) {
        return blocked.unblock(client, isError);
    }

    /** Serves those whom the log refused, and ends the waits that are over; returns how many. */
    int poll(long nowMillis) {
        boolean isDemoted = wasPrimary && !gate.isPrimary();
        wasPrimary = gate.isPrimary();
        if (blocked.size() == 0) {
            return 0;
        }
        if (isDemoted) {
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
    }
}
