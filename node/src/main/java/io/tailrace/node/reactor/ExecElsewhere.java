package io.tailrace.node.reactor;

import io.tailrace.node.command.CommandSpec;
import io.tailrace.node.command.Routing;
import io.tailrace.node.shard.WatchSet;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An EXEC whose keys are on another shard than its connection. That shard runs the commands on keys as one; those about the
 * connection or the node (PUBLISH, CLIENT, INFO) can only run at home, which they do in their order when the others are done, and
 * before the connection's next command.
 *
 * <pre>
 *  home                    the shard of the keys                          home
 *  place of the reply  ->  *3 | +OK | hole | :1     (holes: 1 offset)  ->  *3 | +OK | :2 | :1
 * </pre>
 *
 * <p>Begun and finished by the connection's thread; between, one task of the shard's thread has it.
 */
final class ExecElsewhere {
    private final List<CommandSpec> specs;
    private final List<RequestCopy> requests;
    private final WatchSet watched;
    private final int protocol;
    private final AtomicLong detached;
    private final List<Integer> holes = new ArrayList<>();

    /** @param detached the connection's account of detached replies */
    ExecElsewhere(
            List<CommandSpec> specs, List<RequestCopy> requests, WatchSet watched, int protocol, AtomicLong detached) {
        this.specs = specs;
        this.requests = requests;
        this.watched = watched;
        this.protocol = protocol;
        this.detached = detached;
    }

    /** On the shard of the keys: the reply with its holes. */
    DetachedReply run(RemoteCommands remote) {
        ReplyWriter reply = remote.sideReply(protocol, detached);
        remote.runAll(specs, requests, watched, reply, (spec, arguments, target) -> holes.add(target.position()));
        return remote.takeSideReply(detached);
    }

    /** Back home: runs the rest and gives the reply, at once or when all shards have answered. */
    void finish(Reactor home, Connection connection, ReplySlot slot, DetachedReply reply) {
        if (holes.isEmpty() || reply.at(0) != '*' || connection.isClosed()) {
            connection.complete(slot, reply);
            return;
        }
        try (reply) {
            ReplyWriter whole = home.remote().sideReply(protocol, detached);
            fill(home, connection.session(), reply, whole);
            DetachedReply bytes = home.remote().takeSideReply(detached);
            ExecReply later = connection.session().takeExecReply();
            if (later == null) {
                connection.complete(slot, bytes);
            } else {
                later.giveLater(slot, bytes, 0);
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            connection.fail(e);
        }
    }

    private void fill(Reactor home, Session session, DetachedReply reply, ReplyWriter whole) {
        List<Arguments> arguments = home.remote().layOut(requests);
        int at = 0;
        int hole = 0;
        for (int i = 0; i < specs.size(); i++) {
            if (specs.get(i).routing() == Routing.SESSION) {
                int next = holes.get(hole++);
                reply.writeTo(whole, at, next);
                at = next;
                session.begin(whole, true);
                specs.get(i).sessionCommand().run(session, arguments.get(i));
            }
        }
        reply.writeTo(whole, at, reply.length());
    }
}
