package io.tailrace.node.reactor;

import io.tailrace.node.command.AccessCheck;
import io.tailrace.node.command.CommandRunner;
import io.tailrace.node.command.CommandSpec;
import io.tailrace.node.command.DeniedCommand;
import io.tailrace.node.command.MultiRunner;
import io.tailrace.node.security.User;
import io.tailrace.node.security.Users;
import io.tailrace.node.shard.ShardHold;
import io.tailrace.node.shard.WatchSet;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * MULTI and EXEC: queues commands, and runs all of them as one on the shard of their keys. Owned by one reactor thread.
 *
 * <pre>
 *  the keys are on   EXEC runs                                                     its reply
 *  this shard        at once                                                       at once, unless a command asks all shards
 *  another shard     there, if all of it is about keys ({@link ExecElsewhere})     comes later
 *  another, or       here at once, while this thread holds them                    as the first ({@link SpreadCommands})
 *  several
 * </pre>
 */
final class MultiExec {
    static final String ABORTED = "EXECABORT Transaction discarded because of: ";
    private static final int MAX_QUEUED_BYTES = 256 << 20;
    private static final int RETAINED_ARGUMENTS = 64;

    private final ShardLinks links;
    private final ShardRouter router;
    private final CommandRunner runner;
    private final MultiRunner multiRunner;
    private final SpreadCommands spread;
    private final Users users;
    /** Reused by every EXEC here. */
    private final List<Arguments> arguments = new ArrayList<>();

    private final MultiRunner.SessionRunner here = new Here();
    /** Of the EXEC that runs now. */
    private Session session;
    /** What is to answer the rest of it. */
    private ExecReply given;

    MultiExec(ShardLinks links, ShardRouter router, CommandRunner runner, SpreadCommands spread, Users users) {
        this.spread = spread;
        this.links = links;
        this.router = router;
        this.runner = runner;
        multiRunner = new MultiRunner(runner);
        this.users = users;
    }

    /** Queues a command that may be. */
    void queue(Connection connection, CommandSpec spec, Arguments request) {
        MultiState multi = connection.multi();
        if (multi.queuedBytes() > MAX_QUEUED_BYTES) {
            multi.breakOff();
            connection.error("ERR more than " + MAX_QUEUED_BYTES + " bytes are queued in this transaction");
        } else {
            multi.add(spec, request, router.shardsOf(spec, request));
            connection.beginReply().simple("QUEUED");
            connection.endReply();
        }
    }

    /** EXEC; returns whether its reply comes later. */
    boolean exec(Connection connection, Session of) {
        MultiState multi = connection.multi();
        if (!multi.isOpen()) {
            of.reply().error("ERR EXEC without MULTI");
            return false;
        }
        boolean comesLater = false;
        try {
            String refusal = refusal(connection, multi);
            boolean isHere = multi.shard() == MultiState.NONE || multi.shard() == links.own();
            if (refusal != null) {
                of.reply().error(refusal);
                return false;
            }
            replaceDenied(connection, multi);
            if (isSpread(multi)) {
                comesLater = true;
                execSpread(connection, of);
            } else if (isHere) {
                spread.letGo();
                comesLater = execHere(connection, of);
            } else {
                spread.letGo();
                execElsewhere(connection);
                comesLater = true;
            }
        } finally {
            multi.reset();
            of.endWatch();
        }
        return comesLater;
    }

    private String refusal(Connection connection, MultiState multi) {
        if (multi.isBroken()) {
            return "EXECABORT Transaction discarded because of previous errors.";
        }
        String refused = multi.hasWrites() ? links.side().gate().writeRefusal() : null;
        if (refused != null) {
            return ABORTED + refused;
        }
        String hidden = multi.hasKeys() ? links.side().replication().readRefusal() : null;
        return hidden == null ? null : ABORTED + hidden;
    }

    /** What was queued may be forbidden by now: each command for itself. */
    private void replaceDenied(Connection connection, MultiState multi) {
        User user = connection.info().actingUser(users);
        if (!user.isUnlimited()) {
            List<Arguments> all = layOut(multi);
            for (int i = 0; i < multi.count(); i++) {
                CommandSpec denied = denied(connection, user, multi.specs().get(i), all.get(i));
                if (denied != null) {
                    multi.replace(i, denied);
                }
            }
        }
    }

    private CommandSpec denied(Connection connection, User user, CommandSpec spec, Arguments request) {
        AccessCheck.Denial denial = AccessCheck.denial(user, spec, request);
        if (denial != null) {
            String object = denial.argument() == 0 ? spec.name() : request.ascii(denial.argument());
            connection.session().noteDenial(denial.reason(), object, user.name());
            return DeniedCommand.of(denial.reason());
        }
        String refusal = AccessCheck.sortRefusal(user, spec, request);
        return refusal == null ? null : DeniedCommand.of(refusal);
    }

    private List<Arguments> layOut(MultiState multi) {
        while (arguments.size() < multi.count()) {
            arguments.add(new Arguments());
        }
        for (int i = 0; i < multi.count(); i++) {
            multi.layOut(i, arguments.get(i));
        }
        return arguments;
    }

    /** Whether EXEC needs several shards at once, and so runs only when nothing is owed to its connection. */
    boolean isSpread(Connection connection) {
        MultiState multi = connection.multi();
        return multi.isOpen() && !multi.isBroken() && isSpread(multi);
    }

    /** What is about the connection takes effect between the commands before and after it, so all run where that is. */
    private boolean isSpread(MultiState multi) {
        int shard = multi.shard();
        boolean isElsewhere = shard != MultiState.NONE && shard != links.own();
        return shard == MultiState.SEVERAL || isElsewhere && multi.hasSessionCommands();
    }

    private void execSpread(Connection connection, Session of) {
        MultiState multi = connection.multi();
        String refusal = spread.take(multi.shards(), MultiRunner.hasScript(multi.specs()));
        if (refusal != null) {
            connection.error(ABORTED + refusal);
            return;
        }
        try {
            execHeld(connection, of);
        } finally {
            spread.release();
        }
        spread.wake();
    }

    private void execHeld(Connection connection, Session of) {
        MultiState multi = connection.multi();
        String refusal = spread.refusal(multi.shards(), multi.hasWrites(), multi.hasKeys());
        if (refusal != null) {
            connection.error(ABORTED + refusal);
            return;
        }
        boolean mayBeHeld = spread.mayHold();
        ReplyWriter reply = connection.beginReply(mayBeHeld);
        int start = reply.position();
        of.begin(reply, false);
        session = of;
        runner.caller(connection.info().actingUser(users));
        try {
            spread.transactions()
                    .runAll(
                            multi.shards(),
                            multi.specs(),
                            layOut(multi),
                            multi.watched(),
                            connection.info().database(),
                            reply,
                            here);
        } finally {
            session = null;
            releaseArguments();
        }
        DetachedReply incomplete = incomplete(connection, of, reply, start);
        if (incomplete == null) {
            spread.end(connection, mayBeHeld);
        } else {
            ReplySlot slot = connection.replies().reserve(0);
            spread.hold(connection, slot);
            given.giveLater(slot, incomplete, start);
        }
    }

    /** WATCH of keys of several shards; returns null, or why they can't be watched. */
    String watch(Connection connection, Arguments request) {
        long shards = 0;
        for (int i = 1; i < request.count(); i++) {
            shards |= ShardHold.only(spread.shardOf(request.address(i), request.length(i)));
        }
        return spread.holding(shards, () -> {
            for (int i = 1; i < request.count(); i++) {
                int shard = spread.shardOf(request.address(i), request.length(i));
                WatchSet set = connection.multi().watchOn(shard, links.count());
                links.side(shard)
                        .shard()
                        .watch(set, connection.info().database(), request.address(i), request.length(i));
            }
        });
    }

    private void releaseArguments() {
        if (arguments.size() > RETAINED_ARGUMENTS) {
            arguments.subList(RETAINED_ARGUMENTS, arguments.size()).clear();
        }
    }

    /** Takes what was replied out of the writer if commands in it have yet to be answered by all shards: {@link #given} gives it. */
    private DetachedReply incomplete(Connection connection, Session of, ReplyWriter reply, int start) {
        given = of.takeExecReply();
        boolean isDiscarded = Memory.getByte(reply.address() + start) != '*';
        if (given == null || isDiscarded) {
            return null;
        }
        DetachedReply bytes = DetachedReply.of(
                reply.address() + start,
                reply.position() - start,
                connection.replies().detachedBytes());
        reply.truncate(start);
        return bytes;
    }

    private boolean execHere(Connection connection, Session of) {
        MultiState multi = connection.multi();
        ReplyWriter reply = of.reply();
        WriteGate gate = links.side().gate();
        long before = gate.written();
        int start = reply.position();
        session = of;
        runner.caller(connection.info().actingUser(users));
        try {
            multiRunner.runAll(
                    multi.specs(),
                    layOut(multi),
                    multi.watched(links.own()),
                    connection.info().database(),
                    reply,
                    here);
        } finally {
            session = null;
            releaseArguments();
        }
        DetachedReply incomplete = incomplete(connection, of, reply, start);
        if (incomplete == null) {
            return false;
        }
        ExecReply later = given;
        ReplySlot slot = connection.replies().reserve(0);
        gate.sendHome(links.own(), connection, slot, before, () -> later.giveLater(slot, incomplete, start));
        return true;
    }

    /** An EXEC on this shard. */
    private final class Here implements MultiRunner.SessionRunner {
        @Override
        public void run(CommandSpec spec, Arguments own, ReplyWriter reply) {
            runSessionCommand(spec, own, reply);
        }

        @Override
        public void called(int database, CommandSpec spec, Arguments own) {
            Monitors monitors = links.side().services().monitors();
            if (monitors.isOn()) {
                monitors.show(database, session.info().address(), spec, own);
            }
        }
    }

    /** Shows the commands that are run elsewhere to clients that monitor the node. */
    private void show(Connection connection, MultiState multi) {
        Monitors monitors = links.side().services().monitors();
        if (monitors.isOn()) {
            List<Arguments> all = layOut(multi);
            for (int i = 0; i < multi.count(); i++) {
                monitors.show(connection.info(), multi.specs().get(i), all.get(i));
            }
        }
    }

    private void runSessionCommand(CommandSpec spec, Arguments own, ReplyWriter reply) {
        session.begin(reply, true);
        runner.count(spec, own, reply, () -> spec.sessionCommand().run(session, own));
        // CLIENT CACHING is for the commands after it
        router.watch().client(session.info());
    }

    /** The connection executes nothing until it is finished. */
    private void execElsewhere(Connection connection) {
        MultiState multi = connection.multi();
        show(connection, multi);
        ExecElsewhere exec = router.exec(connection, multi.watched(multi.shard()));
        List<Arguments> all = layOut(multi);
        for (int i = 0; i < multi.count(); i++) {
            exec.add(multi.specs().get(i), all.get(i));
        }
        releaseArguments();
        router.run(multi.shard(), connection, exec);
    }
}
