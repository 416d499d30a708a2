package io.tailrace.node.reactor;

import io.tailrace.node.command.AccessCheck;
import io.tailrace.node.command.CommandFlag;
import io.tailrace.node.command.CommandRunner;
import io.tailrace.node.command.CommandSpec;
import io.tailrace.node.command.CommandTable;
import io.tailrace.node.command.Routing;
import io.tailrace.node.security.User;
import io.tailrace.node.security.Users;
import io.tailrace.node.services.ClientPause;
import io.tailrace.node.shard.KeySlot;
import io.tailrace.node.shard.MemoryLimit;
import io.tailrace.node.shard.WatchSet;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * From a request to the place where it runs: checks that it may run (Redis's processCommand, in Redis's order), queues it
 * in a MULTI, and routes it to the shard of its keys. Owned by one reactor thread.
 */
final class Dispatcher {
    static final String CROSS_SLOT = KeySlot.CROSS_SLOT;

    private static final String NO_AUTH = "NOAUTH Authentication required.";
    static final String EXEC_ABORT = "EXECABORT Transaction discarded because of: ";
    private static final Set<String> ENDS_MULTI = Set.of("exec", "discard", "quit", "reset");
    private static final int SHOWN_ARGUMENTS = 128;
    private static final int MAX_QUEUED_BYTES = 256 << 20;

    private final Reactor reactor;
    private final CommandTable table;
    private final CommandRunner runner;
    private final ShardRouter router;
    private final ClientPause pause;
    private final Users users;

    Dispatcher(Reactor reactor, CommandTable table, CommandRunner runner) {
        this.reactor = reactor;
        this.table = table;
        this.runner = runner;
        router = new ShardRouter(reactor, runner);
        pause = reactor.node().clientPause();
        users = reactor.node().security().users();
    }

    /** Runs, queues or refuses one request; its reply is written or reserved when this returns. */
    void execute(Connection connection, Arguments arguments) {
        CommandSpec spec = table.find(arguments);
        MultiState multi = connection.multi();
        String refusal = refusal(connection, spec, arguments);
        if (refusal == null && pause.isOn()) {
            ClientPause.Extent extent = pause.extent(reactor.clock().steadyMillis());
            if (mustWait(spec, multi, extent)) {
                reactor.pausedRequests().hold(connection, arguments, extent);
                return;
            }
        }
        reactor.countCommand();
        if (refusal != null) {
            refuse(connection, spec, refusal);
            return;
        }
        connection.info().active(spec.name(), reactor.clock().steadyMillis());
        if (multi.isOpen && !spec.has(CommandFlag.RUNS_IN_MULTI_STATE)) {
            queue(connection, spec, arguments);
        } else if (spec.routing() == Routing.SESSION) {
            runSession(connection, spec, arguments);
        } else if (spec.has(CommandFlag.BLOCKING)) {
            runWaiting(connection, spec, arguments);
        } else {
            router.route(connection, spec, arguments);
        }
        reactor.waiting().serve();
    }

    private void runWaiting(Connection connection, CommandSpec spec, Arguments arguments) {
        int shard = router.shardOf(spec, arguments);
        if (shard == ShardRouter.SEVERAL) {
            replyError(connection, CROSS_SLOT);
        } else {
            reactor.waiting().run(connection, spec, arguments, shard == ShardRouter.ANY ? reactor.shardId() : shard);
        }
    }

    /** As Redis has it, what is queued in a MULTI waits like what is run; what nodes ask each other never does. */
    private static boolean mustWait(CommandSpec spec, MultiState multi, ClientPause.Extent extent) {
        switch (extent) {
            case WRITES:
                return spec.isWrite() || spec.name().equals("exec") && multi.hasWrites();
            case EVERYTHING:
                return !spec.name().equals("replconf");
            default:
                return false;
        }
    }

    /** A refused command spoils the transaction it was meant for; a refused EXEC ends it. */
    private static void refuse(Connection connection, CommandSpec spec, String refusal) {
        if (spec != null && spec.name().equals("exec")) {
            connection.multi().reset();
            connection.session().endWatch();
            replyError(connection, EXEC_ABORT + refusal.replaceFirst("^ERR ", ""));
        } else {
            connection.multi().isBroken |= connection.multi().isOpen;
            replyError(connection, refusal);
        }
    }

    private static void replyError(Connection connection, String text) {
        connection.beginReply().error(text);
        connection.endReply();
    }

    private String refusal(Connection connection, CommandSpec spec, Arguments arguments) {
        if (spec == null) {
            return unknown(arguments);
        }
        if (!spec.isArity(arguments.count())) {
            return "ERR wrong number of arguments for '" + spec.name() + "' command";
        }
        User user = connection.info().user();
        if (user == null && users.isLoginNeeded() && !spec.has(CommandFlag.NO_AUTH)) {
            return NO_AUTH;
        }
        if (connection.multi().isOpen && spec.has(CommandFlag.NO_MULTI)) {
            return "ERR Command not allowed inside a transaction";
        }
        String denial = user == null || !user.isUnlimited() ? denial(connection, spec, arguments) : null;
        if (denial != null) {
            return denial;
        }
        String refusal = spec.isWrite() ? reactor.gate().writeRefusal() : null;
        if (refusal == null && connection.info().isSubscribed()) {
            refusal = subscriberRefusal(connection, spec);
        }
        if (refusal == null && spec.routing() != Routing.SESSION) {
            refusal = reactor.services().replication().readRefusal();
        }
        boolean isQueued = connection.multi().isOpen && !ENDS_MULTI.contains(spec.name());
        return refusal == null && isQueued && hasNoRoom(spec, arguments) ? MemoryLimit.REFUSAL : refusal;
    }

    private String denial(Connection connection, CommandSpec spec, Arguments arguments) {
        return AccessCheck.refusal(connection.info().actingUser(users), spec, arguments);
    }

    /** As Redis has it, nothing is queued while memory is short, whatever it is: the queue takes memory too. */
    private boolean hasNoRoom(CommandSpec spec, Arguments arguments) {
        int shard = router.shardOf(spec, arguments);
        return reactor.gate().hasNoRoom(shard < 0 ? reactor.shardId() : shard);
    }

    /** In RESP 2 a message can't be told from a reply, so a subscriber's connection is for messages only. */
    private static String subscriberRefusal(Connection connection, CommandSpec spec) {
        return connection.info().protocol() == 3 || spec.has(CommandFlag.RUNS_WHILE_SUBSCRIBED)
                ? null
                : "ERR Can't execute '" + spec.name() + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / "
                        + "RESET are allowed in this context";
    }

    private String unknown(Arguments arguments) {
        String name = arguments.ascii(0);
        if (table.find(name) != null) {
            String subcommand = arguments.ascii(1);
            return oneLine("ERR unknown subcommand '"
                    + subcommand.substring(0, Math.min(subcommand.length(), SHOWN_ARGUMENTS)) + "'. Try "
                    + name.toUpperCase(Locale.ROOT) + " HELP.");
        }
        StringBuilder shown = new StringBuilder();
        for (int i = 1; i < arguments.count() && shown.length() < SHOWN_ARGUMENTS; i++) {
            String argument = arguments.ascii(i);
            int most = SHOWN_ARGUMENTS - shown.length();
            shown.append('\'')
                    .append(argument, 0, Math.min(argument.length(), most))
                    .append("' ");
        }
        String shownName = name.substring(0, Math.min(name.length(), SHOWN_ARGUMENTS));
        return oneLine("ERR unknown command '" + shownName + "', with args beginning with: " + shown);
    }

    /** An error is one line, whatever a client put into it. */
    private static String oneLine(String text) {
        return text.replace('\r', ' ').replace('\n', ' ');
    }

    private void runSession(Connection connection, CommandSpec spec, Arguments arguments) {
        WriteGate gate = reactor.gate();
        boolean mayBeHeld = connection.multi().isOpen && gate.holdsReplies();
        ReplyWriter reply = connection.beginReply(mayBeHeld);
        Session session = connection.session();
        long before = gate.written();
        session.begin(reply, false);
        spec.sessionCommand().run(session, arguments);
        if (!session.isDeferred()) {
            gate.end(connection, mayBeHeld, before);
        }
    }

    private void queue(Connection connection, CommandSpec spec, Arguments arguments) {
        MultiState multi = connection.multi();
        if (multi.queuedBytes() > MAX_QUEUED_BYTES) {
            multi.isBroken = true;
            replyError(connection, "ERR more than " + MAX_QUEUED_BYTES + " bytes are queued in this transaction");
            return;
        }
        int shard = router.shardOf(spec, arguments);
        if (shard == ShardRouter.ANY) {
            multi.add(spec, RequestCopy.of(arguments));
        } else if (shard >= 0) {
            multi.needShard(shard);
            multi.add(spec, RequestCopy.of(arguments));
        } else {
            multi.isBroken = true;
            replyError(connection, CROSS_SLOT);
            return;
        }
        connection.beginReply().simple("QUEUED");
        connection.endReply();
    }

    /** EXEC; returns whether its reply comes later. */
    boolean exec(Connection connection, Session session) {
        MultiState multi = connection.multi();
        String refusal = execRefusal(connection, multi);
        if (refusal != null) {
            session.reply().error(refusal);
            multi.reset();
            session.endWatch();
            return false;
        }
        List<CommandSpec> specs = List.copyOf(multi.specs);
        List<RequestCopy> requests = List.copyOf(multi.requests);
        int shard = multi.shard == -1 ? multi.watchShard == -1 ? reactor.shardId() : multi.watchShard : multi.shard;
        WatchSet watched = multi.watchSet;
        multi.reset();
        if (shard == reactor.shardId()) {
            boolean comesLater = runExec(connection, specs, requests, watched, session.reply());
            session.endWatch();
            return comesLater;
        }
        int protocol = connection.info().protocol();
        router.execElsewhere(
                connection, shard, new ExecElsewhere(specs, requests, watched, protocol, connection.detachedBytes()));
        session.endWatch();
        return true;
    }

    private String execRefusal(Connection connection, MultiState multi) {
        if (!multi.isOpen) {
            return "ERR EXEC without MULTI";
        }
        if (multi.isBroken) {
            return "EXECABORT Transaction discarded because of previous errors.";
        }
        boolean isElsewhere = multi.watchShard != -1 && multi.shard != -1 && multi.watchShard != multi.shard;
        if (multi.isSpread || isElsewhere) {
            return CROSS_SLOT;
        }
        String denied = denial(connection, multi);
        if (denied != null) {
            return EXEC_ABORT + denied;
        }
        String refused = multi.hasWrites() ? reactor.gate().writeRefusal() : null;
        if (refused != null) {
            return EXEC_ABORT + refused;
        }
        boolean hasKeys = multi.specs.stream().anyMatch(spec -> spec.routing() != Routing.SESSION);
        String hidden = reactor.services().replication().readRefusal();
        return hasKeys && hidden != null ? EXEC_ABORT + hidden : null;
    }

    /** What was queued may be forbidden by now. */
    private String denial(Connection connection, MultiState multi) {
        User user = connection.info().actingUser(users);
        String denied = null;
        if (!user.isUnlimited()) {
            List<Arguments> arguments = reactor.remote().layOut(multi.requests);
            for (int i = 0; i < arguments.size() && denied == null; i++) {
                denied = AccessCheck.refusal(user, multi.specs.get(i), arguments.get(i));
            }
        }
        return denied;
    }

    /** Returns whether the reply comes later. */
    private boolean runExec(
            Connection connection,
            List<CommandSpec> specs,
            List<RequestCopy> requests,
            WatchSet watched,
            ReplyWriter reply) {
        String noRoom = runner.roomRefusal(specs);
        if (noRoom != null) {
            reply.error(EXEC_ABORT + noRoom);
            return false;
        }
        if (watched != null && reactor.shard().isTouched(watched)) {
            reply.nullArray();
            return false;
        }
        Session session = connection.session();
        long before = reactor.gate().written();
        int begin = reply.position();
        List<Arguments> arguments = reactor.remote().layOut(requests);
        runner.runAll(specs, arguments, reply, (spec, own, target) -> {
            session.begin(target, true);
            spec.sessionCommand().run(session, own);
        });
        ExecReply incomplete = session.takeExecReply();
        boolean isDiscarded = Memory.getByte(reply.address() + begin) != '*';
        if (incomplete == null || isDiscarded) {
            return false;
        }
        DetachedReply bytes =
                DetachedReply.of(reply.address() + begin, reply.position() - begin, connection.detachedBytes());
        reply.truncate(begin);
        ReplySlot slot = connection.reserveReply(0);
        reactor.gate().sendHome(reactor, connection, slot, before, () -> incomplete.giveLater(slot, bytes, begin));
        return true;
    }

    /** Watches keys on their shard; returns whether the reply comes later. */
    boolean watch(Connection connection, int shard, WatchSet set, Arguments arguments) {
        if (shard == reactor.shardId()) {
            for (int i = 1; i < arguments.count(); i++) {
                reactor.shard().watch(set, arguments.address(i), arguments.length(i));
            }
            return false;
        }
        router.watchElsewhere(connection, shard, set, RequestCopy.of(arguments));
        return true;
    }

    /** The shard of all these keys, or {@link ShardRouter#SEVERAL}. */
    int shardOfKeys(Arguments arguments, int first, int last, int step) {
        return router.shardOfKeys(arguments, first, last, step);
    }

    static List<Arguments> newArguments(int count) {
        List<Arguments> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(new Arguments());
        }
        return list;
    }
}
