package io.tailrace.node.reactor;

import io.tailrace.node.command.CommandRunner;
import io.tailrace.node.command.CommandSpec;
import io.tailrace.node.command.Routing;
import io.tailrace.node.shard.KeySlot;
import io.tailrace.node.shard.WatchSet;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
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

    private static final DetachedReply NOTHING = DetachedReply.of(new byte[0]);
    private static final DetachedReply OK = DetachedReply.of(new byte[] {'+', 'O', 'K', '\r', '\n'});

    private final Reactor reactor;
    private final CommandRunner runner;
    private final int shards;
    private final Arguments parts = new Arguments();

    ShardRouter(Reactor reactor, CommandRunner runner) {
        this.reactor = reactor;
        this.runner = runner;
        shards = reactor.shardCount();
    }

    /** The one shard that a command in a MULTI needs, {@link #ANY} or {@link #SEVERAL}. */
    int shardOf(CommandSpec spec, Arguments arguments) {
        if (shards == 1) {
            return spec.routing() == Routing.SESSION ? ANY : 0;
        }
        switch (spec.routing()) {
            case SESSION:
                return ANY;
            case CURSOR:
                return cursorShard(arguments);
            case EVERY_SUM:
            case EVERY_ARRAY:
            case EVERY_OK:
            case EVERY_ANY:
                return SEVERAL;
            default:
                return spec.firstKey() == 0 ? ANY : shardOfKeys(spec, arguments);
        }
    }

    private int shardOfKeys(CommandSpec spec, Arguments arguments) {
        int last = Math.min(spec.lastKey(arguments.count()), arguments.count() - 1);
        return shardOfKeys(arguments, spec.firstKey(), last, spec.keyStep());
    }

    int shardOfKeys(Arguments arguments, int first, int last, int step) {
        int shard = ANY;
        for (int i = first; i <= last; i += step) {
            int own = KeySlot.shardOf(arguments.address(i), arguments.length(i), shards);
            if (shard != ANY && shard != own) {
                return SEVERAL;
            }
            shard = own;
        }
        return shard;
    }

    private int cursorShard(Arguments arguments) {
        return arguments.isLong(1) ? (int) Math.floorMod(arguments.parseLong(1), (long) shards) : reactor.shardId();
    }

    void route(Connection connection, CommandSpec spec, Arguments arguments) {
        if (shards == 1) {
            runHere(connection, spec, arguments);
            return;
        }
        switch (spec.routing()) {
            case SPLIT_SUM:
            case SPLIT_ARRAY:
            case SPLIT_OK:
                routeByKeys(connection, spec, arguments);
                break;
            case EVERY_SUM:
            case EVERY_ARRAY:
            case EVERY_OK:
            case EVERY_ANY:
                everywhere(connection, spec, RequestCopy.of(arguments));
                break;
            default:
                int shard = shardOf(spec, arguments);
                if (shard == SEVERAL) {
                    connection.beginReply().error(Dispatcher.CROSS_SLOT);
                    connection.endReply();
                } else {
                    routeTo(shard == ANY ? reactor.shardId() : shard, connection, spec, arguments);
                }
        }
    }

    private void routeTo(int shard, Connection connection, CommandSpec spec, Arguments arguments) {
        if (shard == reactor.shardId()) {
            runHere(connection, spec, arguments);
            return;
        }
        RequestCopy copy = RequestCopy.of(arguments);
        ReplySlot slot = connection.reserveReply(copy.length());
        AtomicLong detached = connection.detachedBytes();
        int protocol = connection.info().protocol();
        reactor.onShard(shard, target -> {
            long before = target.gate().written();
            RemoteCommands remote = target.remote();
            DetachedReply reply = remote.answer(detached, () -> remote.run(spec, copy, protocol, detached));
            target.gate().sendHome(reactor, connection, slot, before, () -> connection.complete(slot, reply));
        });
    }

    private void runHere(Connection connection, CommandSpec spec, Arguments arguments) {
        WriteGate gate = reactor.gate();
        boolean mayBeHeld = spec.isWrite() && gate.holdsReplies();
        long before = gate.written();
        runner.run(spec, arguments, connection.beginReply(mayBeHeld));
        gate.end(connection, mayBeHeld, before);
    }

    private void routeByKeys(Connection connection, CommandSpec spec, Arguments arguments) {
        boolean isWhole = (arguments.count() - spec.firstKey()) % spec.keyStep() == 0;
        int shard = isWhole ? shardOfKeys(spec, arguments) : reactor.shardId();
        if (shard >= 0) {
            routeTo(shard, connection, spec, arguments);
            return;
        }
        int[] order = new int[(arguments.count() - spec.firstKey()) / spec.keyStep()];
        RequestCopy[] requests = split(spec, arguments, order);
        send(connection, spec, requests, (replies, reply) -> ReplyJoin.bySplit(spec.routing(), replies, order, reply));
    }

    /** One request a shard with just its keys; {@code order} tells which shard each key went to. */
    private RequestCopy[] split(CommandSpec spec, Arguments arguments, int[] order) {
        RequestCopy[] requests = new RequestCopy[shards];
        for (int shard = 0; shard < shards; shard++) {
            parts.reset();
            parts.add(arguments.address(0), arguments.length(0));
            for (int i = spec.firstKey(), k = 0; i < arguments.count(); i += spec.keyStep(), k++) {
                if (KeySlot.shardOf(arguments.address(i), arguments.length(i), shards) == shard) {
                    order[k] = shard;
                    for (int j = 0; j < spec.keyStep(); j++) {
                        parts.add(arguments.address(i + j), arguments.length(i + j));
                    }
                }
            }
            requests[shard] = parts.count() > 1 ? RequestCopy.of(parts) : null;
        }
        return requests;
    }

    private void everywhere(Connection connection, CommandSpec spec, RequestCopy request) {
        RequestCopy[] requests = new RequestCopy[shards];
        Arrays.fill(requests, request);
        send(connection, spec, requests, (replies, reply) -> ReplyJoin.everywhere(spec.routing(), replies, reply));
    }

    private void send(
            Connection connection,
            CommandSpec spec,
            RequestCopy[] requests,
            BiConsumer<List<DetachedReply>, ReplyWriter> join) {
        int requestBytes = Arrays.stream(requests)
                .filter(Objects::nonNull)
                .distinct()
                .mapToInt(RequestCopy::length)
                .sum();
        Gather<DetachedReply> gather = new Gather<>(connection, shards, requestBytes, closing(join), () -> {});
        AtomicLong detached = connection.detachedBytes();
        int protocol = connection.info().protocol();
        for (int i = 0; i < shards; i++) {
            int shard = i;
            RequestCopy request = requests[i];
            if (request == null) {
                gather.answer(shard, NOTHING, reactor);
                continue;
            }
            reactor.onShard(shard, target -> {
                long before = target.gate().written();
                RemoteCommands remote = target.remote();
                DetachedReply reply = remote.answer(detached, () -> remote.run(spec, request, protocol, detached));
                target.gate()
                        .sendHome(
                                reactor, connection, gather.slot(), before, () -> gather.answer(shard, reply, reactor));
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

    /** The connection executes nothing until it is finished, as some of its commands may be the connection's own. */
    void execElsewhere(Connection connection, int shard, ExecElsewhere exec) {
        ReplySlot slot = connection.reserveReply(0);
        connection.execElsewhere(true);
        reactor.onShard(shard, target -> {
            long before = target.gate().written();
            RemoteCommands remote = target.remote();
            DetachedReply reply = remote.answer(connection.detachedBytes(), () -> exec.run(remote));
            target.gate().sendHome(reactor, connection, slot, before, () -> {
                connection.execElsewhere(false);
                exec.finish(reactor, connection, slot, reply);
            });
        });
    }

    void watchElsewhere(Connection connection, int shard, WatchSet set, RequestCopy request) {
        ReplySlot slot = connection.reserveReply(request.length());
        reactor.onShard(shard, target -> {
            target.remote().watch(set, request);
            target.backTo(reactor, () -> connection.complete(slot, OK));
        });
    }
}
