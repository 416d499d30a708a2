package io.tailrace.node.reactor;

import io.tailrace.node.command.CommandRunner;
import io.tailrace.node.command.CommandSpec;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardFailedException;
import io.tailrace.node.shard.WatchSet;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commands whose connection is on another reactor, and replies that don't go straight to a connection: copies are laid out
 * in native memory, run, and answered detached. Owned and closed by the reactor's thread.
 *
 * <p>Like those in its output, the replies of a connection that are detached may have {@code client-output-limit} bytes; one that
 * would go above that is an error instead, and nothing of its command is done.
 */
final class RemoteCommands implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteCommands.class);
    private static final int SIDE_CAPACITY = 4 << 10;
    private static final int KEPT_SCRATCH = 1 << 20;

    private final Reactor reactor;
    private final Shard shard;
    private final CommandRunner runner;
    private final ReplyWriter side = new ReplyWriter(SIDE_CAPACITY);
    private final NativeBuffer scratch = new NativeBuffer(SIDE_CAPACITY);
    private final Arguments scratchArguments = new Arguments();

    RemoteCommands(Reactor reactor, Shard shard, CommandRunner runner) {
        this.reactor = reactor;
        this.shard = shard;
        this.runner = runner;
    }

    /**
     * A writer for one reply that doesn't go straight to a connection; take it by {@link #takeSideReply}.
     *
     * @param detached the connection's account of such replies
     */
    ReplyWriter sideReply(int protocol, AtomicLong detached) {
        side.truncate(0);
        side.protocol(protocol);
        side.mayGrowBy(Math.max(DetachedReply.MOST_ON_HEAP, reactor.replyLimit() - detached.get()));
        return side;
    }

    DetachedReply takeSideReply(AtomicLong detached) {
        try {
            return DetachedReply.of(side.address(), side.pending(), detached);
        } finally {
            side.drained(side.pending());
        }
    }

    /** Runs a command that came from another reactor. */
    DetachedReply run(CommandSpec spec, RequestCopy request, int protocol, AtomicLong detached) {
        String refusal = reactor.gate().refusal(spec);
        ReplyWriter reply = sideReply(protocol, detached);
        if (refusal != null) {
            reply.error(refusal);
        } else {
            scratch.ensureCapacity(Math.max(1, request.length()), 0);
            request.layOut(scratch, 0, scratchArguments);
            runner.run(spec, scratchArguments, reply);
            scratch.shrinkTo(KEPT_SCRATCH);
        }
        reactor.countCommand();
        return takeSideReply(detached);
    }

    /** Runs a command that came from another reactor, whose fault is answered there and must not end this one. */
    DetachedReply answer(AtomicLong detached, Supplier<DetachedReply> command) {
        try {
            return command.get();
        } catch (ShardFailedException e) {
            throw e;
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("a command failed by a fault of this node", e);
            sideReply(2, detached).error("ERR internal error: " + e);
            return takeSideReply(detached);
        }
    }

    /** Runs an EXEC that came from another reactor; its reply is to be taken. */
    void runAll(
            List<CommandSpec> specs,
            List<RequestCopy> requests,
            WatchSet watched,
            ReplyWriter reply,
            CommandRunner.SessionRunner onSessionCommand) {
        for (CommandSpec spec : specs) {
            String refusal = reactor.gate().refusal(spec);
            if (refusal != null) {
                reply.error(refusal);
                return;
            }
        }
        runner.runAll(specs, layOut(requests), watched, reply, onSessionCommand);
    }

    /** Lays requests out in native memory, until the next call. */
    List<Arguments> layOut(List<RequestCopy> requests) {
        int total = 1;
        for (RequestCopy request : requests) {
            total += request.length();
        }
        scratch.shrinkTo(KEPT_SCRATCH);
        scratch.ensureCapacity(total, 0);
        List<Arguments> arguments = Dispatcher.newArguments(requests.size());
        int offset = 0;
        for (int i = 0; i < arguments.size(); i++) {
            requests.get(i).layOut(scratch, offset, arguments.get(i));
            offset += requests.get(i).length();
        }
        return arguments;
    }

    void watch(WatchSet set, RequestCopy request) {
        scratch.ensureCapacity(Math.max(1, request.length()), 0);
        request.layOut(scratch, 0, scratchArguments);
        for (int i = 1; i < scratchArguments.count(); i++) {
            shard.watch(set, scratchArguments.address(i), scratchArguments.length(i));
        }
    }

    @Override
    public void close() {
        side.close();
        scratch.close();
    }
}
