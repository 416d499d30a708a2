package io.tailrace.node.reactor;

import io.tailrace.node.command.CommandRunner;
import io.tailrace.node.command.CommandSpec;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardFailedException;
import io.tailrace.node.shard.WatchSet;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commands whose connection is on another reactor, and replies that don't go straight to a connection: copies are laid out
 * in native memory, run, and answered as bytes. Owned and closed by the reactor's thread.
 */
final class RemoteCommands implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteCommands.class);
    private static final int SIDE_CAPACITY = 4 << 10;
    private static final int KEPT_SCRATCH = 1 << 20;

    /** A reply that comes from another shard, or must wait for one, is on the heap for a while. */
    private static final long MOST_ON_HEAP = Runtime.getRuntime().maxMemory() / 8;

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

    /** A writer for one reply that doesn't go straight to a connection; take it by {@link #takeSideReply}. */
    ReplyWriter sideReply(int protocol) {
        side.truncate(0);
        side.protocol(protocol);
        side.mayGrowBy(Math.min(MOST_ON_HEAP, reactor.replyLimit()));
        return side;
    }

    byte[] takeSideReply() {
        byte[] reply = Memory.toBytes(side.address(), side.pending());
        side.drained(side.pending());
        return reply;
    }

    /** Runs a command that came from another reactor; gives the reply's bytes. */
    byte[] run(CommandSpec spec, RequestCopy request, int protocol) {
        String refusal = reactor.gate().refusal(spec);
        ReplyWriter reply = sideReply(protocol);
        if (refusal != null) {
            reply.error(refusal);
        } else {
            scratch.ensureCapacity(Math.max(1, request.length()), 0);
            request.layOut(scratch, 0, scratchArguments);
            runner.run(spec, scratchArguments, reply);
            scratch.shrinkTo(KEPT_SCRATCH);
        }
        reactor.countCommand();
        return takeSideReply();
    }

    /** Runs a command that came from another reactor, whose fault is answered there and must not end this one. */
    byte[] answer(Supplier<byte[]> command) {
        try {
            return command.get();
        } catch (ShardFailedException e) {
            throw e;
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("a command failed by a fault of this node", e);
            sideReply(2).error("ERR internal error: " + e);
            return takeSideReply();
        }
    }

    /** Runs an EXEC that came from another reactor. */
    byte[] runAll(
            List<CommandSpec> specs,
            List<RequestCopy> requests,
            WatchSet watched,
            int protocol,
            CommandRunner.SessionRunner onSessionCommand) {
        ReplyWriter reply = sideReply(protocol);
        for (CommandSpec spec : specs) {
            String refusal = reactor.gate().refusal(spec);
            if (refusal != null) {
                reply.error(refusal);
                return takeSideReply();
            }
        }
        String noRoom = runner.roomRefusal(specs);
        if (noRoom != null) {
            reply.error(Dispatcher.EXEC_ABORT + noRoom);
            return takeSideReply();
        }
        if (watched != null && shard.isTouched(watched)) {
            reply.nullArray();
            return takeSideReply();
        }
        runner.runAll(specs, layOut(requests), reply, onSessionCommand);
        return takeSideReply();
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
