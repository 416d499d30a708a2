package io.tailrace.node.reactor;

import io.tailrace.node.command.CommandRunner;
import io.tailrace.node.command.CommandSpec;
import io.tailrace.node.command.MultiRunner;
import io.tailrace.node.command.ShardsNeededException;
import io.tailrace.node.command.WaitingClient;
import io.tailrace.node.security.User;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardFailedException;
import io.tailrace.node.shard.WatchSet;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs commands whose connection is on another reactor, and answers them detached. Owned by the reactor's thread. */
final class RemoteCommands {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteCommands.class);

    private final Shard shard;
    private final CommandRunner runner;
    private final MultiRunner multiRunner;
    private final WriteGate gate;
    private final SideReplies side;
    private final RequestScratch scratch;

    RemoteCommands(Shard shard, CommandRunner runner, WriteGate gate, SideReplies side, RequestScratch scratch) {
        this.shard = shard;
        this.runner = runner;
        multiRunner = new MultiRunner(runner);
        this.gate = gate;
        this.side = side;
        this.scratch = scratch;
    }

    /** Says who calls the scripts that are run next. */
    void caller(User user) {
        runner.caller(user);
    }

    /**
     * Whose commands are run from now on.
     *
     * @param isRead whether the client caches what they read
     * @param isNoted whether they are not parts of one that is noted elsewhere
     */
    RemoteCommands from(ClientInfo client, boolean isRead, boolean isNoted) {
        runner.watch().client(client, isRead, isNoted);
        return this;
    }

    /**
     * Runs one command.
     *
     * @param detached the connection's account of detached replies
     * @return the reply, or null for a script that needs other shards too: nothing of it was done
     */
    DetachedReply run(CommandSpec spec, RequestCopy request, int protocol, AtomicLong detached) {
        return answer(detached, () -> {
            ReplyWriter reply = side.begin(protocol, detached);
            String refusal = gate.refusal(spec);
            if (refusal != null) {
                reply.error(refusal);
            } else {
                shard.clock().refreshSteadyMicros();
                runner.run(spec, request.database(), scratch.layOut(request), reply);
            }
            return side.take(detached);
        });
    }

    /** Runs a command that was forwarded here, and sends it home. */
    void run(Forward<?> forward) {
        caller(forward.caller());
        from(forward.client(), forward.isRead(), true);
        long before = gate.written();
        try {
            runForwarded(forward);
        } catch (ShardFailedException e) {
            throw e;
        } catch (ShardsNeededException e) {
            forward.needMore();
        } catch (RuntimeException | OutOfMemoryError e) {
            begin(forward).error(fault(e));
            side.takeInto(forward.reply(), forward.detached());
        }
        gate.sendHome(forward, before);
    }

    private void runForwarded(Forward<?> forward) {
        ReplyWriter reply = begin(forward);
        ExecElsewhere exec = forward.exec();
        String refusal = exec == null ? gate.refusal(forward.spec()) : refusal(exec.specs());
        if (refusal != null) {
            reply.error(refusal);
        } else if (exec != null) {
            runAll(exec, reply);
        } else {
            shard.clock().refreshSteadyMicros();
            runner.run(forward.spec(), forward.request().database(), scratch.layOut(forward.request()), reply);
        }
        side.takeInto(forward.reply(), forward.detached());
    }

    /** All of its commands are about keys. */
    private void runAll(ExecElsewhere exec, ReplyWriter reply) {
        shard.clock().refreshSteadyMicros();
        multiRunner.runAll(
                exec.specs(), scratch.layOut(exec), exec.watched(), exec.database(), reply, RemoteCommands::notHere);
    }

    private ReplyWriter begin(Forward<?> forward) {
        return side.begin(forward.protocol(), forward.detached());
    }

    private static String fault(Throwable of) {
        LOG.error("a command failed with an internal error", of);
        return "ERR internal error: " + of;
    }

    /** The same of a part of a command, which is counted where it is first run. */
    DetachedReply runPart(CommandSpec spec, RequestCopy request, int protocol, AtomicLong detached) {
        runner.stats().part(true);
        try {
            return run(spec, request, protocol, detached);
        } finally {
            runner.stats().part(false);
        }
    }

    /** Runs a command that may wait for its keys, of a client who is told then; returns null when it waits. */
    DetachedReply runOrWait(
            CommandSpec spec, RequestCopy request, int protocol, AtomicLong detached, WaitingClient client) {
        return answer(detached, () -> {
            ReplyWriter reply = side.begin(protocol, detached);
            String refusal = gate.refusal(spec);
            if (refusal != null) {
                reply.error(refusal);
            } else {
                shard.clock().refreshSteadyMicros();
                if (runner.runOrWait(spec, request.database(), scratch.layOut(request), reply, client)) {
                    return null;
                }
            }
            return side.take(detached);
        });
    }

    private static void notHere(CommandSpec spec, Arguments arguments, ReplyWriter reply) {
        throw new IllegalStateException(spec.name() + " is about a connection of another thread");
    }

    private String refusal(List<CommandSpec> specs) {
        String refusal = null;
        for (int i = 0; i < specs.size() && refusal == null; i++) {
            refusal = gate.refusal(specs.get(i));
        }
        return refusal;
    }

    /** Runs something whose fault, but for a need of more shards, is answered there and must not end this reactor. */
    private DetachedReply answer(AtomicLong detached, Supplier<DetachedReply> command) {
        try {
            return command.get();
        } catch (ShardFailedException e) {
            throw e;
        } catch (ShardsNeededException e) {
            return null;
        } catch (RuntimeException | OutOfMemoryError e) {
            side.begin(2, detached).error(fault(e));
            return side.take(detached);
        }
    }

    /** The reply that a task writes for a caller; a fault of it is replied, too. */
    DetachedReply answer(LateCaller to, Consumer<ReplyWriter> task) {
        return answer(to.detached(), () -> {
            task.accept(side.begin(to.protocol(), to.detached()));
            return side.take(to.detached());
        });
    }

    /** Watches the keys of a WATCH. */
    void watch(WatchSet set, RequestCopy request) {
        Arguments arguments = scratch.layOut(request);
        for (int i = 1; i < arguments.count(); i++) {
            shard.watch(set, request.database(), arguments.address(i), arguments.length(i));
        }
    }
}
