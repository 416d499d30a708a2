package io.tailrace.node.reactor;

import io.tailrace.node.command.CommandRunner;
import io.tailrace.node.command.CommandSpec;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * SCAN on a node of several shards, which walks over one after the other. Where a shard is at its end before COUNT keys were found, the
 * same command continues with the next one, so that a client gets few keys at once, as by one shard. The commands after it wait.
 * Owned by one reactor thread.
 *
 * <pre>
 *  SCAN 0 COUNT 10     shard 0:  cursor 1, which is where shard 1 begins, and 3 keys
 *  SCAN 1 COUNT 10     shard 1:  cursor 4097, and 10 keys
 *  reply               cursor 4097, and 13 keys
 * </pre>
 */
final class ScanRoute {
    /** Where it is not said how many keys to look at. */
    private static final int COUNT = 10;

    private static final int CURSOR = 1;

    private final ShardLinks links;
    private final CommandRunner runner;
    private final SideReplies side;

    ScanRoute(ShardLinks links, CommandRunner runner, SideReplies side) {
        this.links = links;
        this.runner = runner;
        this.side = side;
    }

    /** @param shard that the cursor is about */
    void run(Connection connection, CommandSpec spec, Arguments arguments, int shard) {
        RequestCopy request = RequestCopy.of(arguments, connection.info().database());
        new Walk(connection, spec, request, count(arguments)).ask(shard);
    }

    private static long count(Arguments arguments) {
        for (int i = CURSOR + 1; i < arguments.count() - 1; i += 2) {
            if (arguments.is(i, "COUNT") && arguments.isLong(i + 1)) {
                return arguments.parseLong(i + 1);
            }
        }
        return COUNT;
    }

    /** One command, on its way over the shards. */
    private final class Walk {
        private final Connection connection;
        private final CommandSpec spec;
        private final long count;
        private final ReplySlot slot;
        private final List<Part> parts = new ArrayList<>(1);
        private RequestCopy request;
        private long found;

        Walk(Connection connection, CommandSpec spec, RequestCopy request, long count) {
            this.connection = connection;
            this.spec = spec;
            this.request = request;
            this.count = count;
            slot = connection.replies().reserve(request.length());
            connection.requests().block();
        }

        void ask(int shard) {
            AtomicLong detached = connection.replies().detachedBytes();
            int protocol = connection.info().protocol();
            int home = links.own();
            boolean isRead = runner.watch().remembers();
            boolean isFirst = parts.isEmpty();
            RequestCopy asked = request;
            links.to(shard, target -> {
                long before = target.gate().written();
                RemoteCommands commands = target.commands().from(connection.info(), isRead, isFirst);
                DetachedReply reply = isFirst
                        ? commands.run(spec, asked, protocol, detached)
                        : commands.runPart(spec, asked, protocol, detached);
                target.gate().sendHome(home, connection, slot, before, () -> answered(shard, reply));
            });
        }

        private void answered(int shard, DetachedReply reply) {
            if (reply.length() == 0 || reply.at(0) != '*') {
                close();
                end(reply);
                return;
            }
            Part part = Part.of(reply);
            parts.add(part);
            found += part.keys();
            long next = Math.floorMod(part.cursor(), (long) links.count());
            if (part.cursor() != 0 && next != shard && found < count) {
                request = request.with(CURSOR, Long.toString(part.cursor()));
                ask((int) next);
            } else if (parts.size() == 1) {
                end(reply);
            } else {
                join(part.cursor());
            }
        }

        private void join(long cursor) {
            AtomicLong detached = connection.replies().detachedBytes();
            try {
                ReplyWriter whole = side.begin(connection.info().protocol(), detached);
                whole.array(2);
                whole.bulk(Long.toString(cursor));
                whole.array((int) found);
                for (Part part : parts) {
                    part.reply().writeTo(whole, part.begin(), part.reply().length());
                }
                end(side.take(detached));
            } catch (RuntimeException | OutOfMemoryError e) {
                connection.fail(e);
            } finally {
                close();
            }
        }

        /** The commands after it have waited: they show no earlier state. */
        private void end(DetachedReply reply) {
            connection.complete(slot, reply);
            connection.requests().unblock();
        }

        private void close() {
            parts.forEach(part -> part.reply().close());
        }
    }

    /**
     * What a shard replied: {@code *2}, a bulk string, {@code *keys}, and these.
     *
     * @param begin of the first key in the reply
     */
    private record Part(DetachedReply reply, long cursor, int keys, int begin) {
        static Part of(DetachedReply reply) {
            int length = ReplyJoin.lineEnd(reply, 0) + 2;
            int beforeCursor = ReplyJoin.lineEnd(reply, length) + 1;
            int keys = ReplyJoin.lineEnd(reply, beforeCursor) + 2;
            return new Part(
                    reply,
                    ReplyJoin.header(reply, beforeCursor),
                    (int) ReplyJoin.header(reply, keys),
                    ReplyJoin.lineEnd(reply, keys) + 2);
        }
    }
}
