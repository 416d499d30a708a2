package io.tailrace.node.reactor;

import io.tailrace.node.command.BlockedClients;
import io.tailrace.node.command.CommandRunner;
import io.tailrace.node.command.CommandSpec;
import io.tailrace.node.command.CommandWatch;
import io.tailrace.node.command.ServeOutcome;
import io.tailrace.node.command.SpreadWait;
import io.tailrace.node.command.SpreadWaits;
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
 *
 * <p>One with keys of several shards looks, and begins to wait on each of them, while the client's thread holds them all. The thread of a
 * shard with a key that has become ready takes them all again and looks again: it serves the client, or leaves it waiting. The client's
 * thread takes them too to end a wait whose time is over, or whose client is gone: it does so in its next turn. So only one ends it.
 */
final class WaitingCommands implements AutoCloseable {
    private static final int CAPACITY = 4 << 10;
    private static final long NOT_NOTED = -1;

    private final ShardLinks links;
    private final WriteGate gate;
    private final RemoteCommands commands;
    private final ClientLimits limits;
    private final BlockedClients blocked;
    private boolean wasPrimary;
    private SpreadCommands spread;
    private SpreadWaits spreadWaits;
    /** Of this reactor's clients, for keys of several shards. */
    private final SpreadingClients spreading = new SpreadingClients();

    private final CommandStats stats;
    private final CommandWatch watch;
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
        watch = runner.watch();
    }

    /** Tells what holds several shards, where there are several, before the first cycle. */
    void connect(SpreadCommands commandsOverShards) {
        spread = commandsOverShards;
        BlockedClients[] all = new BlockedClients[links.count()];
        for (int shard = 0; shard < all.length; shard++) {
            all[shard] = links.side(shard).waiting().blocked;
        }
        spreadWaits = spread.waits(all);
        blocked.spreading(this::serveSpread);
    }

    /** A connection of the reactor of shard {@code home} that has a command on another shard, or on the same. */
    private final class Client implements WaitingClient {
        private final int home;
        private final Connection connection;
        private final ReplySlot slot;
        private final int protocol;
        private final CommandSpec spec;
        private final CommandStats.Row row;
        private long before;
        private long ranMicros = NOT_NOTED;
        private long startMicros;

        Client(int home, Connection connection, ReplySlot slot, int protocol, CommandSpec spec) {
            this.spec = spec;
            row = stats.row(spec, spec.name());
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
        public void began(long micros) {
            ranMicros = micros;
        }

        /** As in Redis, it took what it took at first and what it takes now, and not what lies between. */
        @Override
        public void served(Arguments request) {
            if (ranMicros != NOT_NOTED) {
                long micros = ranMicros + links.side().shard().clock().refreshSteadyMicros() - startMicros;
                watch.ranWithin(connection.info(), spec, request, micros);
            }
        }

        @Override
        public ReplyWriter begin() {
            before = gate.written();
            startMicros = links.side().shard().clock().steadyMicros();
            return begin(writer);
        }

        ReplyWriter begin(ReplyWriter writer) {
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

        /** On the connection's thread. */
        private void give(DetachedReply reply) {
            spreading.remove(id());
            take(connection, slot, reply, false);
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

    /** Runs a command of one of this reactor's clients with keys of several shards, now or when nothing is owed to it. */
    void runSpread(Connection connection, CommandSpec spec, Arguments request) {
        if (spread.postpones(connection, request)) {
            return;
        }
        ReplySlot slot = connection.replies().reserve(0);
        connection.requests().block();
        Client client =
                new Client(links.own(), connection, slot, connection.info().protocol(), spec);
        long shards = spread.shardsOf(spec, request);
        SpreadWait[] wait = new SpreadWait[1];
        ReplyWriter reply = client.begin();
        String refused = spread.holding(shards, () -> {
            String refusal = spread.refusal(shards, spec.isWrite(), true);
            if (refusal != null) {
                reply.error(refusal);
            } else {
                int database = connection.info().database();
                wait[0] = spreadWaits.runOrWait(shards, spec, database, request, reply, client);
                spread.hold(connection, slot);
            }
        });
        if (refused != null) {
            reply.error(refused);
        } else {
            spread.wake();
        }
        if (wait[0] == null) {
            take(connection, slot, taken(connection), false);
        } else {
            connection.waitsOn(Connection.SEVERAL);
            spreading.add(wait[0], client);
        }
    }

    private DetachedReply taken(Connection connection) {
        DetachedReply reply = DetachedReply.of(
                writer.address(), writer.pending(), connection.replies().detachedBytes());
        writer.drained(writer.pending());
        return reply;
    }

    /** On the thread of one of its shards: returns false when it is to be tried again. */
    private boolean serveSpread(SpreadWait wait, byte[] key) {
        Client client = (Client) wait.client();
        Runnable[] give = new Runnable[1];
        ServeOutcome[] outcome = {ServeOutcome.WAITS_ON};
        String refused = spread.holding(wait.shards(), () -> {
            boolean mayRun = spread.refusal(wait.shards(), wait.isWrite(), false) == null;
            if (mayRun) {
                outcome[0] = spreadWaits.serve(wait, key, client.begin(writer));
            }
            if (outcome[0] == ServeOutcome.SERVED) {
                stats.waited(client.row, writer, 0);
                DetachedReply reply = taken(client.connection);
                give[0] = spread.sendHome(client.home, client.connection, client.slot, () -> client.give(reply));
            }
        });
        if (give[0] != null) {
            give[0].run();
            spread.wake();
        }
        return refused == null && outcome[0] != ServeOutcome.REFUSED;
    }

    /** Ends the waits of this reactor's clients that are over; returns how many. */
    private int endSpread(long nowSteadyMs, boolean isDemoted) {
        if (isDemoted) {
            spreading.demoted();
        }
        int ended = 0;
        for (SpreadingClients.Spreading due = spreading.next(nowSteadyMs);
                due != null;
                due = spreading.next(nowSteadyMs)) {
            ended += endSpread(due, nowSteadyMs) ? 1 : 0;
        }
        return ended;
    }

    /** Returns whether it has; else it was served, and its reply is on its way, or it is tried again. */
    private boolean endSpread(SpreadingClients.Spreading due, long nowSteadyMs) {
        boolean[] isEnded = {false};
        String refused =
                spread.holding(due.spreadWait().shards(), () -> isEnded[0] = spreadWaits.end(due.spreadWait()));
        if (refused != null) {
            spreading.again(due, nowSteadyMs);
        } else if (isEnded[0]) {
            spreading.ended(due);
        } else {
            spreading.served(due);
        }
        return isEnded[0];
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
        Client client = new Client(home, connection, slot, protocol, spec);
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
        if (shard == Connection.SEVERAL) {
            spreading.gone(connection.id());
            return;
        }
        long id = connection.id();
        links.to(shard, target -> target.waiting().blocked.forget(id));
    }

    /** CLIENT UNBLOCK, on the shard's thread. */
    boolean unblock(long client, boolean isError) {
        return spreading.has(client) ? spreading.unblock(client, isError) : blocked.unblock(client, isError);
    }

    /** Serves those whom the log refused, and ends the waits that are over; returns how many. */
    int poll(long nowSteadyMs) {
        boolean isDemoted = wasPrimary && !gate.isPrimary();
        wasPrimary = gate.isPrimary();
        int ended = spreading.isEmpty() ? 0 : endSpread(nowSteadyMs, isDemoted);
        if (blocked.size() == 0 && !blocked.hasReady()) {
            return ended;
        }
        if (isDemoted) {
            return ended + blocked.endAll();
        }
        return ended + blocked.serve() + blocked.expire(nowSteadyMs);
    }

    /** How long {@link #poll} has nothing to do, if no key is made. */
    long maxBlockNanos(long nowSteadyMs) {
        long deadline = Math.min(blocked.nextDeadlineSteadyMs(), spreading.nextDueSteadyMs());
        return deadline == Long.MAX_VALUE
                ? Long.MAX_VALUE
                : TimeUnit.MILLISECONDS.toNanos(Math.max(0, deadline - nowSteadyMs));
    }

    @Override
    public void close() {
        blocked.close();
        writer.close();
    }
}
