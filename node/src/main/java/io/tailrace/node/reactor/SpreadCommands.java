package io.tailrace.node.reactor;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.command.BlockedClients;
import io.tailrace.node.command.CommandFlag;
import io.tailrace.node.command.CommandRunner;
import io.tailrace.node.command.CommandSpec;
import io.tailrace.node.command.SpreadRunner;
import io.tailrace.node.command.SpreadWaits;
import io.tailrace.node.config.FsyncPolicy;
import io.tailrace.node.script.NodeScripts;
import io.tailrace.node.services.HeldReply;
import io.tailrace.node.services.LastWrites;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.shard.KeySlot;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardFailedException;
import io.tailrace.node.shard.ShardHold;
import io.tailrace.node.shard.ShardToken;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;

/**
 * Commands and transactions of this reactor's clients that need several shards: they run here and at once, while this thread holds all of
 * these shards, so nobody sees half of them. Owned and closed by the reactor's thread; only where there are several shards.
 *
 * <pre>
 *  waits     until what the connection has asked other shards is answered: its commands take effect in their order
 *  takes     the shards ({@link ShardHold}), its own always; parked while one is busy. What the transaction before has kept it has
 *            ({@link TurnHold})
 *  checks    of each shard: that it may be written, or read, now
 *  runs      all of it, and logs it ({@link SpreadRunner})
 *  forces    with fsync always: the logs of all parts, so that nobody sees what not every disk has
 *  gives     the shards back, and wakes the threads of those it has written to: they have it to replicate, and clients to serve
 *  answers   when every part has what ack-replicas asks for
 * </pre>
 */
final class SpreadCommands implements AutoCloseable {
    private static final String CLOSED = "ERR this node is shutting down";

    private final NodeServices node;
    private final ShardLinks links;
    private final CommandRunner runner;
    private final BusyPoll busyPoll;
    private final RequestScratch scratch;
    private RequestExecutor executor;
    private final MessagePool<Postponed<Connection>> postponed = new MessagePool<>(() -> new Postponed<>(this::again));
    private final ShardToken.Patience patience = this::isPatient;
    private TurnHold hold;
    private SpreadRunner spread;
    private long wanted;
    private long toWake;

    SpreadCommands(
            NodeServices node, ShardLinks links, CommandRunner runner, BusyPoll busyPoll, RequestScratch scratch) {
        this.scratch = scratch;
        this.node = node;
        this.links = links;
        this.runner = runner;
        this.busyPoll = busyPoll;
    }

    /** Tells which shards there are, before the first cycle. */
    void connect(List<Shard> shards, TurnHold newHold) {
        hold = newHold;
        spread = new SpreadRunner(
                runner,
                shards.toArray(Shard[]::new),
                links.own(),
                node.settings().current().databases());
    }

    /** Gives what executes requests that were postponed, before the first cycle. */
    void executor(RequestExecutor executing) {
        executor = executing;
    }

    /** Postpones a request until nothing is owed to its connection; returns whether that is so. */
    boolean postpones(Connection connection, Arguments request) {
        if (!connection.requests().owes()) {
            return false;
        }
        connection
                .requests()
                .again(postponed
                        .take()
                        .begin(connection, request, connection.info().database()));
        return true;
    }

    private void again(Postponed<Connection> request) {
        Connection connection = request.connection();
        Arguments arguments = scratch.layOut(request.request());
        postponed.give(request.end());
        again(connection, arguments);
    }

    /** The same of one that is copied. */
    boolean postpones(Connection connection, RequestCopy request) {
        boolean isOwed = connection.requests().owes();
        if (isOwed) {
            connection.requests().again(() -> again(connection, scratch.layOut(request)));
        }
        return isOwed;
    }

    private void again(Connection connection, Arguments request) {
        try {
            executor.execute(connection, request);
        } catch (ShardFailedException e) {
            throw e;
        } catch (RuntimeException | OutOfMemoryError e) {
            connection.fail(e);
        }
    }

    /** Lays a request out, until the next one is. */
    Arguments layOut(RequestCopy request) {
        return scratch.layOut(request);
    }

    /** The shards that a command needs, as a set. */
    long shardsOf(CommandSpec spec, Arguments arguments) {
        return spread.shardsOf(spec, arguments);
    }

    /** Commands that may wait, which run like the others. */
    SpreadWaits waits(BlockedClients[] blocked) {
        return new SpreadWaits(spread, blocked);
    }

    /** What comes next needs no other shards than its own, or asks others. */
    void letGo() {
        if (hold != null) {
            hold.letGo();
        }
    }

    /** Takes shards, runs a task and gives them back; returns null, or why they can't be taken, as an error without the dash. */
    String holding(long shards, Runnable task) {
        String refusal = take(shards, false);
        if (refusal == null) {
            try {
                task.run();
            } finally {
                release();
            }
        }
        return refusal;
    }

    /**
     * Takes shards until {@link #release}, for one command or transaction.
     *
     * @param hasScript whether a script may be run
     * @return null, or why they can't be taken, as an error without the dash
     */
    String take(long shards, boolean hasScript) {
        if (busyPoll.isOn()) {
            return NodeScripts.BUSY_SCRIPT;
        }
        wanted = shards | ShardHold.only(links.own());
        if (!hold.take(shards, hasScript, patience)) {
            return isPatient() ? CLOSED : NodeScripts.BUSY_SCRIPT;
        }
        spread.beginHold();
        return null;
    }

    void release() {
        hold.release();
    }

    /** Nobody waits for a shard that a late script has. */
    private boolean isPatient() {
        return !node.scripts().hasLate() || node.scripts().lateOn(wanted) == null;
    }

    /** Runs one command, now or when nothing is owed to its connection. */
    void run(Connection connection, CommandSpec spec, Arguments arguments) {
        if (!postpones(connection, arguments)) {
            runOn(spread.shardsOf(spec, arguments), connection, spec, arguments);
        }
    }

    /** Runs one command now, on all these shards. */
    void runOn(long shards, Connection connection, CommandSpec spec, Arguments arguments) {
        String refusal = take(shards, spec.has(CommandFlag.RUNS_SCRIPT));
        if (refusal != null) {
            connection.error(refusal);
            return;
        }
        try {
            runHeld(connection, spec, arguments, shards);
        } finally {
            release();
        }
        wake();
    }

    private void runHeld(Connection connection, CommandSpec spec, Arguments arguments, long shards) {
        String refusal = refusal(shards, spec.isWrite(), true);
        if (refusal != null) {
            connection.error(refusal);
            return;
        }
        boolean isScript = spec.has(CommandFlag.RUNS_SCRIPT);
        if (isScript) {
            runner.caller(connection.info().actingUser(node.security().users()));
        }
        boolean mayBeHeld = isAlways() || (isScript || spec.isWrite()) && mayHold();
        ReplyWriter reply = connection.beginReply(mayBeHeld);
        spread.run(shards, spec, connection.info().database(), arguments, reply);
        end(connection, mayBeHeld);
    }

    /**
     * Runs a script whose place among the replies is reserved, on all shards; see {@link #runOn}.
     *
     * @param from whose it is, and how it is to be replied to
     */
    void runLate(Connection connection, CommandSpec spec, RequestCopy request, ReplySlot slot, LateCaller from) {
        long all = ShardHold.all(links.count());
        DetachedReply[] given = new DetachedReply[1];
        String refused = holding(
                all,
                () -> given[0] = links.side().commands().answer(from, reply -> {
                    String refusal = refusal(all, spec.isWrite(), true);
                    if (refusal == null) {
                        runner.watch().client(connection.info(), from.isRead(), true);
                        runner.caller(from.user());
                        spread.run(all, spec, request.database(), scratch.layOut(request), reply);
                        hold(connection, slot);
                    } else {
                        reply.error(refusal);
                    }
                }));
        if (refused != null) {
            given[0] = links.side().commands().answer(from, reply -> reply.error(refused));
        } else {
            wake();
        }
        connection.complete(slot, given[0]);
    }

    /** Why a command can't run on shards that are held, as an error without the dash, or null. */
    String refusal(long shards, boolean isWrite, boolean isRead) {
        String refusal = null;
        for (long rest = shards; rest != 0 && refusal == null; rest &= rest - 1) {
            ShardSide side = links.side(Long.numberOfTrailingZeros(rest));
            refusal = isWrite ? side.gate().writeRefusal() : null;
            refusal = refusal == null && isRead ? side.replication().readRefusal() : refusal;
        }
        return refusal;
    }

    /** Whether a reply may have to wait for something when its command has run. */
    boolean mayHold() {
        return links.side().gate().holdsReplies() || isAlways();
    }

    private boolean isAlways() {
        return node.settings().current().fsync() == FsyncPolicy.ALWAYS;
    }

    /** The commands of a MULTI over several shards. */
    SpreadRunner transactions() {
        return spread;
    }

    /**
     * Ends the reply of what has just been run, the shards still being held.
     *
     * @param mayBeHeld as it was begun
     */
    void end(Connection connection, boolean mayBeHeld) {
        long unforced = settle(connection.lastWrites());
        boolean isAcked = spread.logged() != 0 && links.side().gate().holdsReplies();
        if (!mayBeHeld || !isAcked && unforced == 0) {
            connection.endReply();
            return;
        }
        ReplySlot slot = connection.endHeldReply();
        hold(slot, holds(isAcked, unforced) - 1);
        letGo(links.own(), slot, isAcked, unforced);
    }

    /** For how much a reply waits. */
    private int holds(boolean isAcked, long unforced) {
        return (isAcked ? Long.bitCount(spread.logged()) : 0) + Long.bitCount(unforced);
    }

    private static void hold(ReplySlot slot, int times) {
        for (int i = 0; i < times; i++) {
            slot.hold();
        }
    }

    /** The same of a reply that is given later, which has a place. */
    void hold(Connection connection, ReplySlot slot) {
        long unforced = settle(connection.lastWrites());
        boolean isAcked = spread.logged() != 0 && links.side().gate().holdsReplies();
        hold(slot, holds(isAcked, unforced));
        letGo(links.own(), slot, isAcked, unforced);
    }

    /**
     * Notes what the connection has written, and gives the other shards whose disk has not taken all that is in their logs, although it
     * must have before this client sees any of it: its own shard's is forced before the replies of this turn go.
     */
    private long settle(LastWrites writes) {
        long logged = spread.logged();
        for (long rest = logged; rest != 0; rest &= rest - 1) {
            int shard = Long.numberOfTrailingZeros(rest);
            Shard data = links.side(shard).shard();
            writes.wrote(
                    shard, data.backlog().lastIndex(), data.history().current().id());
        }
        long own = ShardHold.only(links.own());
        long unforced = 0;
        // a part of this shard waits for nothing but the others' then
        long forced = isAlways() ? wanted & ~own | ((logged & ~own) == 0 ? 0 : own) : 0;
        for (long rest = forced; rest != 0; rest &= rest - 1) {
            int shard = Long.numberOfTrailingZeros(rest);
            Backlog log = links.side(shard).shard().backlog();
            if (log.lastIndex() != log.durableIndex() && !log.sync().tryNow()) {
                unforced |= ShardHold.only(shard);
            }
        }
        return unforced & ~own;
    }

    private void letGo(int home, ReplySlot slot, boolean isAcked, long unforced) {
        for (long rest = isAcked ? spread.logged() : 0; rest != 0; rest &= rest - 1) {
            int shard = Long.numberOfTrailingZeros(rest);
            ShardSide side = links.side(shard);
            boolean isHere = shard == links.own() && home == links.own();
            HeldReply held = isHere ? slot : side.gate().heldFor(home, slot);
            side.replication().acks().hold(side.shard().backlog().lastIndex(), held);
        }
        for (long rest = unforced; rest != 0; rest &= rest - 1) {
            links.side(Long.numberOfTrailingZeros(rest)).links().whenForced(home, slot::release);
        }
    }

    /**
     * Readies the reply of what has just been run for a client of any reactor, the shards still being held; it goes when the result is
     * run, after they were given back.
     *
     * @param give takes the reply, on the thread of {@code home}
     */
    Runnable sendHome(int home, Connection connection, ReplySlot slot, Runnable give) {
        LastWrites writes = new LastWrites(links.count());
        long unforced = settle(writes);
        boolean isAcked = spread.logged() != 0 && links.side().gate().holdsReplies();
        int holds = holds(isAcked, unforced);
        letGo(home, slot, isAcked, unforced);
        return () -> links.back(home, () -> {
            connection.lastWrites().takeFrom(writes);
            hold(slot, holds);
            give.run();
        });
    }

    /** Wakes the other shards that the last one has written to, when this turn ends: once for all transactions of the turn. */
    void wake() {
        toWake |= spread.logged() & ~ShardHold.only(links.own());
    }

    /** At the end of a turn. */
    void wakeOthers() {
        long all = toWake;
        toWake = 0;
        for (long rest = all; rest != 0; rest &= rest - 1) {
            links.wake(Long.numberOfTrailingZeros(rest));
        }
    }

    /** The shard of a key. */
    int shardOf(long key, int length) {
        return KeySlot.shardOf(key, length, links.count());
    }

    @Override
    public void close() {
        if (spread != null) {
            spread.close();
        }
    }
}
