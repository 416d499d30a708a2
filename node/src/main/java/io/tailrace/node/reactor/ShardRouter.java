package io.tailrace.node.reactor;

import io.tailrace.node.command.CommandFlag;
import io.tailrace.node.command.CommandRunner;
import io.tailrace.node.command.CommandSpec;
import io.tailrace.node.command.CommandWatch;
import io.tailrace.node.command.KeyPositions;
import io.tailrace.node.command.RequestKeys;
import io.tailrace.node.command.Routing;
import io.tailrace.node.command.ShardSets;
import io.tailrace.node.security.User;
import io.tailrace.node.security.Users;
import io.tailrace.node.shard.ShardHold;
import io.tailrace.node.shard.WatchSet;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/**
 * Sends commands to the shards of their keys and brings the replies back in order. Owned by one reactor thread. With one
 * shard everything runs here and nothing is copied.
 */
final class ShardRouter {
    /** No key says which shard. */
    static final int ANY = -1;

    /** The keys are of several shards. */
    static final int SEVERAL = -2;

    private static final DetachedReply OK = DetachedReply.of(new byte[] {'+', 'O', 'K', '\r', '\n'});

    private final ShardLinks links;
    private final CommandRunner runner;
    private final SpreadCommands spread;
    private final WriteGate gate;
    private final SideReplies side;
    private final Users users;
    private final int shards;
    private final ScriptRoutes scripts;
    private final ScriptWays scriptWays = new ScriptWays();
    private final RequestKeys requestKeys = new RequestKeys();
    private final ShardSets sets;
    private final ScanRoute scans;
    private final MessagePool<Forward<Connection>> forwards;
    private final MessagePool<ExecElsewhere> execs = new MessagePool<>(ExecElsewhere::new);

    ShardRouter(
            ShardLinks links,
            CommandRunner runner,
            SpreadCommands spread,
            WriteGate gate,
            SideReplies side,
            Users users) {
        this.users = users;
        this.spread = spread;
        this.links = links;
        this.runner = runner;
        this.gate = gate;
        this.side = side;
        shards = links.count();
        sets = new ShardSets(shards, links.own());
        scripts = new ScriptRoutes(runner, links.own(), shards);
        scans = new ScanRoute(links, runner, side);
        forwards = new MessagePool<>(() -> new Forward<>(this::answered, links.own()));
    }

    /** The script that is to run; reused, as none runs within another. */
    private final class ScriptWays implements ScriptRoutes.Ways {
        private Connection connection;
        private CommandSpec spec;
        private Arguments arguments;

        void route(Connection from, CommandSpec command, Arguments request) {
            connection = from;
            spec = command;
            arguments = request;
            scripts.route(command, request, spread.shardsOf(command, request), this);
        }

        @Override
        public void on(int shard) {
            routeTo(shard, connection, spec, arguments);
        }

        @Override
        public void spread(long set) {
            spread.runOn(set, connection, spec, arguments);
        }

        @Override
        public boolean postpones() {
            return spread.postpones(connection, arguments);
        }
    }

    /** How long commands take here. */
    CommandWatch watch() {
        return runner.watch();
    }

    CommandRunner runner() {
        return runner;
    }

    /** The one shard that a command in a MULTI needs, {@link #ANY} or {@link #SEVERAL}. */
    int shardOf(CommandSpec spec, Arguments arguments) {
        return shardOf(setOf(spec, arguments));
    }

    /** With one shard nobody looks for keys. */
    private long setOf(CommandSpec spec, Arguments arguments) {
        if (shards > 1) {
            return sets.of(spec, arguments);
        }
        return spec.routing() == Routing.SESSION ? 0 : ShardHold.only(0);
    }

    private static int shardOf(long set) {
        return set == 0 ? ANY : (set & set - 1) == 0 ? Long.numberOfTrailingZeros(set) : SEVERAL;
    }

    /** The shards that a command in a MULTI needs, as a set; empty for none in particular. */
    long shardsOf(CommandSpec spec, Arguments arguments) {
        if (shards > 1 && spec.has(CommandFlag.RUNS_SCRIPT)) {
            // what it needs besides its keys only shows when it runs, and what runs before it is not to run twice
            return ShardHold.all(shards);
        }
        return setOf(spec, arguments);
    }

    /** The shard of all keys of a request, {@link #ANY} or {@link #SEVERAL}. */
    int shardOfKeys(KeyPositions keys, Arguments arguments) {
        return shardOf(sets.of(requestKeys.of(keys, arguments), arguments));
    }

    void route(Connection connection, CommandSpec spec, Arguments arguments) {
        if (shards == 1) {
            runHere(connection, spec, arguments);
            return;
        }
        switch (spec.routing()) {
            case EVERY_SUM:
            case EVERY_ARRAY:
            case EVERY_ANY:
                closeBatch();
                spread.letGo();
                everywhere(
                        connection,
                        spec,
                        RequestCopy.of(arguments, connection.info().database()));
                break;
            case CURSOR:
                spread.letGo();
                scans.run(connection, spec, arguments, sets.ofCursor(arguments));
                break;
            default:
                if (spec.has(CommandFlag.RUNS_SCRIPT)) {
                    closeBatch();
                    scriptWays.route(connection, spec, arguments);
                    return;
                }
                int shard = shardOf(spec, arguments);
                if (shard == SEVERAL) {
                    closeBatch();
                    spread.run(connection, spec, arguments);
                } else {
                    routeTo(shard == ANY ? links.own() : shard, connection, spec, arguments);
                }
        }
    }

    /** Logs what the batch has written so far: what follows looks at the log, or lets other threads have the shard. */
    void closeBatch() {
        links.side().shard().transactions().closeBatch();
    }

    /** Runs a command on one shard. */
    void routeTo(int shard, Connection connection, CommandSpec spec, Arguments arguments) {
        spread.letGo();
        if (shard == links.own()) {
            runHere(connection, spec, arguments);
            return;
        }
        User caller = spec.has(CommandFlag.RUNS_SCRIPT) ? connection.info().actingUser(users) : null;
        Forward<Connection> forward = forwards.take();
        int length = forward.ask(spec, arguments, connection.info().database()).length();
        send(forward, shard, connection, caller, length);
    }

    /** An EXEC for {@link #run}. */
    ExecElsewhere exec(Connection connection, WatchSet watched) {
        return execs.take().begin(watched, connection.info().database());
    }

    /** Runs an EXEC on another shard; the connection executes nothing until it is finished. */
    void run(int shard, Connection connection, ExecElsewhere exec) {
        Forward<Connection> forward = forwards.take();
        forward.ask(exec);
        connection.requests().execElsewhere(true);
        send(forward, shard, connection, connection.info().actingUser(users), 0);
    }

    private void send(Forward<Connection> forward, int shard, Connection connection, User caller, int length) {
        ReplyQueue replies = connection.replies();
        forward.from(connection, connection.info(), caller, runner.watch().remembers())
                .to(links.side(shard), replies.reserveReused(length), side.blank(), replies.detachedBytes());
        links.send(shard, forward);
    }

    /** What was forwarded has come back. */
    private void answered(Forward<Connection> forward) {
        Connection connection = forward.connection();
        ReplySlot slot = forward.slot();
        if (forward.hasWritten()) {
            connection.lastWrites().wrote(forward.shard(), forward.index(), forward.history());
        }
        if (forward.isHeld()) {
            slot.hold();
        }
        if (forward.exec() != null) {
            execs.give(forward.exec().end());
            connection.requests().execElsewhere(false);
        }
        if (forward.needsMore()) {
            forward.reply().close();
            scripts.opened(forward.spec(), spread.layOut(forward.request()));
            LateCaller caller =
                    new LateCaller(forward.caller(), forward.protocol(), forward.isRead(), forward.detached());
            spread.runLate(connection, forward.spec(), forward.request(), slot, caller);
        } else {
            connection.complete(slot, forward.reply());
        }
        forwards.give(forward.end());
    }

    private void runHere(Connection connection, CommandSpec spec, Arguments arguments) {
        boolean isScript = spec.has(CommandFlag.RUNS_SCRIPT);
        if (isScript) {
            runner.caller(connection.info().actingUser(users));
        }
        boolean mayBeHeld = (isScript || spec.isWrite()) && gate.holdsReplies();
        long before = gate.written();
        runner.run(spec, connection.info().database(), arguments, connection.beginReply(mayBeHeld));
        gate.end(connection, mayBeHeld, before);
    }

    /** Not at one moment: each shard answers when it comes to it. */
    private void everywhere(Connection connection, CommandSpec spec, RequestCopy request) {
        ReplySlot slot = connection.replies().reserve(request.length());
        BiConsumer<List<DetachedReply>, ReplyWriter> join =
                (replies, reply) -> ReplyJoin.everywhere(spec.routing(), replies, reply);
        Gather<DetachedReply> gather = new Gather<>(connection, side, slot, shards, closing(join), () -> {});
        AtomicLong detached = connection.replies().detachedBytes();
        int protocol = connection.info().protocol();
        int home = links.own();
        boolean isRead = runner.watch().remembers();
        for (int i = 0; i < shards; i++) {
            int shard = i;
            links.to(shard, target -> {
                long before = target.gate().written();
                RemoteCommands commands = target.commands().from(connection.info(), isRead, shard == 0);
                DetachedReply reply = shard == 0
                        ? commands.run(spec, request, protocol, detached)
                        : commands.runPart(spec, request, protocol, detached);
                target.gate().sendHome(home, connection, slot, before, () -> gather.answer(shard, reply));
            });
        }
    }

    private static BiConsumer<List<DetachedReply>, ReplyWriter> closing(
            BiConsumer<List<DetachedReply>, ReplyWriter> join) {
        return (replies, reply) -> {
            try {
                join.accept(replies, reply);
            } finally {
                replies.forEach(DetachedReply::close);
            }
        };
    }

    /** Watches keys on their shard; returns whether the reply comes later. */
    boolean watch(Connection connection, int shard, WatchSet set, Arguments arguments) {
        if (shard == links.own()) {
            for (int i = 1; i < arguments.count(); i++) {
                links.side()
                        .shard()
                        .watch(set, connection.info().database(), arguments.address(i), arguments.length(i));
            }
            return false;
        }
        RequestCopy request = RequestCopy.of(arguments, connection.info().database());
        ReplySlot slot = connection.replies().reserve(request.length());
        int home = links.own();
        links.to(shard, target -> {
            target.commands().watch(set, request);
            target.links().back(home, () -> connection.complete(slot, OK));
        });
        return true;
    }
}
