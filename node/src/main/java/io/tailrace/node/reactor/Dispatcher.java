package io.tailrace.node.reactor;

import io.tailrace.node.command.AccessCheck;
import io.tailrace.node.command.CommandFlag;
import io.tailrace.node.command.CommandRunner;
import io.tailrace.node.command.CommandSpec;
import io.tailrace.node.command.CommandTable;
import io.tailrace.node.command.CommandWatch;
import io.tailrace.node.command.Routing;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.security.User;
import io.tailrace.node.security.Users;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.node.services.ClientPause;
import io.tailrace.node.services.ClientTracking;
import io.tailrace.node.services.CommandStats;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.shard.MemoryLimit;
import io.tailrace.node.watch.AclLog;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.Set;

/**
 * From a request to the place where it runs: checks that it may run (Redis's processCommand, in Redis's order), queues it
 * in a MULTI, and routes it to the shard of its keys. Owned by one reactor thread.
 */
final class Dispatcher implements RequestExecutor {
    private static final String LOADING = "LOADING Redis is loading the dataset in memory";
    private static final String NO_AUTH = "NOAUTH Authentication required.";
    private static final Set<String> ENDS_MULTI = Set.of("exec", "discard", "quit", "reset");

    /** Shown to those who monitor in the database that the client is in afterwards, or after what they run. */
    private static final Set<String> SHOWN_AFTER = Set.of("exec", "select", "reset");

    private final NodeServices node;
    private final CommandTable table;
    private final ShardLinks links;
    private final ShardRouter router;
    private final SpreadCommands spread;
    private final MultiExec multiExec;
    private final BusyPoll busyPoll;
    private final CycleClock clock;
    private final ReactorCounters counters;
    private final PausedRequests pausedRequests;
    private final ClientPause pause;
    private final Users users;
    private final HttpGuard httpGuard;
    private final CommandWatch watch;
    private final CommandRunner runner;
    private final Arguments queued = new Arguments();
    private boolean isAgain;

    /** @param parts what sessions are given too: both route requests */
    Dispatcher(SessionParts parts, CommandTable table, BusyPoll busyPoll, ReactorCounters counters) {
        this.table = table;
        this.busyPoll = busyPoll;
        this.counters = counters;
        node = parts.node();
        links = parts.links();
        router = parts.router();
        spread = parts.spread();
        multiExec = parts.multi();
        clock = parts.clock();
        pause = node.clientPause();
        pausedRequests = new PausedRequests(pause, this);
        users = node.security().users();
        httpGuard = new HttpGuard(clock);
        runner = router.runner();
        watch = runner.watch();
    }

    /** What waits for the end of a pause. */
    PausedRequests pausedRequests() {
        return pausedRequests;
    }

    @Override
    public void execute(Connection connection, Arguments arguments) {
        Connection before = busyPoll.executing(connection);
        try {
            executeNow(connection, arguments);
        } finally {
            busyPoll.executing(before);
        }
    }

    private void executeNow(Connection connection, Arguments arguments) {
        CommandSpec spec = table.find(arguments);
        MultiState multi = connection.multi();
        String refusal = refusal(connection, spec, arguments);
        if (pause.isOn() && (refusal == null || isReadOnlyForNow(refusal))) {
            ClientPause.Extent extent = pause.extent(clock.steadyMs());
            if (mustWait(spec, arguments, multi, extent)) {
                pausedRequests.hold(connection, arguments, extent);
                return;
            }
        }
        if (refusal != null && HttpGuard.isHttp(arguments)) {
            httpGuard.log(connection.info());
            connection.close();
            return;
        }
        if (refusal != null) {
            refuse(connection, spec, refusal);
            return;
        }
        connection.info().active(spec.name(), clock.steadyMs());
        watch.client(connection.info());
        boolean isQueued = multi.isOpen() && !spec.has(CommandFlag.RUNS_IN_MULTI_STATE);
        boolean isShown = !isQueued && monitors().isOn();
        boolean isShownAfter = isShown && SHOWN_AFTER.contains(spec.name());
        if (isShown && !isShownAfter && !isAgain) {
            monitors().show(connection.info(), spec, arguments);
        }
        if (isQueued) {
            multiExec.queue(connection, spec, arguments);
        } else if (spec.routing() == Routing.SESSION) {
            router.closeBatch();
            runSession(connection, spec, arguments);
        } else if (runner.mayBlock(spec, arguments)) {
            router.closeBatch();
            runWaiting(connection, spec, arguments);
        } else {
            router.route(connection, spec, arguments);
        }
        ClientTracking tracking = connection.info().tracking();
        if (tracking != null
                && tracking.isCaching()
                && !multi.isOpen()
                && !spec.name().startsWith("client|")) {
            tracking.caching(false);
        }
        if (isShownAfter && !connection.session().isPostponed()) {
            monitors().show(connection.info(), spec, arguments);
        }
        if (!busyPoll.isOn()) {
            links.side().waiting().serve();
        }
    }

    /** Executes a request that had to wait for what other shards owed its connection; it was shown to those who monitor. */
    void again(Connection connection, Arguments arguments) {
        isAgain = true;
        try {
            execute(connection, arguments);
        } finally {
            isAgain = false;
        }
    }

    private Monitors monitors() {
        return links.side().services().monitors();
    }

    private void runWaiting(Connection connection, CommandSpec spec, Arguments arguments) {
        int shard = router.shardOf(spec, arguments);
        if (shard == ShardRouter.SEVERAL) {
            links.side().waiting().runSpread(connection, spec, arguments);
        } else {
            spread.letGo();
            links.side().waiting().run(connection, spec, arguments, shard == ShardRouter.ANY ? links.own() : shard);
        }
    }

    /** As Redis has it, what is queued in a MULTI waits like what is run; what nodes ask each other never does. */
    private boolean mustWait(CommandSpec spec, Arguments arguments, MultiState multi, ClientPause.Extent extent) {
        switch (extent) {
            case WRITES:
                return runner.mayWrite(spec, arguments) || spec.name().equals("exec") && mayWrite(multi);
            case EVERYTHING:
                return !spec.name().equals("replconf");
            default:
                return false;
        }
    }

    private boolean mayWrite(MultiState multi) {
        for (int i = 0; i < multi.count(); i++) {
            multi.layOut(i, queued);
            if (runner.mayWrite(multi.specs().get(i), queued)) {
                return true;
            }
        }
        return false;
    }

    /** A refused command spoils the transaction it was meant for; a refused EXEC ends it. */
    private void refuse(Connection connection, CommandSpec spec, String refusal) {
        connection.info().active(spec == null ? ClientInfo.UNKNOWN : spec.name(), clock.steadyMs());
        if (spec != null) {
            counters.commands().rejected(counters.commands().row(spec, spec.name()));
        }
        if (spec != null && spec.name().equals("exec")) {
            connection.multi().reset();
            connection.session().endWatch();
            connection.error(MultiExec.ABORTED + refusal.replaceFirst("^ERR ", ""));
        } else {
            connection.multi().breakOff();
            connection.error(refusal);
        }
    }

    /** A write that only a promotion under way keeps out waits for it, as for any pause. */
    private boolean isReadOnlyForNow(String refusal) {
        return refusal.equals(WriteGate.READ_ONLY) && links.side().gate().isBeingPromoted();
    }

    private String refusal(Connection connection, CommandSpec spec, Arguments arguments) {
        if (spec == null) {
            return UnknownCommand.error(arguments, table.find(arguments.address(0), arguments.length(0)) != null);
        }
        if (!spec.isArity(arguments.count())) {
            return "ERR wrong number of arguments for '" + spec.name() + "' command";
        }
        User user = connection.info().user();
        if (user == null && users.isLoginNeeded() && !spec.has(CommandFlag.NO_AUTH)) {
            return NO_AUTH;
        }
        if (connection.multi().isOpen() && spec.has(CommandFlag.NO_MULTI)) {
            return "ERR Command not allowed inside a transaction";
        }
        String refusal = user == null || !user.isUnlimited() ? denial(connection, spec, arguments) : null;
        if (refusal == null && spec.isWrite()) {
            refusal = links.side().gate().writeRefusal();
        }
        if (refusal == null && connection.info().isSubscribed()) {
            refusal = subscriberRefusal(connection, spec);
        }
        if (refusal == null && node.scripts().hasLate()) {
            refusal = busyRefusal(connection, spec, arguments);
        }
        return refusal == null ? dataRefusal(connection, spec, arguments) : refusal;
    }

    private String busyRefusal(Connection connection, CommandSpec spec, Arguments arguments) {
        MultiState multi = connection.multi();
        if (spec.name().equals("exec")) {
            return multi.count() == 0 && !busyPoll.isLent() ? null : busyPoll.execRefusal(multi.shards());
        }
        long shards = spec.routing() == Routing.SESSION ? 0 : router.shardsOf(spec, arguments);
        return busyPoll.refusal(spec, arguments, shards);
    }

    private String denial(Connection connection, CommandSpec spec, Arguments arguments) {
        User user = connection.info().actingUser(users);
        AccessCheck.Denial denial = AccessCheck.denial(user, spec, arguments);
        if (denial == null) {
            return AccessCheck.sortRefusal(user, spec, arguments);
        }
        connection.info().active(spec.name(), clock.steadyMs());
        node.diagnostics()
                .aclLog()
                .add(
                        denial.reason(),
                        connection.multi().isOpen() ? AclLog.Context.MULTI : AclLog.Context.TOPLEVEL,
                        denial.argument() == 0 ? spec.name() : arguments.ascii(denial.argument()),
                        user.name(),
                        ClientLine.of(connection, clock.steadyMs()),
                        clock.freshMicros() / 1_000);
        return denial.error();
    }

    /** In RESP 2 a message can't be told from a reply, so a subscriber's connection is for messages only. */
    private static String subscriberRefusal(Connection connection, CommandSpec spec) {
        return connection.info().protocol() == 3 || spec.has(CommandFlag.RUNS_WHILE_SUBSCRIBED)
                ? null
                : "ERR Can't execute '" + spec.name() + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / "
                        + "RESET are allowed in this context";
    }

    private String dataRefusal(Connection connection, CommandSpec spec, Arguments arguments) {
        if (node.loading() != null && !mayRunWhileLoading(spec)) {
            return LOADING;
        }
        String refusal = spec.routing() == Routing.SESSION
                ? null
                : links.side().replication().readRefusal();
        boolean isQueued = connection.multi().isOpen() && !ENDS_MULTI.contains(spec.name());
        return refusal == null && isQueued && hasNoRoom(spec, arguments) ? MemoryLimit.REFUSAL : refusal;
    }

    /** WATCH may in Redis, where there is a data set at any time. */
    private static boolean mayRunWhileLoading(CommandSpec spec) {
        return spec.has(CommandFlag.LOADING) && !spec.name().equals("watch");
    }

    /** As Redis has it, nothing is queued while memory is short, whatever it is: the queue takes memory too. */
    private boolean hasNoRoom(CommandSpec spec, Arguments arguments) {
        int shard = router.shardOf(spec, arguments);
        return links.side().gate().hasNoRoom(shard < 0 ? links.own() : shard);
    }

    private void runSession(Connection connection, CommandSpec spec, Arguments arguments) {
        WriteGate gate = links.side().gate();
        boolean mayBeHeld = connection.multi().isOpen() && gate.holdsReplies();
        ReplyWriter reply = connection.beginReply(mayBeHeld);
        if (spec.has(CommandFlag.RUNS_WHILE_SUBSCRIBED) && spec.has(CommandFlag.PUBSUB)) {
            connection.replies().keep();
        }
        if (!spec.has(CommandFlag.RUNS_IN_MULTI_STATE)) {
            spread.letGo();
        }
        ConnectionSession session = connection.session();
        long before = gate.written();
        session.begin(reply, false);
        CommandStats stats = counters.commands();
        int start = reply.position();
        long startMicros = clock.refreshSteadyMicros();
        spec.sessionCommand().run(session, arguments);
        if (session.isPostponed()) {
            return;
        }
        long micros = clock.refreshSteadyMicros() - startMicros;
        stats.ran(stats.row(spec, spec.name()), micros, reply, start);
        watch.ran(spec, arguments, micros);
        if (!session.isDeferred()) {
            gate.end(connection, mayBeHeld, before);
        }
    }
}
